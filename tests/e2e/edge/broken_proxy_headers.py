"""Clients that are to send a PROXY header and send something else: none reaches an endpoint, and nothing is left of them."""

import socket
import unittest
from collections import Counter

from harness import E2eTest, config, connect, echo, is_sanitized, proc, scaled
from harness.edge import hand_made, random_headers
from harness.edge.proxy_headers import GOOD_LINE, v2

BROKEN, LATE = "bad_proxy_header", "handshake_timeout"
LEFT = ["client_left", "client_reset"]
MOST_GROWTH = 2 * 1024 * 1024


class BrokenProxyHeaders(E2eTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)

    def start_with(self, mode="required", believed="127.0.0.0/8", handshake="30s"):
        self.daemon = self.start(config(self.endpoint.address, listener=f"""
            proxy_protocol: {{from: ['{believed}'], mode: {mode}}}
            timeouts: {{connect: 1s, handshake: {handshake}}}"""))

    def turned_away(self, header, ends=False):
        """The reason of the end of a client that sends this."""
        before = len(self.daemon.sessions())
        with connect(self.daemon.address()) as client:
            client.sendall(header)
            if ends:
                client.shutdown(socket.SHUT_WR)
            self.assert_turned_away(client)
        return self.daemon.log.wait("session", times=before + 1)[before]["reason"]

    def assert_nobody_got_through(self):
        self.assertEqual(self.endpoint.connections, [], "an endpoint was dialled")

    def test_hand_made_headers_are_refused(self):
        self.start_with()
        headers = hand_made()
        self.assertGreaterEqual(len(headers), 200)
        for what, header in headers:
            with self.subTest(what=what, header=header[:120]):
                self.assertEqual(self.turned_away(header), BROKEN)
        self.assert_nobody_got_through()

    def test_random_headers_are_refused(self):
        self.start_with()
        headers = random_headers(1000)
        for header in headers[:100]:
            self.turned_away(header)
        rss = proc.rss(self.daemon.pid)
        for header in headers:
            with self.subTest(header=header[:120]):
                self.assertEqual(self.turned_away(header), BROKEN)
        self.assert_nobody_got_through()
        if not is_sanitized():
            self.assertLess(proc.rss(self.daemon.pid) - rss, MOST_GROWTH)

    def test_cut_headers_end_with_client(self):
        self.start_with()
        reasons = Counter()
        for header in [GOOD_LINE, v2()]:
            for size in range(0, len(header), 1 if scaled(1000) == 1000 else 10):
                reasons[self.turned_away(header[:size], ends=True)] += 1
        self.assertEqual(set(reasons) - {BROKEN, *LEFT}, set())
        self.assert_nobody_got_through()

    def test_slow_header_runs_out_of_time(self):
        self.start_with(handshake="1s")
        for header in [b"", GOOD_LINE[:1], GOOD_LINE[:-1], v2()[:12], v2()[:-1]]:
            self.assertEqual(self.turned_away(header), LATE)
        self.assert_nobody_got_through()

    def test_strangers_are_refused_where_required(self):
        self.start_with(believed="192.0.2.0/24")
        for header in [GOOD_LINE, v2(), b"hello"]:
            self.assertEqual(self.turned_away(header), BROKEN)
        self.assert_nobody_got_through()

    def test_header_of_strangers_is_data(self):
        self.start_with(mode="optional", believed="192.0.2.0/24")
        client = self.connect(self.daemon.address())
        self.assert_echoes(client, GOOD_LINE)

    def test_optional_header_may_be_missing(self):
        self.start_with(mode="optional")
        client = self.connect(self.daemon.address())
        self.assert_echoes(client)
        self.assertEqual(self.turned_away(v2(command=0x31)), BROKEN)


if __name__ == "__main__":
    unittest.main()
