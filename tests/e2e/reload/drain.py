"""The daemon is told to stop while clients are connected."""

import signal
import time
import unittest

from harness import AT_ONCE, E2eTest, Filled, config, connect, echo, eventually

DRAIN = 3  # seconds, in which even a loaded machine does something else first
LONG_DRAIN = "2m"


class Drain(E2eTest):
    def start_with_sessions(self, drain, count=3):
        daemon = self.start(config(self.serve(echo).address, top=f"defaults: {{timeouts: {{drain: {drain}}}}}"))
        clients = [self.connect(daemon.address()) for _ in range(count)]
        for client in clients:
            self.assert_echoes(client)
        return daemon, clients

    def assert_refused(self, daemon):
        """The workers learn of the signal one after the other."""
        def refused():
            try:
                connect(daemon.address()).close()
                return False
            except (ConnectionRefusedError, ConnectionResetError):
                return True

        eventually(refused, what="new clients to be refused")

    def assert_exits(self, daemon, earliest, since):
        """When that many seconds have passed, and not much later."""
        self.assertEqual(daemon.wait_exit(), 0)
        elapsed = time.monotonic() - since
        self.assertTrue(earliest <= elapsed <= earliest + AT_ONCE, elapsed)

    def test_sessions_end_at_the_drain_deadline(self):
        for number in [signal.SIGTERM, signal.SIGINT]:
            with self.subTest(signal=number):
                daemon, clients = self.start_with_sessions(f"{DRAIN}s")
                start = time.monotonic()
                daemon.signal(number)
                stopping, = daemon.log.wait("stopping")
                self.assertEqual((stopping["cause"], stopping["sessions"]), (number.name, 3))
                self.assert_refused(daemon)
                for client in clients:
                    self.assert_echoes(client)
                self.assert_exits(daemon, DRAIN - 0.1, start)
                self.assertEqual(len(daemon.sessions(reason="stopped", side="local")), 3)
                self.assertEqual(len(daemon.log.find("stop_incomplete")), 1)
                self.assertEqual(len(daemon.log.find("stopped")), 1)

    def test_daemon_ends_after_its_last_session(self):
        daemon, clients = self.start_with_sessions(LONG_DRAIN)
        daemon.signal(signal.SIGTERM)
        self.assert_refused(daemon)
        start = time.monotonic()
        for client in clients:
            client.close()
        self.assert_exits(daemon, 0, start)
        served = [record for record in daemon.sessions(reason="client_finished") if record["upstream_bytes"] > 0]
        self.assertEqual(len(served), 3)
        self.assertEqual(daemon.log.find("stop_incomplete"), [])

    def test_clients_who_wait_already_are_served(self):
        daemon, _ = self.start_with_sessions(LONG_DRAIN, count=0)
        self.assert_last_are_served(daemon, 200 * [daemon.address()])

    def test_second_signal_ends_everything_at_once(self):
        for first, second in [(signal.SIGTERM, signal.SIGTERM), (signal.SIGTERM, signal.SIGINT)]:
            with self.subTest(second=second):
                daemon, _ = self.start_with_sessions(LONG_DRAIN)
                daemon.signal(first)
                daemon.log.wait("stopping")
                start = time.monotonic()
                daemon.signal(second)
                self.assert_exits(daemon, 0, start)
                self.assertEqual(len(daemon.sessions(reason="stopped")), 3)

    def test_drain_of_no_time_ends_everything(self):
        daemon, _ = self.start_with_sessions("off")
        start = time.monotonic()
        daemon.signal(signal.SIGTERM)
        self.assert_exits(daemon, 0, start)
        self.assertEqual(len(daemon.sessions(reason="stopped")), 3)

    def test_idle_daemon_ends_at_once(self):
        daemon, _ = self.start_with_sessions(LONG_DRAIN, count=0)
        start = time.monotonic()
        daemon.signal(signal.SIGTERM)
        self.assert_exits(daemon, 0, start)

    def test_connecting_session_ends_at_the_deadline(self):
        black_hole = Filled()
        self.addCleanup(black_hole.close)
        daemon = self.start(config(black_hole.address, top="defaults: {timeouts: {drain: 1s, connect: 5m, handshake: 5m}}"))
        self.connect(daemon.address())
        eventually(lambda: daemon.totals().listeners["main"]["live"] == 1, every=0.05)
        start = time.monotonic()
        daemon.signal(signal.SIGTERM)
        self.assert_exits(daemon, 0.9, start)
        self.assertEqual(daemon.sessions()[0]["reason"], "stopped")


if __name__ == "__main__":
    unittest.main()
