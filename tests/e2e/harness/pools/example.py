"""The configurations of etc/examples, on addresses of the loopback interface."""

import random
from pathlib import Path

import yaml

from harness.case import E2eTest
from harness.pools.service import Service, name_of_service, name_or_nobody
from harness.waiting import eventually

EXAMPLES = Path(__file__).parents[4] / "etc/examples"
_DUPLEXD = 254  # the host that listeners are bound to


class Example:
    """An example as it is, but for its hosts, its ports, and the interval of its checks. 10.0.0.N becomes host N of a
    network of 127.0.0.0/8 that is chosen at random, 198.51.100.N one of the network of clients."""

    def __init__(self, name):
        self.file = EXAMPLES / f"{name}.yaml"
        first, second = random.randrange(1, 255), 2 * random.randrange(1, 127)
        self._hosts, self._clients = f"127.{first}.{second}", f"127.{first}.{second + 1}"

    def text(self):
        # The base loader leaves every value as it is written.
        return yaml.safe_dump(self._moved("", yaml.load(self.file.read_text(), yaml.BaseLoader)), width=1000)

    def endpoint(self, host, port):
        return f"{self._hosts}.{host}:{_port(port)}"

    def listener(self, port):
        return self.endpoint(_DUPLEXD, port)

    def client(self, host):
        return f"{self._clients}.{host}"

    def _moved(self, key, value):
        if key == "check":
            value = {**({"type": value} if isinstance(value, str) else value), "interval": "100ms"}
        if isinstance(value, dict):
            return {name: self._moved(name, each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._moved(key, each) for each in value]
        return {"bind": self._bind, "endpoints": self._dialled, "address": self._dialled, "allow": self._network, "from": self._network,
                "servers": self._server, "port": _port}.get(key, str)(value)

    def _bind(self, text):
        return f"{self._hosts}.{_DUPLEXD}:" + "-".join(map(_port, text.rpartition(":")[2].split("-")))

    def _dialled(self, text):
        host, _, port = text.rpartition(":")
        return f"{host.replace('10.0.0', self._hosts)}:{port if port == '*' else _port(port)}"

    def _server(self, text):
        """Of a catalog. The one of this host is host 1."""
        return f"http://{self._dialled(text.removeprefix('http://').replace('127.0.0.1', '10.0.0.1'))}"

    def _network(self, text):
        return text.replace("198.51.100", self._clients)


def _port(port):
    """Out of the way of privileged ports, and of those that the kernel gives to clients."""
    return str((20_000 if int(port) < 10_000 else 10_000) + int(port) % 10_000)


class ExampleTest(E2eTest):
    """A test of the example `name`."""

    name = ""

    def setUp(self):
        super().setUp()
        self.example = Example(self.name)

    def service(self, host, port, name="", **options):
        """An endpoint of the example. Its name is that of its host, if it has no other."""
        service = Service(self.example.endpoint(host, port), name or str(host), **options)
        self.addCleanup(service.close)
        return service

    def start_example(self):
        self.daemon = self.start(self.example.text())
        return self.daemon

    def session(self, port, **options):
        """A client, and the name of the service that it was connected to."""
        client = self.connect(self.example.listener(port), **options)
        return client, name_of_service(client)

    def served_by(self, port, clients=6, **options):
        """The names of the services that new clients are connected to."""
        return {name_or_nobody(self.example.listener(port), **options) for _ in range(clients)}

    def wait_served_by(self, port, names):
        eventually(lambda: self.served_by(port) == names, what=f"{names} to serve")

    def wait_changes(self, event, host, port, count=1):
        """Waits until checks have found the endpoint down or up, so often in all."""
        self.daemon.log.wait(f"endpoint_{event}", count, endpoint=self.example.endpoint(host, port))
