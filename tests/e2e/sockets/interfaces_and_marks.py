"""Listeners and upstreams that keep to one interface, and packets with a mark and a class of service."""

import subprocess
import unittest

from harness import config, echo
from harness.network import why_not
from harness.edge.two_networks import TwoNetworks

ONE_ADDRESS_TWICE = """
listeners:
  first: {bind: "0.0.0.0:7000", endpoints: ["127.0.0.1:7001"], client: {interface: eth0}}
  second: {bind: "0.0.0.0:7000", endpoints: ["127.0.0.1:7002"], client: {interface: eth1}}
"""


@unittest.skipIf(why_not(), why_not())
class Interfaces(TwoNetworks):
    def test_clients_come_by_one_interface(self):
        self.says(b"hello", self.node, "127.0.0.1:7001")
        self.start_on_node(config("127.0.0.1:7001", bind="0.0.0.0:7000", listener="client: {interface: eth0}"))
        self.assertEqual(self.hears(self.hosts[0], "10.0.1.1:7000"), "hello")
        self.assertEqual(self.hears(self.hosts[1], "10.0.2.1:7000"), "refused")

    def test_one_address_has_two_listeners(self):
        self.says(b"one", self.node, "127.0.0.1:7001")
        self.says(b"two", self.node, "127.0.0.1:7002")
        self.start_on_node(ONE_ADDRESS_TWICE)
        self.assertEqual(self.hears(self.hosts[0], "10.0.1.1:7000"), "one")
        self.assertEqual(self.hears(self.hosts[1], "10.0.2.1:7000"), "two")

    def test_endpoint_is_dialled_by_its_interface(self):
        """One address is there on both networks, and routes lead to the first."""
        for number, host in enumerate(self.hosts):
            host.run("ip address add 10.7.0.9/24 dev eth0")
            self.node.run(f"ip address add 10.7.0.{number + 1}/24 dev eth{number}")
            self.says(f"by eth{number}".encode(), host, "10.7.0.9:7001")
        upstream = "check: {type: tcp, interval: 1s}"
        for interface, answer in [("any", "by eth0"), ("eth1", "by eth1"), ("eth0", "by eth0")]:
            with self.subTest(interface):
                daemon = self.start_on_node(config("10.7.0.9:7001", bind="10.0.1.1:7000",
                                                   upstream=f"{upstream}\nendpoint: {{interface: {interface}}}"))
                self.assertEqual(self.hears(self.hosts[0], "10.0.1.1:7000"), answer)
                daemon.kill()

    def test_checks_go_by_the_interface(self):
        """Where nobody listens behind it, although somebody does by the routes."""
        for number, host in enumerate(self.hosts):
            host.run("ip address add 10.7.0.9/24 dev eth0")
            self.node.run(f"ip address add 10.7.0.{number + 1}/24 dev eth{number}")
        self.says(b"", self.hosts[0], "10.7.0.9:7001")
        check = "check: {type: tcp, interval: 1s, fall: 1}"
        daemon = self.start_on_node(config("10.7.0.9:7001", bind="10.0.1.1:7000",
                                           upstream=f"{check}\nendpoint: {{interface: eth1}}"))
        daemon.log.wait("endpoint_down")

    def test_missing_interface_fails_the_dial(self):
        daemon = self.start_on_node(config("10.0.1.9:7001", bind="10.0.1.1:7000",
                                           upstream="endpoint: {interface: eth7}"))
        warning, = daemon.log.wait("option_unavailable")
        self.assertEqual(warning["path"], "upstreams.main.endpoint.interface")
        with self.hosts[0].here():
            self.connect("10.0.1.1:7000")
        end = daemon.wait_session()
        self.assertEqual((end["reason"], end["errno"]), ("connect_no_source", "ENODEV"))

    def test_vrf_is_an_interface(self):
        try:
            self.node.run("ip link add red type vrf table 10")
        except subprocess.CalledProcessError:
            self.skipTest("this kernel has no VRF")
        self.node.run("ip link set red up")
        self.node.run("ip link set eth1 master red")
        self.says(b"hello", self.node, "127.0.0.1:7001")
        self.start_on_node(config("127.0.0.1:7001", bind="0.0.0.0:7000", listener="client: {interface: red}"))
        self.assertEqual(self.hears(self.hosts[1], "10.0.2.1:7000"), "hello")
        self.assertEqual(self.hears(self.hosts[0], "10.0.1.1:7000"), "refused")


@unittest.skipIf(why_not(), why_not())
class Marks(TwoNetworks):
    def test_mark_chooses_the_route(self):
        self.hosts[1].run("ip address add 10.5.0.5/32 dev lo")
        self.node.run("ip rule add fwmark 0x22 lookup 100")
        self.node.run("ip route add 10.5.0.0/24 via 10.0.2.9 table 100")
        self.says(b"routed", self.hosts[1], "10.5.0.5:7001")
        for mark, heard in [("off", ""), ("0x22", "routed")]:
            with self.subTest(mark):
                daemon = self.start_on_node(config("10.5.0.5:7001", bind="10.0.1.1:7000",
                                                   upstream=f"endpoint: {{mark: {mark}}}"))
                try:
                    self.assertEqual(self.hears(self.hosts[0], "10.0.1.1:7000"), heard)
                except ConnectionResetError:
                    self.assertEqual(heard, "")
                    self.assertEqual(daemon.wait_session()["reason"], "connect_unreachable")
                daemon.kill()

    def test_every_packet_has_its_mark(self):
        self.count_packets("tcp sport 7000 meta mark 0x11", "tcp sport 7000 meta mark != 0x11",
                           "tcp dport 7001 meta mark 22", "tcp dport 7001 meta mark != 22")
        self.says(b"hello", self.hosts[1], "10.0.2.9:7001")
        self.start_on_node(config("10.0.2.9:7001", bind="10.0.1.1:7000", listener="client: {mark: 0x11}",
                                  upstream="endpoint: {mark: 22}"))
        self.assertEqual(self.hears(self.hosts[0], "10.0.1.1:7000"), "hello")
        to_client, unmarked, to_endpoint, unmarked_too = self.packets()
        print(f"{to_client} packets to the client, {to_endpoint} to the endpoint, all of them marked", flush=True)
        self.assertGreater(min(to_client, to_endpoint), 2)
        self.assertEqual((unmarked, unmarked_too), (0, 0))

    def test_mark_needs_a_capability(self):
        text = config("10.0.2.9:7001", bind="10.0.1.1:7000", upstream="endpoint: {mark: 22}")
        without = ["setpriv", "--inh-caps=-all", "--bounding-set=-net_admin,-net_raw"]
        daemon = self.start_on_node(text, wrapper=without)
        warning, = daemon.log.wait("option_unavailable")
        self.assertIn("CAP_NET_ADMIN", warning["msg"])
        with self.hosts[0].here():
            self.connect("10.0.1.1:7000")
        end = daemon.wait_session()
        self.assertEqual((end["reason"], end["errno"]), ("local_error", "EPERM"))


@unittest.skipIf(why_not(), why_not())
class Classes(TwoNetworks):
    def test_every_packet_has_its_class(self):
        self.count_packets("tcp sport 7000 ip dscp ef", "tcp sport 7000 ip dscp != ef",
                           "tcp dport 7001 ip dscp af41", "tcp dport 7001 ip dscp != af41")
        self.says(b"hello", self.hosts[1], "10.0.2.9:7001")
        self.start_on_node(config("10.0.2.9:7001", bind=":7000", listener="client: {dscp: ef}",
                                  upstream="endpoint: {dscp: 34}"))
        self.assertEqual(self.hears(self.hosts[0], "10.0.1.1:7000"), "hello")
        to_client, other, to_endpoint, other_too = self.packets()
        print(f"{to_client} packets to the client, {to_endpoint} to the endpoint, all of their class", flush=True)
        self.assertGreater(min(to_client, to_endpoint), 2)
        self.assertEqual((other, other_too), (0, 0))

    def test_packets_of_ipv6_have_it(self):
        self.node.run("ip address add 2001:db8::1/64 dev eth0 nodad")
        self.hosts[0].run("ip address add 2001:db8::9/64 dev eth0 nodad")
        self.count_packets("tcp sport 7000 ip6 dscp ef", "tcp sport 7000 ip6 dscp != ef")
        self.says(b"hello", self.node, "127.0.0.1:7001")
        self.start_on_node(config("127.0.0.1:7001", bind=":7000", listener="client: {dscp: ef}"))
        self.assertEqual(self.hears(self.hosts[0], "[2001:db8::1]:7000"), "hello")
        of_class, other = self.packets()
        self.assertGreater(of_class, 2)
        self.assertEqual(other, 0)


@unittest.skipIf(why_not(), why_not())
class FreeBinds(TwoNetworks):
    def test_address_of_listener_may_come_later(self):
        self.says(b"hello", self.node, "127.0.0.1:7001")
        self.start_on_node(config("127.0.0.1:7001", bind="10.0.1.77:7000", listener="client: {free_bind: true}"))
        self.node.run("ip address add 10.0.1.77/24 dev eth0")
        self.assertEqual(self.hears(self.hosts[0], "10.0.1.77:7000"), "hello")

    def test_routed_network_gives_sources(self):
        """The node has the whole of 2001:db8:7::/64, and no single address of it."""
        self.node.run("ip address add 2001:db8::1/64 dev eth0 nodad")
        self.hosts[0].run("ip address add 2001:db8::9/64 dev eth0 nodad")
        self.hosts[0].run("ip -6 route add 2001:db8:7::/64 via 2001:db8::1")
        self.node.run("ip -6 route add local 2001:db8:7::/64 dev lo")
        seen = []
        with self.hosts[0].here():
            self.serve(lambda client: (seen.append(client.getpeername()[0]), echo(client)), "[2001:db8::9]:7001")
        for keys, source in [("free_bind: true, source: \"2001:db8:7::42\"", "2001:db8:7::42"),
                             ("source: \"2001:db8:7::43\"", None)]:
            daemon = self.start_on_node(config("[2001:db8::9]:7001", bind="10.0.1.1:7000",
                                               upstream=f"endpoint: {{{keys}}}"))
            with self.hosts[0].here():
                client = self.connect("10.0.1.1:7000")
                if source:
                    self.assert_echoes(client)
                    self.assertEqual(seen, [source])
                else:
                    self.assertEqual(daemon.wait_session()["reason"], "connect_no_source")
                client.close()
            daemon.kill()


if __name__ == "__main__":
    unittest.main()
