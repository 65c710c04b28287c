"""One of two web servers says by its status that it wants no clients, although it would serve them; or it is killed."""

import time
import unittest

from harness import config
from harness.pools import Nginx, OutageTest

UPSTREAM = "check: {type: http, path: /health, interval: 100ms}"


@unittest.skipUnless(Nginx.is_installed(), "nginx is not installed")
class NginxAnswers503(OutageTest):
    def setUp(self):
        super().setUp()
        self.fails, self.well = [self.start_server(name) for name in ("fails", "well")]
        self.daemon = self.start(config(self.fails.address, self.well.address, upstream=UPSTREAM))
        self.start_visitors(Nginx.ask)

    def start_server(self, name):
        server = Nginx(self.folder, name)
        self.addCleanup(server.stop)
        server.start()
        return server

    def finish(self, what, changed, down, up_again):
        visits = self.finish_visits()
        lost = self.report(what, visits, changed, down)
        avoided = [visit for visit in visits if down < visit.began < up_again]
        self.assertGreater(len(avoided), 5)
        self.assertEqual(self.endpoints_of(avoided), {self.well.address})
        return lost

    def test_server_answering_503_gets_no_clients(self):
        changed = time.monotonic()
        (self.fails.folder / "ill").touch()
        down = self.wait_change("down", self.fails.address)
        record, = self.daemon.log.wait("endpoint_down", endpoint=self.fails.address)
        self.assertEqual(record["check"], "connected, but answered 503", self.daemon.log.find("endpoint_down"))
        self.visitors.wait_answered(10)
        up_again = time.monotonic()
        (self.fails.folder / "ill").unlink()
        self.wait_change("up", self.fails.address)
        self.visitors.wait_answered(10)
        self.assertEqual(self.finish("nginx 503", changed, down, up_again), [])

    def test_killed_server_loses_no_client(self):
        changed = time.monotonic()
        self.fails.stop()
        gone = time.monotonic()
        down = self.wait_change("down", self.fails.address)
        self.visitors.wait_answered(10)
        up_again = time.monotonic()
        self.fails.start()
        self.wait_change("up", self.fails.address)
        self.visitors.wait_answered(10)
        lost = self.finish("nginx killed", changed, down, up_again)
        self.assertEqual([visit for visit in lost if visit.began > gone], [])


if __name__ == "__main__":
    unittest.main()
