"""Connections that last, and carry bytes all the time."""

import random
import threading

from harness.streams import receive_exactly
from harness.threads import join_all
from harness.waiting import eventually

_BLOCK = 4096


class LongStreams:
    """Sends blocks to an echoing endpoint, on one connection after the other, and compares what comes back."""

    def __init__(self, connections):
        self.cut = self.wrong = self.rounds = 0
        self._connections = connections
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait_rounds(self, more):
        target = self.rounds + more
        eventually(lambda: self.rounds >= target or self.cut, what="the streams to go on")

    def stop(self):
        self._done.set()
        join_all([self._thread])

    def _run(self):
        while not self._done.is_set():
            for connection in list(self._connections):
                self._exchange(connection)
            self.rounds += 1

    def _exchange(self, connection):
        block = random.randbytes(_BLOCK)
        try:
            connection.sendall(block)
            self.wrong += receive_exactly(connection, _BLOCK) != block
        except OSError:
            self.cut += 1
            self._connections.remove(connection)
