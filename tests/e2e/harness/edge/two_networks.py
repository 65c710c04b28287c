"""A node on two networks, with a host on each, and a duplexd on the node."""

import subprocess
from pathlib import Path

from harness.case import E2eTest
from harness.daemon import DUPLEXD, Daemon
from harness.endpoints import Endpoint
from harness.network import Host, Switch
from harness.sockets import connect
from harness.waiting import DEADLINE


class TwoNetworks(E2eTest):
    """Of the node, eth0 is 10.0.1.1 and eth1 is 10.0.2.1; the hosts are 10.0.1.9 and 10.0.2.9."""

    def setUp(self):
        super().setUp()
        self.switches = [self.new(Switch), self.new(Switch)]
        self.node = self.new(Host)
        self.hosts = [self.new(Host), self.new(Host)]
        for number, switch in enumerate(self.switches):
            switch.plug(self.node, f"10.0.{number + 1}.1/24", interface=f"eth{number}")
            switch.plug(self.hosts[number], f"10.0.{number + 1}.9/24")

    def new(self, kind):
        host = kind()
        self.addCleanup(host.close)
        return host

    def serve_on(self, host, handler, address):
        with host.here():
            return self.serve(handler, address)

    def says(self, word, host, address):
        """An endpoint that speaks first."""
        return self.serve_on(host, lambda connection: connection.sendall(word), address)

    def start_on_node(self, text, wrapper=()):
        file = Path(self.folder) / "duplexd.yaml"
        file.write_text(text)
        daemon = Daemon(self.node.command(*wrapper, DUPLEXD, "--config", file, "--log-format", "json"))
        self.addCleanup(daemon.kill)
        daemon.wait_ready()
        return daemon

    def hears(self, host, address):
        """What a client on the host gets, up to the end; "refused" if nobody listens."""
        with host.here():
            try:
                with connect(address, within=DEADLINE) as client:
                    return _all(client).decode()
            except ConnectionRefusedError:
                return "refused"

    def count_packets(self, *rules):
        """Counts what leaves the node, by these rules of nft(8), in their order; see packets()."""
        lines = "".join(f"add rule inet counted output {rule} counter\n" for rule in rules)
        subprocess.run(self.node.command("nft", "-f", "-"), check=True, text=True, input=(
            "add table inet counted\nadd chain inet counted output { type filter hook output priority 0; }\n" + lines))

    def packets(self):
        words = self.node.run("nft list table inet counted").split()
        return [int(words[index + 1]) for index, word in enumerate(words) if word == "packets"]

    def counter(self, name, host=None):
        """A counter of the kernel, as nstat(8) calls it."""
        for line in (host or self.node).run(f"nstat -asz {name}").splitlines():
            if line.startswith(name):
                return int(line.split()[1])
        return 0


def _all(client):
    received = b""
    while more := client.recv(4096):
        received += more
    return received
