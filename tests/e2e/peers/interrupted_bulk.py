"""A signal makes system calls return early: bulk must not wait for an event that never comes."""

import signal
import threading
import unittest

from harness import E2eTest, PeerProcess, config, scaled

MIB = 1024 * 1024
BULK = 2048  # MiB


class InterruptedBulk(E2eTest):
    def interrupt(self, daemon, done):
        """A stop interrupts every thread, as a debugger does that attaches."""
        while not done.wait(0.0005):
            daemon.signal(signal.SIGSTOP)
            daemon.signal(signal.SIGCONT)

    def test_bulk_survives_repeated_stop_and_continue(self):
        endpoint = PeerProcess("discard")
        self.addCleanup(endpoint.close)
        daemon = self.start(config(endpoint.address, top="workers: 1"))
        client = self.connect(daemon.address())
        done = threading.Event()
        interruptions = threading.Thread(target=self.interrupt, args=[daemon, done])
        interruptions.start()
        self.addCleanup(interruptions.join)
        self.addCleanup(done.set)
        block = bytes(MIB)
        for _ in range(scaled(BULK)):
            client.sendall(block)
        client.close()
        [record] = daemon.log.wait("session")
        self.assertEqual(int(record["upstream_bytes"]), scaled(BULK) * MIB)
        self.assertGreater(daemon.totals().listeners["main"]["spliced_bytes"], 0)


if __name__ == "__main__":
    unittest.main()
