"""A server with the health API of Consul: blocking queries, an index, tokens, and its bad days."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from harness.sockets import join, split
from harness.waiting import DEADLINE


class Consul:
    """One service, "main". `instances`: addresses HOST:PORT, with their weights."""

    def __init__(self, token="", address="127.0.0.1:0"):
        self.index = 10
        self.instances = {}
        self.queries = []  # path and query of each, as they came
        self.status = 200  # of answers; 0: they never come
        self.headers = True  # whether answers have an index
        self._token = token
        self._changed = threading.Condition()
        consul = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                consul._answer(self)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(split(address)[1], Handler)
        self._server.daemon_threads = True
        self.url = f"http://{join(self._server.server_address)}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True)
        self._thread.start()

    def change(self, index=None, **settings):
        """Changes what is known, or how it answers. Whoever waits hears of it."""
        with self._changed:
            for name, value in settings.items():
                setattr(self, name, value)
            self.index = self.index + 1 if index is None else index
            self._changed.notify_all()

    def add(self, *addresses, weight=1):
        self.change(instances={**self.instances, **dict.fromkeys(addresses, weight)})

    def remove(self, address):
        self.change(instances={known: weight for known, weight in self.instances.items() if known != address})

    def close(self):
        self.change(status=500)
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request):
        parts = urlsplit(request.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.queries.append((parts.path, query))
        if self._token and request.headers.get("X-Consul-Token") != self._token:
            return self._send(request, 403, b"Permission denied: token lacks permission 'service:read'")
        if self.status not in (200, 0):
            return self._send(request, self.status, b"No cluster leader")
        self._wait(int(query.get("index", 0)), float(query.get("wait", "0ms").removesuffix("ms")) / 1000)
        if self.status == 0:
            self._wait(self.index, DEADLINE)
        return self._send(request, self.status or 500, json.dumps(self._instances()).encode())

    def _wait(self, index, seconds):
        # A query behind an index that the server has not come to returns at once, too, when it was reset.
        with self._changed:
            before = self.index
            if before == index:
                self._changed.wait_for(lambda: self.index != before, timeout=seconds)

    def _instances(self):
        result = []
        for number, (address, weight) in enumerate(self.instances.items()):
            host, _, port = address.rpartition(":")
            result.append({"Node": {"Node": f"node{number}", "Address": host},
                           "Service": {"ID": f"main{number}", "Address": "" if number % 2 else host, "Port": int(port),
                                       "Weights": {"Passing": weight, "Warning": 1}},
                           "Checks": []})
        return result

    def _send(self, request, status, body):
        try:
            request.send_response(status)
            if self.headers:
                request.send_header("X-Consul-Index", str(self.index))
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except OSError:
            pass  # the client has gone
