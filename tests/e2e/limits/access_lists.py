"""Who may connect is decided before an endpoint hears of the client."""

import unittest

from harness import E2eTest, config, connect, echo, split


class AccessLists(E2eTest):
    def start_with(self, access, bind="127.0.0.1:0"):
        self.endpoint = self.serve(echo)
        return self.start(config(self.endpoint.address, bind=bind, listener=f"access: {{{access}}}"))

    def assert_denied(self, daemon, address, **options):
        before = len(daemon.sessions())
        with connect(address, **options) as client:
            self.assert_turned_away(client)
        record = daemon.log.wait("session", times=before + 1)[before]
        self.assertEqual((record["reason"], record["side"]), ("access_denied", "local"))
        self.assertEqual(self.endpoint.connections, [], "the endpoint was dialled")

    def test_denied_address_alone_is_turned_away(self):
        daemon = self.start_with("deny: [127.0.0.2]")
        self.assert_denied(daemon, daemon.address(), source="127.0.0.2")
        self.assert_served(daemon.address(), source="127.0.0.1")
        self.assert_served(daemon.address(), source="127.0.0.3")

    def test_allow_list_turns_others_away(self):
        daemon = self.start_with("allow: [127.0.1.0/24, 127.0.2.2]")
        for source in ["127.0.0.1", "127.0.2.1", "127.0.2.3"]:
            self.assert_denied(daemon, daemon.address(), source=source)
        for source in ["127.0.1.255", "127.0.2.2"]:
            self.assert_served(daemon.address(), source=source)

    def test_deny_wins_over_allow(self):
        daemon = self.start_with("allow: [127.0.0.0/8], deny: [127.0.0.2/31]")
        for source in ["127.0.0.2", "127.0.0.3"]:
            self.assert_denied(daemon, daemon.address(), source=source)
        self.assert_served(daemon.address(), source="127.0.0.4")

    def test_dual_stack_judges_ipv4_as_ipv4(self):
        daemon = self.start_with('deny: [127.0.0.0/8]', bind=":0")
        port = split(daemon.address())[1][1]
        self.assert_denied(daemon, f"127.0.0.1:{port}")
        self.assert_served(f"[::1]:{port}")

    def test_denied_ipv6_network_leaves_ipv4_served(self):
        daemon = self.start_with('deny: ["::1"]', bind=["[::1]:0", "127.0.0.1:0"])
        ipv6, ipv4 = daemon.addresses()
        self.assert_denied(daemon, ipv6)
        self.assert_served(ipv4)

    def test_unix_client_passes_every_list(self):
        daemon = self.start_with("allow: [192.0.2.1]", bind=f"unix:{self.folder}/socket")
        self.assert_served(daemon.address())


if __name__ == "__main__":
    unittest.main()
