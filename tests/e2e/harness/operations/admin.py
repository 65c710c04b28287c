"""The admin listener, as programs ask it."""

import http.client

from harness.control import ControlledTest
from harness.sockets import connect, free_port, split
from harness.streams import receive_all
from harness.waiting import DEADLINE


class Admin:
    """At `address`; with `tls`, a context of ssl."""

    def __init__(self, address, tls=None):
        self.address = address
        self._tls = tls

    def ask(self, target, method="GET", **headers):
        """The response, with its body read; `_` in the name of a header is a hyphen."""
        connection = self._connection()
        try:
            connection.request(method, target, headers={name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            response.text = response.read().decode()
            return response
        finally:
            connection.close()

    def _connection(self):
        _, (host, port) = split(self.address)
        if self._tls:
            return http.client.HTTPSConnection(host, port, timeout=DEADLINE, context=self._tls)
        return http.client.HTTPConnection(host, port, timeout=DEADLINE)

    def say(self, text):
        """Sends bytes as they are, and returns all that is answered."""
        with connect(self.address) as connection:
            connection.sendall(text)
            return receive_all(connection)


class AdminTest(ControlledTest):
    """Its daemons have an admin listener at self.admin."""

    def setUp(self):
        super().setUp()
        self.admin = Admin(f"127.0.0.1:{free_port()}")

    def config(self, *endpoints, admin="", top="", bind_admin="", **rest):
        """`admin` are further keys of it."""
        key = f'admin: {{bind: [{bind_admin or self.admin.address}], {admin}}}'
        return super().config(*endpoints, top=f"{key}\n{top}", **rest)
