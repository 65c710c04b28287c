"""A service manager that does not read its messages: duplexd goes on, and tells it everything once it reads again."""

import time
import unittest

from harness import ServiceTest, echo

LISTENERS = 20
SHORT = 4.5  # seconds; to wait for the service manager once would take five


class BusyServiceManager(ServiceTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.manager.resume)
        self.endpoint = self.serve(echo).address

    def text(self, backlog):
        return self.config(self.endpoint, bind=["127.0.0.1:0"] * LISTENERS, listener=f"backlog: {backlog}")

    def start_beside_busy_manager(self):
        """The copies of its sockets that wait are no leak."""
        self.manager.pause()
        daemon = self.start_service(self.text(backlog=100), ready=False)
        daemon.wait_ready()
        return daemon

    def assert_takes_orders(self, daemon):
        start = time.monotonic()
        self.control.status()
        self.assertLess(time.monotonic() - start, SHORT)
        self.assert_served(daemon.address())

    def test_start_waits_for_nobody(self):
        start = time.monotonic()
        daemon = self.start_beside_busy_manager()
        self.assertLess(time.monotonic() - start, SHORT)
        self.assert_takes_orders(daemon)
        self.assertEqual(self.manager.messages, [])
        self.manager.resume()
        self.manager.wait(READY="1")
        self.manager.wait(FDSTORE="1", count=LISTENERS)
        self.stop_service(daemon)

    def test_ready_follows_reloads_once_it_reads(self):
        daemon = self.start_service(self.text(backlog=100))
        self.manager.wait(READY="1")
        self.manager.pause()
        before, start = len(self.manager.messages), time.monotonic()
        for backlog in range(101, 111):
            self.reload(daemon, self.text(backlog))
        self.assertLess(time.monotonic() - start, 10 * SHORT)
        self.assert_takes_orders(daemon)
        self.manager.resume()
        self.manager.wait(READY="1", count=2)
        told = [next(iter(message)) for message in self.manager.messages[before:] if "FDSTORE" not in message]
        self.assertEqual(told, ["RELOADING", "READY"])

    def test_stuck_store_is_told(self):
        daemon = self.start_beside_busy_manager()
        record, = daemon.log.wait("store_failed")
        self.assertEqual(record["count"], LISTENERS)
        self.manager.resume()
        self.stop_service(daemon)


if __name__ == "__main__":
    unittest.main()
