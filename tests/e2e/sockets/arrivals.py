"""How clients come in: with their first bytes in the first packet, and not before they have said something."""

import socket
import unittest

from harness import config, echo
from harness.network import why_not
from harness.sockets import connect
from harness.streams import receive_exactly
from harness.edge.two_networks import TwoNetworks
from harness.waiting import DEADLINE, eventually


@unittest.skipIf(why_not(), why_not())
class FastOpen(TwoNetworks):
    def setUp(self):
        super().setUp()
        for host in [self.node, self.hosts[0]]:
            host.run("sysctl --write net.ipv4.tcp_fastopen=3")

    def ask(self, message=b"in the first packet"):
        with self.hosts[0].here(), socket.socket() as client:
            client.sendto(message, socket.MSG_FASTOPEN, ("10.0.1.1", 7000))
            client.settimeout(DEADLINE)
            self.assertEqual(receive_exactly(client, len(message)), message)

    def start_with(self, client):
        self.serve_on(self.node, echo, "127.0.0.1:7001")
        return self.start_on_node(config("127.0.0.1:7001", bind="10.0.1.1:7000", listener=f"client: {{{client}}}"))

    def test_first_packet_brings_bytes(self):
        daemon = self.start_with("fast_open: 16")
        self.assertEqual(daemon.log.find("option_unavailable"), [])
        for _ in range(3):  # the first one gets the cookie for the others
            self.ask()
        print(f"TCPFastOpenPassive of the node: {self.counter('TcpExtTCPFastOpenPassive')}", flush=True)
        self.assertEqual(self.counter("TcpExtTCPFastOpenPassive"), 2)

    def test_nothing_comes_early_by_default(self):
        self.start_with("")
        for _ in range(3):
            self.ask()
        self.assertEqual(self.counter("TcpExtTCPFastOpenPassive"), 0)

    def test_endpoint_may_speak_first(self):
        self.says(b"220 ready", self.node, "127.0.0.1:7001")
        self.start_on_node(config("127.0.0.1:7001", bind="10.0.1.1:7000", listener="client: {fast_open: 16}"))
        for _ in range(3):
            self.assertEqual(self.hears(self.hosts[0], "10.0.1.1:7000"), "220 ready")

    def test_switched_off_kernel_is_told(self):
        self.node.run("sysctl --write net.ipv4.tcp_fastopen=1")
        daemon = self.start_with("fast_open: 16")
        warning, = daemon.log.wait("option_unavailable")
        self.assertEqual(warning["path"], "listeners.main.client.fast_open")


@unittest.skipIf(why_not(), why_not())
class DeferAccept(TwoNetworks):
    def accepted(self, daemon):
        return daemon.totals().listeners["main"]["accepted"]

    def test_silent_client_is_no_session(self):
        endpoint = self.serve_on(self.node, echo, "127.0.0.1:7001")
        daemon = self.start_on_node(config("127.0.0.1:7001", bind="10.0.1.1:7000",
                                           listener="client: {defer_accept: 60s}"))
        with self.hosts[0].here():
            silent, speaking = connect("10.0.1.1:7000"), connect("10.0.1.1:7000")
            self.addCleanup(silent.close)
            self.addCleanup(speaking.close)
            self.assert_echoes(speaking)
            self.assertEqual(self.accepted(daemon), 1, "the one that connected before has said nothing")
            self.assertEqual(len(endpoint.connections), 1)
            self.assert_echoes(silent)
        self.assertEqual(self.accepted(daemon), 2)

    def test_silent_client_is_heard_at_last(self):
        self.says(b"220 ready", self.node, "127.0.0.1:7001")
        self.start_on_node(config("127.0.0.1:7001", bind="10.0.1.1:7000", listener="client: {defer_accept: 1s}"))
        self.assertEqual(self.hears(self.hosts[0], "10.0.1.1:7000"), "220 ready")

    def test_without_it_silence_is_a_session(self):
        self.serve_on(self.node, echo, "127.0.0.1:7001")
        daemon = self.start_on_node(config("127.0.0.1:7001", bind="10.0.1.1:7000"))
        with self.hosts[0].here(), connect("10.0.1.1:7000"):
            eventually(lambda: self.accepted(daemon) == 1, what="the silent client to be accepted")


if __name__ == "__main__":
    unittest.main()
