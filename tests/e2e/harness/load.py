"""Clients that keep a daemon busy from threads of their own, while the test does something to it."""

import random
import selectors
import threading
import time
from collections import Counter

from harness.sockets import connect
from harness.streams import receive_exactly
from harness.threads import join_all
from harness.waiting import eventually

_MESSAGE = 64
_WINDOW = 16 * 1024
_PERIOD = 65521  # a prime: bytes that are lost or come twice do not fit any more


class Newcomers:
    """Each thread connects, exchanges a few bytes with an echoing endpoint and leaves, over and over. `connect` makes a
    connection to an address."""

    def __init__(self, addresses, threads=4, connect=connect):
        self._connect = connect
        self.outcomes = Counter()  # "served", or the name of what happened instead
        self.slowest = 0.0  # seconds for one visit
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=[random.Random(seed), addresses], daemon=True)
                         for seed in range(threads)]
        for thread in self._threads:
            thread.start()

    @property
    def served(self):
        return self.outcomes["served"]

    @property
    def failures(self):
        """What happened to those who were not served, and how often."""
        with self._lock:
            return {name: count for name, count in self.outcomes.items() if name != "served"}

    @property
    def failed(self):
        return sum(self.failures.values())

    def wait_served(self, more):
        target = self.served + more
        eventually(lambda: self.served >= target or self.failed, what=f"{more} more clients to be served")

    def stop(self):
        self._stopping.set()
        join_all(self._threads)

    def _run(self, choice, addresses):
        while not self._stopping.is_set():
            start = time.monotonic()
            outcome = self._visit(choice.choice(addresses), choice.randbytes(_MESSAGE))
            with self._lock:
                self.outcomes[outcome] += 1
                self.slowest = max(self.slowest, time.monotonic() - start)

    def _visit(self, address, message):
        try:
            with self._connect(address) as client:
                client.sendall(message)
                answer = receive_exactly(client, len(message))
        except OSError as error:
            return f"{type(error).__name__} at {address}"
        if answer == message:
            return "served"
        return f"{'wrong bytes' if answer else 'end of stream'} at {address}"


class Streams:
    """Many sessions with an echoing endpoint that carry bytes both ways all the time; every byte is compared."""

    def __init__(self, addresses, count):
        self.cut = self.wrong = 0
        self._sending = True
        self._done = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._streams = [_Stream(addresses[number % len(addresses)], number) for number in range(count)]
        for stream in self._streams:
            self._selector.register(stream.connection, selectors.EVENT_READ, stream)
            stream.send()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def bytes(self):
        return sum(stream.received for stream in self._streams)

    def settle(self):
        """Sends no more, and waits until all that was sent has come back. The sessions stay."""
        self._sending = False
        eventually(lambda: all(stream.sent == stream.received for stream in self._streams) or self.cut,
                   what="the last bytes to come back")

    def close(self):
        self._done.set()
        join_all([self._thread])
        for stream in self._streams:
            stream.connection.close()
        self._selector.close()

    def _run(self):
        while not self._done.is_set():
            for key, _ in self._selector.select(timeout=0.1):
                self._serve(key.data)

    def _serve(self, stream):
        try:
            self.wrong += not stream.receive()
            if self._sending:
                stream.send()
        except OSError:
            self.cut += 1
            self._selector.unregister(stream.connection)


class _Stream:
    def __init__(self, address, seed):
        self.connection = connect(address)
        self.connection.setblocking(False)
        self.sent = self.received = 0
        self._pattern = memoryview(random.Random(seed).randbytes(_PERIOD) * 2)

    def send(self):
        try:
            self.sent += self.connection.send(self._expected(self.sent, _WINDOW - (self.sent - self.received)))
        except BlockingIOError:
            pass  # something is on its way back, and what follows goes when it has come

    def receive(self):
        """False if it is not what was sent."""
        try:
            data = self.connection.recv(_WINDOW)
        except BlockingIOError:
            return True
        if not data:
            raise ConnectionAbortedError
        start = self.received
        self.received += len(data)
        return data == self._expected(start, len(data))

    def _expected(self, position, size):
        return self._pattern[position % _PERIOD:][:size]
