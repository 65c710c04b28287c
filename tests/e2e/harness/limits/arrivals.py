"""Clients that come faster than a limit lets them, and when each was served."""

import errno
import selectors
import socket
import time

from harness.sockets import split

_WAITING = 500  # at most, so that backlog and descriptors suffice


class Arrivals:
    """Tries `per_second` new sessions with an echoing endpoint for `seconds`, from each of the sources in turn. Where clients
    wait in the backlog it keeps many of them waiting instead."""

    def __init__(self, address, per_second, seconds, sources=("127.0.0.1",)):
        self.served = {source: [] for source in sources}  # when, for each source
        self.refused = 0
        _, self._address = split(address)
        self._selector = selectors.DefaultSelector()
        self._waiting = set()
        self._run(per_second, seconds, sources)
        for client in self._waiting:
            client.close()
        self._selector.close()

    def rate(self, source, begin, end):
        """Sessions a second of that time."""
        return sum(begin <= when < end for when in self.served[source]) / (end - begin)

    def _run(self, per_second, seconds, sources):
        self.began = time.monotonic()
        tried = 0
        while (now := time.monotonic()) < self.began + seconds:
            while tried < (now - self.began) * per_second and len(self._waiting) < _WAITING:
                self._connect(sources[tried % len(sources)])
                tried += 1
            tried = max(tried, int((now - self.began) * per_second)) if len(self._waiting) == _WAITING else tried
            for key, _ in self._selector.select(timeout=0.001):
                self._serve(key.fileobj, key.data)
        self.tried = tried

    def _connect(self, source):
        client = socket.socket()
        client.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        client.bind((source, 0))
        client.setblocking(False)
        if client.connect_ex(self._address) not in (0, errno.EINPROGRESS):
            raise ConnectionError("no connection can be begun")
        self._waiting.add(client)
        self._selector.register(client, selectors.EVENT_WRITE, source)

    def _serve(self, client, source):
        try:
            if self._selector.get_key(client).events == selectors.EVENT_WRITE:
                client.send(b"x")
                self._selector.modify(client, selectors.EVENT_READ, source)
                return
            echoed = client.recv(1) == b"x"
        except OSError:
            echoed = False
        if echoed:
            self.served[source].append(time.monotonic())
        else:
            self.refused += 1
        self._selector.unregister(client)
        self._waiting.remove(client)
        client.close()
