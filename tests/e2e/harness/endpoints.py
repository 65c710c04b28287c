"""Endpoints behind the daemon, in this process or in one of their own."""

import selectors
import signal
import socket
import subprocess
import sys
import threading

from harness.sockets import connect, hang_up, join, listen
from harness.streams import BLOCK
from harness.threads import join_all
from harness.waiting import DEADLINE

_PART = b"x" * 65536


def echo(connection):
    while data := connection.recv(BLOCK):
        connection.sendall(data)


def discard(connection):
    while connection.recv(BLOCK):
        pass


def flood(connection):
    """Sends for as long as somebody reads."""
    while True:
        connection.sendall(_PART)


class Endpoint:
    """Runs `handler(connection)` in a thread for each connection that it accepts."""

    def __init__(self, handler, address="127.0.0.1:0"):
        self.connections = []
        self._handler = handler
        self._listener = listen(address)
        self.address = join(self._listener.getsockname())
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        for connection in self.connections:
            hang_up(connection)
        join_all(self._threads)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(DEADLINE)
            self.connections.append(connection)
            thread = threading.Thread(target=self._serve, args=[connection], daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection):
        try:
            self._handler(connection)
        except OSError:
            pass  # what the connection suffered is the test's to assert, at the other end
        finally:
            connection.close()


class Crowd:
    """Echoes on any number of connections from a single thread. A client that does not read holds up nobody else."""

    def __init__(self):
        self._selector = selectors.DefaultSelector()
        self._unsent = {}
        self._listener = listen()
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._stopping, self._wake = socket.socketpair()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self.address = join(self._listener.getsockname())
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        self._stopping.close()
        join_all([self._thread])
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()

    def _run(self):
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._wake:
                    return
                key.data(key.fileobj)

    def _accept(self, listener):
        connection = listener.accept()[0]
        connection.setblocking(False)
        self._selector.register(connection, selectors.EVENT_READ, self._echo)

    def _echo(self, connection):
        try:
            data = self._unsent.pop(connection, b"") or connection.recv(BLOCK)
            rest = self._send(connection, data)
        except OSError:
            data = rest = b""
        if rest:
            self._unsent[connection] = rest
        if data:
            self._selector.modify(connection, selectors.EVENT_WRITE if rest else selectors.EVENT_READ, self._echo)
        else:
            self._selector.unregister(connection)
            connection.close()

    @staticmethod
    def _send(connection, data):
        """What the kernel did not take."""
        try:
            return data[connection.send(data):]
        except BlockingIOError:
            return data


class Filled:
    """A listener whose accept queue is full: the kernel drops every further SYN, as a black hole does."""

    def __init__(self):
        self._listener = listen(backlog=0)
        self.address = join(self._listener.getsockname())
        self._waiting = []
        while self._connect():
            pass

    def _connect(self):
        try:
            self._waiting.append(connect(self.address, within=0.3))
            return True
        except TimeoutError:
            return False

    def close(self):
        for connection in [self._listener, *self._waiting]:
            connection.close()


class PeerProcess:
    """An endpoint in a process of its own, which can be stopped and killed. `role` is "echo", "discard" or
    "crowd": an echo for many."""

    def __init__(self, role):
        self.process = subprocess.Popen([sys.executable, "-m", "harness", role], stdout=subprocess.PIPE,
                                        stdin=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        self.address = self.process.stdout.readline().strip()

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        self.process.kill()
        code = self.process.wait()
        self.process.stdout.close()
        self.process.stdin.close()
        if code != -signal.SIGKILL:
            raise AssertionError(f"the endpoint ended by itself, with {code}")
