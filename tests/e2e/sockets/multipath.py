"""Sessions of Multipath TCP go on when one of two networks is lost."""

import socket
import unittest

from harness import config, echo
from harness.network import why_not
from harness.edge.two_networks import TwoNetworks
from harness.waiting import DEADLINE, eventually

MPTCP = 262  # IPPROTO_MPTCP


def why_no_mptcp():
    """Why there are no such sockets; empty if there are."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, MPTCP).close()
        return ""
    except OSError as error:
        return f"this kernel has no MPTCP: {error}"


@unittest.skipIf(why_not(), why_not())
@unittest.skipIf(why_no_mptcp(), why_no_mptcp())
class Multipath(TwoNetworks):
    def setUp(self):
        super().setUp()
        self.far = self.new_on_both()
        for host in [self.node, self.far]:
            host.run("ip mptcp limits set subflow 2 add_addr_accepted 2")

    def new_on_both(self):
        host = self.new(type(self.node))
        for number, switch in enumerate(self.switches):
            switch.plug(host, f"10.0.{number + 1}.5/24", interface=f"eth{number}")
        return host

    def joined(self, host):
        return self.counter("MPTcpExtMPJoinAckRx", host)

    def lose_first_network(self):
        self.node.run("ip link set eth0 down")
        self.far.run("ip link set eth0 down")

    def test_client_outlives_a_network(self):
        self.serve_on(self.node, echo, "127.0.0.1:7001")
        self.start_on_node(config("127.0.0.1:7001", bind="0.0.0.0:7000", listener="client: {mptcp: true}"))
        self.far.run("ip mptcp endpoint add 10.0.2.5 dev eth1 subflow")
        with self.far.here():
            client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, MPTCP)
        self.addCleanup(client.close)
        client.settimeout(DEADLINE)
        client.connect(("10.0.1.1", 7000))
        self.assert_echoes(client)
        eventually(lambda: self.joined(self.node) > 0, what="the second path")
        self.lose_first_network()
        self.assert_echoes(client, b"still there?")
        print(f"{self.joined(self.node)} further path, by which the session went on", flush=True)

    def test_endpoint_outlives_a_network(self):
        listener = self.listen_far()
        self.node.run("ip mptcp endpoint add 10.0.2.1 dev eth1 subflow")
        self.start_on_node(config("10.0.1.5:7001", bind="127.0.0.1:7000", upstream="endpoint: {mptcp: true}"))
        with self.node.here():
            client = self.connect("127.0.0.1:7000")
        connection, _ = listener.accept()
        self.addCleanup(connection.close)
        connection.settimeout(DEADLINE)
        for message in [b"before", b"after"]:
            client.sendall(message)
            self.assertEqual(connection.recv(100), message)
            connection.sendall(message)
            self.assertEqual(client.recv(100), message)
            if message == b"before":
                eventually(lambda: self.joined(self.far) > 0, what="the second path")
                self.lose_first_network()

    def listen_far(self):
        with self.far.here():
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, MPTCP)
        self.addCleanup(listener.close)
        listener.settimeout(DEADLINE)
        listener.bind(("0.0.0.0", 7001))
        listener.listen()
        return listener

    def test_host_without_it_is_served(self):
        self.node.run("sysctl --write net.mptcp.enabled=0")
        self.serve_on(self.node, echo, "127.0.0.1:7001")
        daemon = self.start_on_node(config("127.0.0.1:7001", bind="0.0.0.0:7000", listener="client: {mptcp: true}",
                                           upstream="endpoint: {mptcp: true}"))
        self.assertEqual([warning["path"] for warning in daemon.log.wait("option_unavailable", times=2)],
                         ["listeners.main.client.mptcp", "upstreams.main.endpoint.mptcp"])
        with self.far.here():
            self.assert_served("10.0.1.1:7000")

    def test_kernel_shows_the_listener(self):
        self.serve_on(self.node, echo, "127.0.0.1:7001")
        self.start_on_node(config("127.0.0.1:7001", bind="0.0.0.0:7000", listener="client: {mptcp: true}"))
        self.assertIn(":7000", self.node.run("ss --mptcp --listening --numeric --no-header"))


if __name__ == "__main__":
    unittest.main()
