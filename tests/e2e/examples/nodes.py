"""Several nodes serve clients together, by the files of the examples, with the addresses that are in them."""

import os
import shutil
import statistics
import time
import unittest

from harness import DUPLEXCTL, DUPLEXD, Daemon, E2eTest, eventually, is_sanitized
from harness.network import Host, Switch, why_not
from harness.pools import EXAMPLES, Service, name_or_nobody

FAILS_OVER = 3.0  # seconds
ENDPOINTS = (21, 22, 23)
CLIENTS = range(100, 140)


class NodesTest(E2eTest):
    """Hosts 11 and 12 of 10.0.0.0/24 are nodes, 21 to 23 are endpoints."""

    service = None  # its address

    def setUp(self):
        super().setUp()
        self.files = EXAMPLES / self.name
        self.switch = self.host(Switch)
        self.nodes = [self.plugged(f"10.0.0.{number}/24", folders=self.folders) for number in (11, 12)]
        endpoints = self.plugged(*(f"10.0.0.{number}/24" for number in ENDPOINTS))
        with endpoints.here():
            for number in ENDPOINTS:
                self.addCleanup(Service(f"10.0.0.{number}:5432", str(number)).close)
        self.endpoints = endpoints

    def host(self, kind=Host, *args):
        host = kind(*args)
        self.addCleanup(host.close)
        return host

    def plugged(self, *addresses, folders=()):
        host = self.host(Host, *folders)
        self.switch.plug(host, *addresses)
        return host

    def start_duplexd(self, node):
        environment = {**os.environ, "RUNTIME_DIRECTORY": "/run/duplexd"}
        node.run("mkdir --parents /run/duplexd")
        daemon = Daemon(node.command(DUPLEXD, "--config", self.files / "duplexd.yaml", "--log-format", "json"),
                        env=environment, start_new_session=True)
        self.addCleanup(daemon.kill)
        daemon.wait_ready()
        return daemon

    def served(self):
        """Which endpoint each client gets."""
        with self.clients.here():
            return {number: eventually(lambda: self.served_by(number), what=f"client {number} to be served")
                    for number in CLIENTS}

    def served_by(self, number):
        """Nothing: by nobody. A node that has no time to tell of itself loses its clients to the other for a moment."""
        name = name_or_nobody(self.service, source=self.client(number), within=1)
        return name if name != "nobody" else None

    def wait_served(self):
        """Until a client is; returns the moment."""
        with self.clients.here():
            eventually(lambda: name_or_nobody(self.service, source=self.client(CLIENTS[0]), within=0.2) != "nobody",
                       what="a client to be served", within=20)
        return time.monotonic()

    def fails_over(self, what, break_it):
        """Breaks something, and returns after how many seconds a new client was served that waits for at most 0.2."""
        began = time.monotonic()
        break_it()
        broken = time.monotonic()
        took = self.wait_served() - began
        print(f"{self.name}: {what}: the next client served after {took:.2f} s ({broken - began:.2f} of it to break it)",
              flush=True)
        self.assertLess(took, FAILS_OVER)
        return took

    def assert_balanced(self, served):
        counts = [list(served.values()).count(str(number)) for number in ENDPOINTS]
        self.assertEqual(sum(counts), len(CLIENTS), served)
        self.assertGreater(min(counts), statistics.mean(counts) / 4)


@unittest.skipIf(why_not(), why_not())
@unittest.skipIf(is_sanitized(), "keepalived and BIRD measure in seconds, and a sanitizer takes those")
@unittest.skipUnless(shutil.which("keepalived"), "keepalived is not installed")
class KeepalivedNodes(NodesTest):
    name = "keepalived"
    service = "10.0.0.10:5432"
    folders = ("/run", "/etc/keepalived")

    def setUp(self):
        super().setUp()
        self.clients = self.plugged(*(f"{self.client(number)}/24" for number in CLIENTS))
        self.daemons = {node: self.start_duplexd(node) for node in self.nodes}
        for node in self.nodes:
            self.start_keepalived(node)
        self.wait_served()

    @staticmethod
    def client(number):
        return f"10.0.0.{number}"

    def start_keepalived(self, node):
        node.run(f"cp --recursive {self.files}/. /etc/keepalived")
        path = os.pathsep.join([os.path.dirname(DUPLEXCTL), os.environ["PATH"]])
        node.start("keepalived", "--dont-fork", "--log-console", env={**os.environ, "PATH": path})

    def has_address(self, node):
        return "10.0.0.10/24" in node.run("ip address show eth0")

    def owner(self):
        owner, = (node for node in self.nodes if self.has_address(node))
        return owner, next(node for node in self.nodes if node != owner)

    def lose_power(self, node):
        node.lose_power()
        self.daemons[node].kill()

    def test_dead_node_is_replaced(self):
        before = self.served()
        self.assert_balanced(before)
        owner, _ = self.owner()
        self.fails_over("a node without power", lambda: self.lose_power(owner))
        self.assertEqual(self.served(), before)

    def test_killed_process_is_replaced(self):
        before = self.served()
        owner, other = self.owner()
        self.fails_over("duplexd killed", self.daemons[owner].kill)
        eventually(lambda: self.has_address(other), what="the address to move")
        self.assertEqual(self.served(), before)

    def test_paused_process_is_replaced(self):
        owner, other = self.owner()
        path = os.pathsep.join([os.path.dirname(DUPLEXCTL), os.environ["PATH"]])
        owner.start(DUPLEXCTL, "pause", env={**os.environ, "PATH": path})
        eventually(lambda: self.has_address(other), what="the address to move")
        self.wait_served()


@unittest.skipIf(why_not(), why_not())
@unittest.skipIf(is_sanitized(), "keepalived and BIRD measure in seconds, and a sanitizer takes those")
@unittest.skipUnless(shutil.which("bird"), "bird2 is not installed")
class BirdNodes(NodesTest):
    name = "bird"
    service = "192.0.2.10:5432"
    folders = ("/run",)

    def setUp(self):
        super().setUp()
        self.router = self.plugged("10.0.0.1/24", folders=self.folders)
        outside = self.host(Switch)
        outside.plug(self.router, "198.51.100.1/24", interface="eth1")
        self.clients = self.host()
        outside.plug(self.clients, *(f"{self.client(number)}/24" for number in CLIENTS))
        self.clients.run("ip route add default via 198.51.100.1")
        self.router.run("sysctl --write net.ipv4.ip_forward=1 net.ipv4.fib_multipath_hash_policy=1")
        self.start_bird(self.router, "router.conf")
        self.daemons = {}
        for node in self.nodes:
            node.run("ip route add default via 10.0.0.1")
            self.daemons[node] = self.start_duplexd(node)
            self.address(node, "ExecStartPost")
            self.start_bird(node, "bird.conf")
        eventually(lambda: self.routes() == 2, what="two routes of equal cost", within=30)
        # BGP is faster than BFD, without which nobody notices a silent node.
        eventually(lambda: self.watched() == 2, what="both nodes to be watched by BFD", within=30)

    @staticmethod
    def client(number):
        return f"198.51.100.{number}"

    def start_bird(self, host, file):
        host.run("mkdir --parents /run/bird")
        host.start("bird", "-f", "-c", self.files / file, "-s", "/run/bird/bird.ctl")

    def address(self, node, when):
        """What systemd does with the drop-in."""
        lines = (self.files / "address.conf").read_text().splitlines()
        command, = (line.partition("=+")[2] for line in lines if line.startswith(when))
        node.run(command)

    def routes(self):
        shown = self.router.run("ip route show 192.0.2.10")
        return shown.count("nexthop via") or shown.count(" via ")

    def watched(self):
        return self.router.run("birdc -s /run/bird/bird.ctl show bfd sessions").count(" Up ")

    def lose_power(self, node):
        node.lose_power()
        self.daemons[node].kill()

    def test_dead_node_is_replaced(self):
        before = self.served()
        self.assert_balanced(before)
        for daemon in self.daemons.values():
            self.assertGreater(len(daemon.log.wait("session", times=5)), 4, "each node serves")
        for _ in range(3):  # from other ports, to either node
            self.assertEqual(self.served(), before)
        dead, alive = self.nodes
        self.lose_power(dead)
        self.fails_over("a node without power", lambda: eventually(lambda: self.routes() == 1, what="one route"))
        self.assertEqual(self.served(), before)
        self.assertEqual(self.routes(), 1)
        self.assertTrue(self.daemons[alive].is_running())

    def test_stopped_process_is_replaced(self):
        before = self.served()
        stopped, _ = self.nodes

        def stop():
            self.daemons[stopped].kill()
            self.address(stopped, "ExecStopPost")
            eventually(lambda: self.routes() == 1, what="one route")

        self.fails_over("duplexd killed", stop)
        self.assertEqual(self.served(), before)


if __name__ == "__main__":
    unittest.main()
