"""dnsmasq in a network of its own, where nobody else answers, and programs that ask it. For root only."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from harness.daemon import TETHER
from harness.waiting import eventually

ADDRESS = "127.0.0.2"  # of dnsmasq
SILENT = "127.0.0.9"   # of a name server that takes questions and never answers
DEAD_ZONE = "dead.test"  # RFC 2606; dnsmasq asks the silent one about it
FAILING = "127.0.0.8"  # of one that answers every question with SERVFAIL
FAILING_ZONE = "failing.test"
HOST_ADDRESS = "198.51.100.1"  # RFC 5737

_HOLD_NETWORK = f"""
set -e
ip link set lo up
ip address add {HOST_ADDRESS}/32 dev lo
mount --bind "$1" /etc/resolv.conf
exec python3 -c 'import signal, socket
silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
silent.bind(("{SILENT}", 53))
failing = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
failing.bind(("{FAILING}", 53))
print("ready", flush=True)
while True:
    question, asker = failing.recvfrom(4096)
    failing.sendto(question[:2] + bytes([0x81, 0x82]) + question[4:], asker)'
"""


class Dnsmasq:
    """Answers for the names of `hosts`; of others outside the dead zone it knows that there are none."""

    def __init__(self, folder):
        self.resolv_conf = Path(folder, "resolv.conf")
        self._hosts = Path(folder, "hosts")
        self._hosts.touch()
        self._options = []
        self.ask_in_turn(ADDRESS)
        self._network = self._start(["unshare", "--net", "--mount", "sh", "-c", _HOLD_NETWORK, "sh", self.resolv_conf],
                                    stdout=subprocess.PIPE)
        assert self._network.stdout.readline() == b"ready\n", "the network is not up"
        self.start()

    def start(self):
        self._process = self._start([
            *self.inside(), "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--pid-file=",
            "--log-facility=-", "--no-resolv", "--no-hosts", "--bind-interfaces", f"--listen-address={ADDRESS}",
            "--cache-size=0", "--local=/#/", f"--addn-hosts={self._hosts}", f"--server=/{DEAD_ZONE}/{SILENT}",
            f"--server=/{FAILING_ZONE}/{FAILING}", "--dns-forward-max=5000", *self._options], stderr=subprocess.DEVNULL)
        eventually(self._answers, what="dnsmasq to answer")

    def restart(self, *options):
        """With further options of dnsmasq."""
        self.stop()
        self._options = options
        self.start()

    def inside(self, *options):
        """What to put before a command so that it runs in this network."""
        return ["nsenter", f"--target={self._network.pid}", "--net", "--mount", *options]

    def ask_in_turn(self, *addresses):
        """Writes resolv.conf in place."""
        self.resolv_conf.write_text("".join(f"nameserver {address}\n" for address in addresses))

    def replace_resolv_conf(self, file):
        """Puts another file in the place of resolv.conf."""
        subprocess.run([*self.inside(), "mount", "--bind", file, "/etc/resolv.conf"], check=True)

    def serve(self, hosts):
        """`hosts`: names, each with its addresses."""
        lines = [f"{address} {name}\n" for name, addresses in hosts.items() for address in addresses]
        self._hosts.write_text("".join(lines))
        self._process.send_signal(signal.SIGHUP)

    def stop(self):
        """No name server answers any more: the kernel says that nobody is there."""
        self._process.kill()
        self._process.wait()

    def close(self):
        for process in [self._process, self._network]:
            process.kill()
            process.wait()
        self._network.stdout.close()

    def _start(self, command, **popen):
        return subprocess.Popen([*TETHER, *map(str, command)], **popen)

    def _answers(self):
        """It listens, in /proc/net/udp of its network: the bytes of the address are reversed."""
        sockets = Path(f"/proc/{self._network.pid}/net/udp").read_text()
        return f"{bytes(map(int, reversed(ADDRESS.split('.')))).hex().upper()}:0035" in sockets


def why_not():
    """Why there cannot be such a network; empty if there can."""
    if not shutil.which("dnsmasq"):
        return "dnsmasq is not installed"
    if os.geteuid() != 0:
        return "only root can make a network"
    trial = subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True, text=True, check=False)
    return trial.stderr.strip() if trial.returncode else ""
