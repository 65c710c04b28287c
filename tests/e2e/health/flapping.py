"""An endpoint that is well and ill in turn, more often than it is checked."""

import threading
import unittest

from harness import E2eTest, config, echo, eventually
from harness.pools import Service, http

UPSTREAM = "check: {{type: http, port: {port}, interval: 200ms}}"
PERIOD = 0.3  # seconds that it stays as it is
FLAPS = 16


class Flapping(E2eTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)
        self.state = Service("127.0.0.1:0", "state", answers={b"GET / ": http(200)})
        self.addCleanup(self.state.close)
        self.flaps = 0
        self.daemon = self.start(config(self.endpoint.address, upstream=UPSTREAM.format(
            port=self.state.address.rpartition(":")[2])))
        eventually(lambda: self.state.asked, what="the first check")

    def flap(self, ended):
        while not ended.wait(PERIOD) and self.flaps < FLAPS:
            self.flaps += 1
            self.state.answers = {b"GET / ": http(503 if self.flaps % 2 else 200)}

    def changes(self):
        return len(self.daemon.log.find("endpoint_down")) + len(self.daemon.log.find("endpoint_up"))

    def test_flapping_endpoint_changes_seldom(self):
        ended = threading.Event()
        thread = threading.Thread(target=self.flap, args=[ended], daemon=True)
        self.addCleanup(thread.join)
        self.addCleanup(ended.set)
        thread.start()
        served = 0
        while thread.is_alive():
            self.assert_served(self.daemon.address())
            served += 1
            thread.join(0.02)
        asked = sum(self.state.asked.values())
        print(f"{self.flaps} flaps, {asked} checks, {self.changes()} changes; {served} clients served", flush=True)
        self.assertGreaterEqual(asked, FLAPS)
        self.assertLessEqual(self.changes(), FLAPS // 8)


if __name__ == "__main__":
    unittest.main()
