"""Clients, a router that runs the daemon, and endpoints, each on a host of their own. What the manual says about transparent
proxying is done as it stands there."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from harness.control import ControlledTest
from harness.daemon import DUPLEXD, Daemon
from harness.network import Host, Switch, why_not
from harness.sockets import connect, join
from harness.streams import BLOCK

_ROOT = Path(__file__).parents[4]
_MANUAL = _ROOT / "packaging/man/duplexd.8.scd"
_UNIT = _ROOT / "systemd/duplexd.service"
_BLOCK = re.compile(r"^```\n# (.*)\n((?:.*\n)*?)```$", re.MULTILINE)

ROUTER = {4: "10.1.0.1", 6: "fd00:1::1"}
SERVED = {4: ["10.2.0.80", "10.2.0.81"], 6: ["fd00:2::80", "fd00:2::81"]}
FAMILIES = (4, 6)
PORT = 80


def why_not_transparent():
    """Why there cannot be such hosts; empty if there can."""
    if reason := why_not():
        return reason
    if not shutil.which("nft"):
        return "nftables is not installed"
    rules = block("duplexd-tproxy.nft") + block("duplexd-redirect.nft") + block("duplexd-return.nft")
    trial = subprocess.run(["unshare", "--net", "nft", "--file", "-"], input=rules, capture_output=True, text=True,
                           check=False)
    return f"this kernel has no such nftables: {trial.stderr.strip()}" if trial.returncode else ""


def block(name):
    """The lines of the manual below a comment that ends with this name."""
    section = _MANUAL.read_text().partition("# TRANSPARENT PROXYING\n")[2].partition("\n# ENVIRONMENT\n")[0]
    found, = (lines for comment, lines in _BLOCK.findall(section) if comment.endswith(name))
    return found


def at(host, port=PORT):
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def host_of(address):
    return address.rpartition(":")[0].strip("[]")


def capabilities(*lines):
    """What the unit and drop-ins with these lines allow, as setpriv(1) has it."""
    kept = re.findall(r"^CapabilityBoundingSet=(.*)$", "\n".join([_UNIT.read_text(), *lines]), re.MULTILINE)
    names = [name.lower().replace("cap_", "+") for line in kept for name in line.split()]
    return ["setpriv", f"--bounding-set=-all,{','.join(names)}", "--inh-caps=-all"]


def tell(connection):
    """Says whom it takes for its client and what that came to, then echoes."""
    connection.sendall(f"{join(connection.getpeername())} {join(connection.getsockname())}\n".encode())
    while data := connection.recv(BLOCK):
        connection.sendall(data)


class TransparentTest(ControlledTest):
    """Clients have 10.1.0.100 and on, and endpoints 10.2.0.80 and 81, and the like of IPv6. Endpoints send to clients by way
    of the router."""

    clients_count = 1
    near = ROUTER  # the router, to its clients
    served = SERVED

    def setUp(self):
        super().setUp()
        near, far = self.host(Switch), self.host(Switch)
        self.clients, self.router, self.endpoints = self.host(), self.host(), self.host()
        near.plug(self.clients)
        self.batch(self.clients, "".join(f"address add {address} dev eth0\n" for address in self.with_prefix(
            *(self.client(family, i) for i in range(self.clients_count) for family in FAMILIES))))
        near.plug(self.router, *self.with_prefix(*self.near.values()))
        far.plug(self.router, *self.with_prefix("10.2.0.1", "fd00:2::1"), interface="eth1")
        far.plug(self.endpoints, *self.with_prefix(*self.served[4], *self.served[6]))
        for host, way in ((self.clients, self.near), (self.endpoints, {4: "10.2.0.1", 6: "fd00:2::1"})):
            for family in FAMILIES:
                host.run(f"ip -{family} route add default via {way[family]}")
        with self.endpoints.here():
            for host in self.served[4] + self.served[6]:
                self.serve(tell, at(host))

    def host(self, kind=Host):
        host = kind()
        self.addCleanup(host.close)
        return host

    @staticmethod
    def with_prefix(*hosts):
        return [f"{host}/64 nodad" if ":" in host else f"{host}/24" for host in hosts]

    @staticmethod
    def client(family, number=0):
        return f"fd00:1::{100 + number}" if family == 6 else f"10.1.0.{100 + number}"

    def nft(self, rules, host=None):
        subprocess.run((host or self.router).command("nft", "--file", "-"), input=rules, text=True, check=True)

    @staticmethod
    def batch(host, lines, *options):
        subprocess.run(host.command("ip", *options, "-batch", "-"), input=lines, text=True, check=True)

    def route_marked(self):
        for family in FAMILIES:
            self.batch(self.router, block("ip -6 -batch"), f"-{family}")

    def lead_here(self, how):
        """Does what the manual says about `tproxy`, `redirect` or `return`."""
        self.nft(block(f"duplexd-{how}.nft"))
        if how != "redirect" and "fwmark" not in self.router.run("ip rule"):
            self.route_marked()

    def use_other_ports(self):
        name, _, value = block("/etc/sysctl.d/duplexd.conf").partition(" = ")
        subprocess.run(self.router.command("sysctl", "--write", f"{name}={value.strip()}"), check=True,
                       stdout=subprocess.DEVNULL)

    def start_router(self, text, *drop_ins, user=0):
        """The daemon on the router, as a user with the capabilities that the unit and these drop-ins give root."""
        os.chown(self.folder, user, user)
        file = Path(self.folder) / "duplexd.yaml"
        file.write_text(text)
        as_user = [*capabilities(*drop_ins), f"--reuid={user}", "--clear-groups"]
        daemon = Daemon(self.router.command(*as_user, DUPLEXD, "--config", file, "--log-format", "json"),
                        env={**os.environ, "RUNTIME_DIRECTORY": self.folder})
        daemon.file = file
        self.addCleanup(daemon.kill)
        daemon.wait_ready()
        self.addCleanup(self.assert_leaves_cleanly, daemon)
        return daemon

    def text(self, how="tproxy", source="", endpoint="original_destination", more=""):
        """The configuration of the manual, as far as it is about this."""
        text = block("/etc/duplexd/duplexd.yaml").replace("original_destination", f'"{endpoint}"')
        if how != "tproxy":
            text = text.replace("    transparent: true\n", "")
        return f"workers: 2\n{text}    endpoint: {{source: {source or '[]'}}}\n    retry: {{rounds: 0}}\n{more}"

    def dial(self, destination, source=None, **options):
        with self.clients.here():
            connection = connect(destination, source=source, **options)
        self.addCleanup(connection.close)
        return connection

    @staticmethod
    def told(connection):
        """Whom the endpoint takes for its client, and what that came to."""
        line = b""
        while not line.endswith(b"\n"):
            part = connection.recv(1)
            if not part:
                raise AssertionError(f"the endpoint said only {line}")
            line += part
        return line.decode().split()
