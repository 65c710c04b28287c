"""Clients of duplexd and the endpoint behind it: what becomes of each connection is counted, every byte is compared."""

import collections
import contextlib
import errno
import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

HOST = "127.0.0.1"
PATIENCE = 20.0  # seconds; longer than any restart, so that a client that waits is not taken for one that is lost


class Echo:
    """An endpoint that sends back what it gets. It lives as long as the process."""

    def __init__(self, port):
        self._listening = socket.create_server((HOST, port), backlog=4096)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self._listening.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    @staticmethod
    def _serve(connection):
        with connection, contextlib.suppress(OSError):
            while data := connection.recv(65536):
                connection.sendall(data)


def receive(connection, size):
    data = bytearray()
    while len(data) < size and (more := connection.recv(size - len(data))):
        data += more
    return bytes(data)


def bulk(port, size):
    """Sends a stream to the endpoint while it comes back; whether it is the same."""
    stream = random.Random(9).randbytes(size)
    with connect(port) as connection, ThreadPoolExecutor(1) as other:
        sent = other.submit(connection.sendall, stream)
        came_back = receive(connection, size)
        sent.result()
    return came_back == stream


def connect(port, family=socket.AF_INET):
    connection = socket.socket(family)
    connection.settimeout(PATIENCE)
    connection.connect((HOST, port) if family == socket.AF_INET else port)
    return connection


def session(port, message=b"to the endpoint and back", family=socket.AF_INET):
    """One short session; in one word, what became of it."""
    try:
        with connect(port, family) as connection:
            connection.sendall(message)
            connection.shutdown(socket.SHUT_WR)
            answer = receive(connection, len(message) + 1)
            return "ok" if answer == message else "cut" if message.startswith(answer) else "wrong"
    except OSError as error:
        return outcome_of(error)


def outcome_of(error):
    """The word for an error of a client's socket; every error has one."""
    if isinstance(error, (ConnectionRefusedError, FileNotFoundError)):
        return "refused"
    # ENOTCONN: the reset came between two calls, and shutdown(2) finds no connection.
    if isinstance(error, ConnectionError) or error.errno == errno.ENOTCONN:
        return "reset"
    if isinstance(error, TimeoutError):
        return "late"
    return errno.errorcode.get(error.errno, "failed")


class Load:
    """Short sessions, one after the other on each of some threads, for as long as a with-block lasts. The end of the
    block raises what a thread died of."""

    def __init__(self, port, threads=16):
        self.counts = collections.Counter()
        self.slowest = 0.0
        self._port = port
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads)
        self._clients = []

    def __enter__(self):
        self._clients = [self._pool.submit(self._run) for _ in range(self._threads)]
        return self

    def __exit__(self, *_):
        self._done.set()
        for client in self._clients:
            client.result()
        self._pool.shutdown()

    def _run(self):
        while not self._done.wait(0.005):  # a pace that leaves local ports for an hour of this
            began = time.monotonic()
            outcome = session(self._port)
            with self._lock:
                self.counts[outcome] += 1
                self.slowest = max(self.slowest, time.monotonic() - began)

    def assert_all_served(self, within=PATIENCE):
        assert self.counts["ok"] > 0 and self.counts.keys() == {"ok"}, self
        assert self.slowest < within, self

    def __str__(self):
        words = ["ok", "refused", *sorted(self.counts.keys() - {"ok", "refused"})]
        counts = ", ".join(f"{self.counts[word]} {word}" for word in words)
        return f"{counts}, slowest {self.slowest * 1000:.0f} ms"


class Stream:
    """One long session: block after block goes to the endpoint and has to come back the same."""

    def __init__(self, port):
        self.blocks = 0
        self._trouble = None
        self._connection = connect(port)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()
        self._connection.close()

    def _run(self):
        blocks = random.Random(7)
        try:
            while not self._done.wait(0.002):
                self._exchange(blocks.randbytes(16384))
        except OSError as error:
            self._trouble = f"{error} after {self.blocks} blocks"

    def _exchange(self, block):
        self._connection.sendall(block)
        if receive(self._connection, len(block)) != block:
            raise OSError("the stream ended or was not the same")
        self.blocks += 1

    def more(self):
        """Sees the stream go on, by two blocks; one alone may have been on its way already."""
        goal, deadline = self.blocks + 2, time.monotonic() + PATIENCE
        while self.blocks < goal:
            assert self._trouble is None, self._trouble
            assert time.monotonic() < deadline, f"the stream stands still after {self.blocks} blocks"
            self._done.wait(0.01)
        return f"{self.blocks * 16} KiB of a long stream"
