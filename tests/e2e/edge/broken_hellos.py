"""Clients that begin TLS and break it: none reaches an endpoint, each ends for a reason, and nothing is left of them."""

import socket
import unittest
from collections import Counter

from harness import E2eTest, config, connect, echo, eventually, is_sanitized, proc, receive_all, scaled
from harness.edge import Authority, broken_hellos, changed_hellos, good_hello, random_hellos

BROKEN, FAILED, LATE = "bad_client_hello", "client_tls_failed", "handshake_timeout"
LEFT = ["client_left", "client_reset"]
RANDOM = scaled(1000)
MOST_GROWTH = 2 * 1024 * 1024


class BrokenHellos(E2eTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)

    def start_routes(self, handshake="30s"):
        """By a name that none of these clients asks for."""
        self.start_with(f"""
            routes: [{{sni: a.test, upstream: main}}, {{reject: true}}]
            timeouts: {{connect: 1s, handshake: {handshake}}}""")

    def start_tls(self, handshake="30s"):
        pair = Authority(self.folder).sign("a.test")
        self.start_with(f"""
            tls: {{certificates: {pair.as_listener()}}}
            timeouts: {{connect: 1s, handshake: {handshake}}}""")

    def start_with(self, listener):
        self.daemon = self.start(config(self.endpoint.address, listener=listener))

    def visit(self, data, ends):
        """A client that sends this, and waits for the end."""
        with connect(self.daemon.address()) as client:
            try:
                client.sendall(data)
                if ends:
                    client.shutdown(socket.SHUT_WR)
                receive_all(client)
            except OSError:
                pass  # a reset is an end, too, and comes at any of these calls

    def reasons(self, hellos, ends=False):
        """How often each was the reason of an end."""
        before = len(self.daemon.sessions())
        for hello in hellos:
            self.visit(hello, ends)
        return Counter(record["reason"] for record in self.daemon.log.wait("session", times=before + len(hellos))[before:])

    def reason(self, data, ends=False):
        reason, = self.reasons([data], ends)
        return reason

    def assert_none_reached_an_endpoint(self):
        self.assertEqual(self.endpoint.connections, [], "an endpoint was dialled")

    def assert_nothing_is_left_of(self, hellos, *reasons):
        """`hellos` come after some that make the process as large as it gets."""
        self.reasons(hellos[:len(hellos) // 5], ends=True)
        rss, descriptors = proc.rss(self.daemon.pid), proc.lasting_descriptors(self.daemon.pid)
        found = self.reasons(hellos, ends=True)
        self.assertEqual(set(found) - set(reasons), set(), found)
        self.assert_none_reached_an_endpoint()
        eventually(lambda: proc.lasting_descriptors(self.daemon.pid) <= descriptors, what="the descriptors to be closed")
        if not is_sanitized():
            self.assertLess(proc.rss(self.daemon.pid) - rss, MOST_GROWTH)
        print(dict(found), flush=True)

    def test_hand_made_hellos_find_no_route(self):
        self.start_routes()
        hellos = broken_hellos()
        self.assertGreaterEqual(len(hellos), 200)
        for what, hello in hellos:
            with self.subTest(what=what, hello=hello[:120]):
                self.assertEqual(self.reason(hello), BROKEN)
        self.assert_none_reached_an_endpoint()

    def test_hand_made_hellos_fail_handshake(self):
        self.start_tls()
        for what, hello in broken_hellos():
            with self.subTest(what=what, hello=hello[:120]):
                self.assertIn(self.reason(hello, ends=True), [FAILED, *LEFT])
        self.assert_none_reached_an_endpoint()

    def test_random_hellos_find_no_route(self):
        self.start_routes()
        self.assert_nothing_is_left_of(random_hellos(RANDOM), BROKEN)

    def test_random_hellos_fail_handshake(self):
        self.start_tls()
        self.assert_nothing_is_left_of(random_hellos(RANDOM), FAILED, *LEFT)

    def test_changed_hellos_find_no_route(self):
        self.start_routes()
        self.assert_nothing_is_left_of(changed_hellos(RANDOM), BROKEN, "route_rejected", "no_route", *LEFT)

    def test_changed_hellos_fail_handshake(self):
        self.start_tls()
        self.assert_nothing_is_left_of(changed_hellos(RANDOM), FAILED, *LEFT)

    def test_cut_hellos_end_with_client(self):
        whole = good_hello()
        for start in (self.start_routes, self.start_tls):
            start()
            for size in range(0, len(whole), 7):
                self.assertIn(self.reason(whole[:size], ends=True), [*LEFT, "no_route"] if size < 2 else LEFT)
        self.assert_none_reached_an_endpoint()

    def test_unfinished_hellos_run_out_of_time(self):
        whole = good_hello()
        for start in (self.start_routes, self.start_tls):
            start(handshake="1s")
            for size in (0, 1, 5, 9, len(whole) - 1):
                self.assertEqual(self.reason(whole[:size]), LATE)
        self.assert_none_reached_an_endpoint()

    def test_other_protocols_fail_handshake(self):
        self.start_tls()
        for data in (b"GET / HTTP/1.1\r\n\r\n", b"SSH-2.0-x\r\n", good_hello("ssl2") + bytes(2), good_hello("psql_request"),
                     bytes(100)):
            with self.subTest(data=data):
                self.assertEqual(self.reason(data), FAILED)
        self.assert_none_reached_an_endpoint()


if __name__ == "__main__":
    unittest.main()
