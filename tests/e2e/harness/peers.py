"""Clients and endpoints of the daemon under test, in this process or in one of their own."""

import hashlib
import random
import selectors
import socket
import struct
import subprocess
import sys
import threading

DEADLINE = 60  # seconds; no operation of a peer takes longer unless the daemon is stuck
BLOCK = 256 * 1024


def split(address):
    """The family and the socket module's form of "127.0.0.1:80", "[::1]:80", "unix:/path" or "unix:@name"."""
    if address.startswith("unix:"):
        return socket.AF_UNIX, address[5:].replace("@", "\0", 1)
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    return family, (host.strip("[]"), int(port))


def join(name):
    """The reverse of split(), from what getsockname() returns."""
    if isinstance(name, (str, bytes)):
        text = name if isinstance(name, str) else name.decode()
        return "unix:" + text.replace("\0", "@", 1)
    return f"[{name[0]}]:{name[1]}" if ":" in name[0] else f"{name[0]}:{name[1]}"


def connect(address, source=None, receive_buffer=None, within=DEADLINE):
    family, name = split(address)
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(within)
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    if source:
        connection.bind((source, 0))
    try:
        connection.connect(name)
    except OSError:
        connection.close()
        raise
    return connection


def listen(address="127.0.0.1:0", backlog=4096):
    family, name = split(address)
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(name)
    listener.listen(backlog)
    return listener


def free_port(count=1):
    """The first of `count` ports in a row that nobody is bound to."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port = first.getsockname()[1]
            if port + count < 65536 and all(_is_free(port + offset) for offset in range(1, count)):
                return port


def _is_free(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def reset(connection):
    """Closes with a RST instead of a FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def receive_exactly(connection, size):
    data = b""
    while len(data) < size and (part := connection.recv(size - len(data))):
        data += part
    return data


def receive_all(connection):
    return b"".join(iter(lambda: connection.recv(BLOCK), b""))


def send_stream(connection, size, seed=0):
    """Sends `size` bytes in which no block repeats, and returns their hash."""
    block = bytearray(random.Random(seed).randbytes(BLOCK))
    digest = hashlib.sha256()
    for start in range(0, size, BLOCK):
        struct.pack_into("<Q", block, 0, start)
        part = memoryview(block)[:size - start]
        digest.update(part)
        connection.sendall(part)
    return digest.hexdigest()


def receive_stream(connection):
    """The number and the hash of all bytes up to the end of the stream."""
    digest = hashlib.sha256()
    buffer = bytearray(BLOCK)
    total = 0
    while size := connection.recv_into(buffer):
        digest.update(memoryview(buffer)[:size])
        total += size
    return total, digest.hexdigest()


def echo(connection):
    while data := connection.recv(BLOCK):
        connection.sendall(data)


def discard(connection):
    while connection.recv(BLOCK):
        pass


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
            _shut_down(connection)
        for thread in self._threads:
            thread.join(DEADLINE)
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
    """Echoes on any number of connections from a single thread."""

    def __init__(self):
        self._selector = selectors.DefaultSelector()
        self._listener = listen()
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._stopping, self._wake = socket.socketpair()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self.address = join(self._listener.getsockname())
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self):
        self._stopping.close()
        self._thread.join(DEADLINE)
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
        self._selector.register(listener.accept()[0], selectors.EVENT_READ, self._echo)

    def _echo(self, connection):
        try:
            data = connection.recv(BLOCK)
            connection.sendall(data)
        except ConnectionError:
            data = b""
        if not data:
            self._selector.unregister(connection)
            connection.close()


def _shut_down(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


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
    """An endpoint in a process of its own, which can be stopped and killed. `role` is "echo" or "discard"."""

    def __init__(self, role):
        self.process = subprocess.Popen([sys.executable, "-m", "harness", role], stdout=subprocess.PIPE,
                                        stdin=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        self.address = self.process.stdout.readline().strip()

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stdin.close()
