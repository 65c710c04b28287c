"""The load over TLS, briefly: it agrees on the same with everybody, and notices a proxy that resumes nothing."""

import tempfile
import unittest

from harness import echo, receive_exactly
from harness.edge import Authority, over_tls, server_context
from smoke_test import SmokeTest, load

SESSIONS = 4


class LoadOverTls(SmokeTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.pair = Authority(folder.name).sign("a.test")
        self.context = server_context(self.pair)
        self.agreed = set()

    def close_first(self, connection):
        """An endpoint as the works with new connections need it."""
        self.agreed.add((connection.cipher()[0], connection.session_reused))
        connection.sendall(receive_exactly(connection, 64))

    def shake_hands(self, address, kind):
        """Until each session has done so more than once, however slow the build and the machine are."""
        for seconds in ("0.3", "2", "6"):
            if self.measure("connect", address, "--tls", kind, seconds=seconds)["units"] > SESSIONS:
                return
        self.fail(f"no more than {SESSIONS} handshakes in 6 s")

    def test_every_handshake_is_full(self):
        address = self.serve(over_tls(self.close_first, self.context))
        self.shake_hands(address, "full")
        self.assertEqual(self.agreed, {("TLS_AES_128_GCM_SHA256", False)})

    def test_sessions_are_resumed(self):
        address = self.serve(over_tls(self.close_first, self.context))
        self.shake_hands(address, "resumed")
        self.assertIn(("TLS_AES_128_GCM_SHA256", True), self.agreed)

    def test_refused_resumption_is_detected(self):
        address = self.serve(lambda connection: over_tls(self.close_first, server_context(self.pair))(connection))
        self.assert_fails(load("connect", address, "--tls", "resumed"), "were not resumed")

    def test_missing_tickets_are_detected(self):
        self.context.num_tickets = 0
        address = self.serve(over_tls(self.close_first, self.context))
        self.assert_fails(load("connect", address, "--tls", "resumed"), "were not resumed")

    def test_messages_larger_than_records_arrive(self):
        address = self.serve(over_tls(echo, self.context))
        self.assertGreater(self.measure("round-trip", address, "--tls", "full", "--bytes", "100000")["units"], 0)

    def test_plain_proxy_is_no_proxy(self):
        address = self.serve(echo)
        self.assert_fails(load("connect", address, "--tls", "full"), "TLS: ")


if __name__ == "__main__":
    unittest.main()
