"""Hosts and a switch between them, each in a network namespace of its own."""

import contextlib
import ctypes
import os
import signal
import subprocess
from pathlib import Path

from harness.daemon import TETHER
from harness.waiting import eventually

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET
_LIBC = ctypes.CDLL(None, use_errno=True)
_HOLD = 'for folder; do mount -t tmpfs tmpfs "$folder" || exit; done; ip link set lo up; echo; exec sleep infinity'


def why_not():
    """Why there cannot be such hosts; empty if there can."""
    if os.geteuid() != 0:
        return "only root can make a network"
    trial = subprocess.run(["unshare", "--net", "--mount", "ip", "link", "add", "type", "bridge"], capture_output=True,
                           text=True, check=False)
    return trial.stderr.strip() if trial.returncode else ""


class Host:
    """What is started here has the network of this host, and these `folders` for itself, which are empty at first."""

    def __init__(self, *folders):
        self._processes = []
        self._holder = subprocess.Popen([*TETHER, "unshare", "--net", "--mount", "sh", "-c", _HOLD, "sh", *folders],
                                        stdout=subprocess.PIPE)
        self._holder.stdout.readline()

    def close(self):
        self.kill()
        self._holder.kill()
        self._holder.wait()
        self._holder.stdout.close()

    @property
    def pid(self):
        return self._holder.pid

    def command(self, *args):
        return ["nsenter", f"--target={self.pid}", "--net", "--mount", "--", *map(str, args)]

    def run(self, command):
        """Words, and what they print."""
        return subprocess.run(self.command(*command.split()), capture_output=True, text=True, check=True).stdout

    def start(self, *args, **popen):
        """A process that ends with the host."""
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen([*TETHER, *self.command(*args)], start_new_session=True, **{**quiet, **popen})
        self._processes.append(process)
        return process

    def kill(self):
        """All that was started, at once."""
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._processes = []

    def lose_power(self):
        """Nothing comes from it any more."""
        self.run("ip link set eth0 down")
        self.kill()

    @contextlib.contextmanager
    def here(self):
        """Sockets that this thread opens meanwhile are on this host."""
        with Path("/proc/thread-self/ns/net").open("rb") as before, \
                Path(f"/proc/{self.pid}/ns/net").open("rb") as inside:
            _enter(inside)
            try:
                yield
            finally:
                _enter(before)


def _enter(network):
    if _LIBC.setns(network.fileno(), _NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "setns")


class Switch(Host):
    """What is plugged into it is one network."""

    def __init__(self):
        super().__init__()
        self._ports = 0
        self.run("ip link add bridge type bridge")
        self.run("ip link set bridge up")

    def plug(self, host, *addresses, interface="eth0"):
        """An interface of the host, with these addresses."""
        self._ports += 1
        port = f"port{self._ports}"
        self.run(f"ip link add {port} type veth peer name {interface} netns {host.pid}")
        self.run(f"ip link set {port} master bridge up")
        for address in addresses:
            host.run(f"ip address add {address} dev {interface}")
        host.run(f"ip link set {interface} up")
        eventually(lambda: "state UP" in host.run(f"ip link show {interface}"), what="the link to be there")
