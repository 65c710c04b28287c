"""A reload that changes thousands of things: the log sums them up, and tells of the reload itself."""

import signal
import unittest

from harness import ControlledTest, echo

ENDPOINTS = 3000
MOST_LINES = 1000


class FloodOfChanges(ControlledTest):
    def text(self, port):
        """Other endpoints for another port; nobody dials them."""
        others = [f"127.1.{number // 250}.{number % 250 + 1}:{port}" for number in range(ENDPOINTS)]
        return self.config(self.endpoint, *others)

    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo).address
        self.daemon = self.start(self.text(port=1))

    def test_reloaded_is_logged_behind_flood(self):
        for number in range(3):
            self.daemon.log.pause()
            since = len(self.daemon.log.records)
            self.daemon.write_config(self.text(port=2 + number))
            self.daemon.signal(signal.SIGHUP)
            self.daemon.log.resume()
            record, = self.daemon.log.wait("reloaded", since=since)
            self.assertEqual((record["result"], record["changes"]), ("applied", 2 * ENDPOINTS))
            changed = self.daemon.log.find("changed", since=since)
            self.assertEqual(len(changed), MOST_LINES + 1)
            self.assertEqual(changed[-1]["more"], 2 * ENDPOINTS - MOST_LINES)


if __name__ == "__main__":
    unittest.main()
