"""A small service manager: sd_notify(3), the file descriptor store, and socket activation (systemd.service(5))."""

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections import defaultdict

from harness.control import ControlledTest
from harness.threads import join_all
from harness.waiting import DEADLINE, eventually

# Descriptors from number 3 on, and the environment with the right pid: what a service manager does before exec(3).
_PASS_ON = """
import fcntl, os, sys
names, descriptors, command = sys.argv[1], [int(number) for number in sys.argv[2].split(",")], sys.argv[3:]
high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10000) for descriptor in descriptors]
os.closerange(3, 10000)
for number, descriptor in enumerate(high, 3):
    os.dup2(descriptor, number)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(high)), LISTEN_FDNAMES=names)
os.execvp(command[0], command)
"""


def passing(sockets):
    """A wrapper for a command line, and options of Popen: the process gets `sockets`, pairs of name and descriptor."""
    if not sockets:
        return {}
    names, descriptors = zip(*sockets)
    wrapper = [sys.executable, "-c", _PASS_ON, ":".join(names), ",".join(map(str, descriptors))]
    return {"wrapper": wrapper, "pass_fds": descriptors}


class ServiceManager:
    """Receives what the daemon tells, in order, and keeps the descriptors that it stores. pause() stops reading."""

    def __init__(self, folder):
        self.path = f"{folder}/notify"
        self.messages = []  # a dictionary each, without those that speak of a watchdog or a status only
        self.pings = []  # when a WATCHDOG=1 came
        self._store = defaultdict(list)
        self._barriers_sent = self._barriers_seen = 0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._reading = threading.Event()
        self._reading.set()
        self._rests = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def stored(self):
        """Pairs of name and descriptor, for the next process."""
        return [(name, descriptor) for name, descriptors in self._store.items() for descriptor in descriptors]

    def told(self, **fields):
        return [message for message in self.messages if fields.items() <= message.items()]

    def wait(self, count=1, **fields):
        eventually(lambda: len(self.told(**fields)) >= count, what=f"{count} messages {fields}")

    def settle(self):
        """Everything that was sent before is known."""
        self._barriers_sent += 1
        self._tell(b"BARRIER=1")
        eventually(lambda: self._barriers_seen == self._barriers_sent, what="the messages before")

    def pause(self):
        """From here on it takes no message: its queue is full."""
        self.settle()
        self._reading.clear()
        self._tell(b"STATUS=the last one")
        self._rests.wait(DEADLINE)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, contextlib.suppress(BlockingIOError):
            sender.connect(self.path)
            sender.setblocking(False)
            while True:
                sender.send(b"STATUS=filled")

    def resume(self):
        self._reading.set()

    def close(self):
        self.resume()
        self._tell(b"END=1")
        join_all([self._thread])
        self._socket.close()
        for _, descriptor in self.stored:
            os.close(descriptor)

    def _tell(self, text):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.connect(self.path)
            sender.send(text)

    def _run(self):
        while True:
            if not self._reading.is_set():
                self._rests.set()
                self._reading.wait()
                self._rests.clear()
            text, descriptors, _, _ = socket.recv_fds(self._socket, 4096, 253)
            message = dict(line.split("=", 1) for line in text.decode().splitlines())
            if "END" in message:
                return
            self._take(message, descriptors)

    def _take(self, message, descriptors):
        if "BARRIER" in message:
            self._barriers_seen += 1
        elif message.keys() == {"WATCHDOG"}:
            self.pings.append(time.monotonic())
        elif message.keys() != {"STATUS"}:
            self.messages.append(message)
        if "FDSTORE" in message:
            for descriptor in descriptors:
                self._keep(message["FDNAME"], descriptor)
        if "FDSTOREREMOVE" in message:
            for descriptor in self._store.pop(message["FDNAME"], []):
                os.close(descriptor)

    def _keep(self, name, descriptor):
        """One that is there already is not kept twice."""
        if any(os.path.sameopenfile(descriptor, known) for known in self._store[name]):
            os.close(descriptor)
        else:
            self._store[name].append(descriptor)


class ServiceTest(ControlledTest):
    """Its daemons are services of a service manager."""

    def setUp(self):
        super().setUp()
        self.manager = ServiceManager(self.folder)
        self.addCleanup(self.manager.close)

    def start_service(self, text, sockets=(), environment=(), ready=True, **options):
        """With what is stored, and with `sockets`: pairs of name and descriptor. Once it is ready it has sent all that it
        stores, and holds no copies."""
        told = len(self.manager.told(READY="1"))
        env = {**os.environ, "NOTIFY_SOCKET": self.manager.path, **dict(environment)}
        daemon = self.start(text, env=env, ready=False, **passing([*sockets, *self.manager.stored]), **options)
        if ready:
            self.manager.wait(READY="1", count=told + 1)
            daemon.wait_ready()
            self.addCleanup(self.assert_leaves_cleanly, daemon)
        return daemon

    def stop_service(self, daemon):
        """As `systemctl stop` does, or the first half of a restart."""
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait_exit(), 0, daemon.log.tail())
        self.manager.settle()

    def kill_service(self, daemon):
        daemon.signal(signal.SIGKILL)
        daemon.wait_exit()
        self.manager.settle()
