"""Endpoints that speak as much of a protocol as a health check asks for."""

import contextlib
import re
import ssl
from collections import Counter

from harness.endpoints import Endpoint
from harness.sockets import connect
from harness.streams import BLOCK


_WHO = b"who?"
_I_AM = re.compile(rb"I am (\S+)\n")


def http(status):
    return f"HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


def name_of_service(client):
    """The name of the Service that a client is connected to."""
    client.sendall(_WHO)
    received = b""
    while not (found := _I_AM.search(received)):
        data = client.recv(BLOCK)
        if not data:
            raise ConnectionAbortedError(f"the stream ended after {received}")
        received += data
    return found[1].decode()


def name_or_nobody(address, **options):
    """The name of the Service that serves a new client."""
    try:
        with connect(address, **options) as client:
            return name_of_service(client)
    except OSError:
        return "nobody"


class Service:
    """Greets a client, answers what it knows by a part of the question, and tells its name to who asks for it. What it
    says may be changed at any time."""

    def __init__(self, address, name, greeting=b"", answers=None, tls=None):
        self.name, self.greeting, self.answers = name, greeting, answers or {}
        self.asked = Counter()  # how often for which part of a question, with which answer
        self._tls = tls
        self._endpoint = Endpoint(self._serve, address)
        self.address = self._endpoint.address
        self._closed = False

    def close(self):
        """Does nothing the second time."""
        if not self._closed:
            self._closed = True
            self._endpoint.close()

    def _serve(self, connection):
        with contextlib.suppress(ssl.SSLError):  # a check need not say good-bye
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            connection.sendall(self.greeting)
            while data := connection.recv(BLOCK):
                connection.sendall(self._answer(data))
        connection.close()

    def _answer(self, data):
        if data == _WHO:
            return f"I am {self.name}\n".encode()
        part, answer = next(((part, answer) for part, answer in self.answers.items() if part in data), ("", b""))
        self.asked[part, answer] += 1
        return answer
