"""Thousands of idle clients cost next to nothing and do not delay an active one."""

import time
import unittest

from harness import Crowd, E2eTest, config, connect, eventually, is_sanitized, proc, receive_exactly, scaled

BESIDE_AN_ACTIVE_ONE = 3000
MEASURED = 5000
WARM_UP = 200
BYTES_PER_SESSION = 1024
ROUND_TRIPS = 500
SLOWEST_USUAL_ROUND_TRIP = 0.020  # the median, in seconds; a busy machine makes only the slowest ones slower


def percentile(values, share):
    return sorted(values)[int(len(values) * share)]


class IdleSessions(E2eTest):
    def setUp(self):
        super().setUp()
        endpoint = Crowd()
        self.addCleanup(endpoint.close)
        self.daemon = self.start(config(endpoint.address))

    def open_idle(self, count):
        """Sessions that have carried a byte each way and then rest."""
        clients = [self.connect(self.daemon.address()) for _ in range(count)]
        for client in clients:
            client.sendall(b"x")
        for client in clients:
            receive_exactly(client, 1)
        return clients

    def round_trips(self):
        with connect(self.daemon.address()) as client:
            for _ in range(ROUND_TRIPS):
                start = time.perf_counter()
                self.assert_echoes(client, bytes(64))
                yield time.perf_counter() - start

    def test_idle_sessions_delay_no_active_session(self):
        count = scaled(BESIDE_AN_ACTIVE_ONE)
        self.open_idle(count)
        descriptors = proc.descriptors(self.daemon.pid) - self.daemon.descriptors_at_start
        self.assertEqual(descriptors, 2 * count)
        times = list(self.round_trips())
        print(f"round trip beside {count} idle sessions: median {percentile(times, 0.5) * 1e6:.0f} us, "
              f"99th percentile {percentile(times, 0.99) * 1e6:.0f} us", flush=True)
        self.assertLess(percentile(times, 0.5), SLOWEST_USUAL_ROUND_TRIP)

    def test_descriptor_table_does_not_grow(self):
        slots = proc.descriptor_slots(self.daemon.pid)
        self.open_idle(scaled(1000))
        self.assertEqual(proc.descriptor_slots(self.daemon.pid), slots)

    def test_idle_sessions_use_no_cpu(self):
        self.open_idle(scaled(1000))
        cpu, start = proc.cpu_seconds(self.daemon.pid), time.monotonic()
        eventually(lambda: time.monotonic() - start > 2, every=0.1)
        self.assertLessEqual(proc.cpu_seconds(self.daemon.pid) - cpu, 0.05)

    @unittest.skipIf(is_sanitized(), "a sanitizer keeps memory of its own for every allocation")
    def test_idle_session_fits_in_one_kibibyte(self):
        for client in self.open_idle(WARM_UP):
            client.close()
        self.daemon.log.wait("session", times=WARM_UP)
        before = proc.pss(self.daemon.pid)
        count = scaled(MEASURED)
        self.open_idle(count)
        each = (proc.pss(self.daemon.pid) - before) / count
        print(f"an idle session takes {each:.0f} bytes of memory (PSS, {count} sessions)", flush=True)
        self.assertLessEqual(each, BYTES_PER_SESSION)


if __name__ == "__main__":
    unittest.main()
