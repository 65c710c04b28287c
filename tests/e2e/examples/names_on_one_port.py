"""The example of many names behind one port: the name in a ClientHello chooses the service, and the service hears who the
client is."""

import unittest

from harness import receive_exactly
from harness.edge import client_hello
from harness.pools import ExampleTest

CLIENT = bytes([192, 0, 2, 1])
HEADER = b"PROXY TCP4 192.0.2.1 203.0.113.1 4000 443\r\n"
ANSWER = b"at your service"


class NamesOnOnePort(ExampleTest):
    name = "names-on-one-port"

    def setUp(self):
        super().setUp()
        self.shop = self.service(91, 443, answers={CLIENT: ANSWER})
        self.service(92, 443, answers={CLIENT: ANSWER})
        self.git = self.service(93, 443, answers={b"git.example.com": ANSWER})
        self.start_example()

    def said_to(self, name, header=b"", **options):
        client = self.connect(self.example.listener(443), **options)
        client.sendall(header + client_hello(name))
        return receive_exactly(client, len(ANSWER))

    def test_name_chooses_service(self):
        self.assertEqual(self.said_to("git.example.com"), ANSWER)
        self.assertEqual(len(self.git.asked), 1)

    def test_service_hears_who_client_is(self):
        balancer = self.example.client(1)
        self.assertEqual(self.said_to("eu.shop.example.com", HEADER, source=balancer), ANSWER)

    def test_other_names_are_rejected(self):
        client = self.connect(self.example.listener(443))
        client.sendall(client_hello("example.net"))
        self.assertEqual(self.daemon.wait_session()["reason"], "route_rejected")


if __name__ == "__main__":
    unittest.main()
