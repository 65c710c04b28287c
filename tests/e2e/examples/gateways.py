"""Hosts of a LAN get to the Internet by way of the daemon on their gateway, by the files of the example."""

import unittest

from harness import echo
from harness.edge import TransparentTest, at, host_of, why_not_transparent
from harness.pools import EXAMPLES

HOSTS = {4: "10.0.0.100", 6: "fd00::100"}


@unittest.skipIf(why_not_transparent(), why_not_transparent())
class TransparentGateway(TransparentTest):
    name = "transparent-gateway"
    near = {4: "10.0.0.1", 6: "fd00::1"}

    @staticmethod
    def client(family, number=0):
        return HOSTS[family]

    def setUp(self):
        super().setUp()
        self.files = EXAMPLES / self.name
        self.nft((self.files / "lead.nft").read_text())
        for family in HOSTS:
            self.batch(self.router, (self.files / "marked.batch").read_text(), f"-{family}")
        self.daemon = self.start_router((self.files / "duplexd.yaml").read_text(),
                                        (self.files / "capability.conf").read_text())

    def test_log_says_where_hosts_went(self):
        for family, host in HOSTS.items():
            for destination in self.served[family]:
                with self.dial(at(destination)) as client:
                    self.assertEqual(self.told(client)[1], at(destination))
                record = self.daemon.wait_session(endpoint_address=at(destination))
                self.assertEqual(host_of(record["client"]), host)

    def test_other_ports_are_not_led(self):
        with self.endpoints.here():
            self.serve(echo, at(self.served[4][0], 8080))
        self.router.run("sysctl --write net.ipv4.ip_forward=1")
        self.assert_echoes(self.dial(at(self.served[4][0], 8080)))
        self.assertEqual(self.daemon.sessions(), [])

    def test_gateway_itself_is_no_destination(self):
        self.assert_turned_away(self.dial(at(self.near[4], 1080)))
        self.assertEqual(self.daemon.wait_session()["reason"], "no_original_destination")


if __name__ == "__main__":
    unittest.main()
