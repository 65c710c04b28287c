"""Endpoints come from the keys of a real etcd, which change while clients come and go."""

import json
import threading
import time
import unittest

from harness import Newcomers, connect, eventually, hang_up, join, listen, scaled
from harness.catalogs import LATEST, PREFIX, EtcdTest, Watched

CHANGES = 100
MANY = 24
AWAY = 10  # endpoints that are removed at a time


class EtcdChanges(EtcdTest):
    def test_removed_endpoints_get_no_clients(self):
        self.start_etcd()
        endpoints = [Watched(self) for _ in range(MANY)]
        self.put(*(endpoint.address for endpoint in endpoints))
        daemon = self.start(self.text(self.keys()))
        newcomers = Newcomers([daemon.address()])
        away = []
        for number in range(scaled(CHANGES)):
            if len(away) < AWAY or number % 2:
                endpoint = endpoints[number % MANY] if endpoints[number % MANY] not in away else next(
                    each for each in endpoints if each not in away)
                endpoint.remove(lambda chosen=endpoint: self.remove(chosen.address))
                away.append(endpoint)
            else:
                endpoint = away.pop(0)
                endpoint.restore(lambda chosen=endpoint: self.put(chosen.address))
            time.sleep(0.15)  # so that most are away for longer than the limit
        there = [endpoint.address for endpoint in endpoints if endpoint not in away]
        self.wait_in_use(*there)
        newcomers.wait_served(200)
        newcomers.stop()
        latest = max(endpoint.latest(daemon) for endpoint in endpoints)
        print(f"{newcomers.served} clients; the last one at a removed endpoint came {1000 * latest:.0f} ms after its "
              "removal", flush=True)
        self.assertLess(latest, LATEST)
        self.assertEqual(newcomers.failures, {})

    def test_burst_is_applied_together(self):
        self.start_etcd()
        endpoints = self.addresses(30)
        self.put(endpoints[0])
        daemon = self.start(self.text(self.keys()))
        self.put(*endpoints)
        self.wait_in_use(*endpoints)
        self.assertLess(len(daemon.log.find("endpoints_changed")), len(endpoints) / 2)

    def test_compaction_lists_anew(self):
        self.start_etcd()
        first, second = self.addresses(2)
        self.put(first)
        gate = CompactingGate(self)
        self.start(self.text(self.keys(url=f"http://{gate.address}")))
        self.assertEqual(self.in_use(), [first])
        gate.before_watch = lambda: self.etcd.compact(self.etcd.replace(PREFIX + first, second))
        gate.cut()
        self.wait_in_use(second)
        self.assertIsNone(gate.before_watch, "the watch began at a revision that was compacted")
        self.put(first)
        self.wait_in_use(first)

    def test_value_may_be_json(self):
        self.start_etcd()
        first, second = self.addresses(2)
        self.etcd.put(PREFIX + "a", json.dumps({"address": first, "weight": 7}))
        self.etcd.put(PREFIX + "b", json.dumps({"address": second, "wieght": 7}))
        daemon = self.start(self.text(self.keys()))
        fault = daemon.log.wait("endpoints_failed", upstream="main")
        self.assertIn("'/services/main/b': unknown key 'wieght'; did you mean 'weight'?", fault[0]["error"])
        self.assertEqual([(row["name"], row["weight"]) for row in self.upstream()["endpoints"]], [(first, 7)])
        self.etcd.put(PREFIX + "b", second)
        self.wait_in_use(first, second)
        self.assertIsNone(self.source()["left_out"])

    def test_unusable_entries_replace_nothing(self):
        self.start_etcd()
        first, second = self.addresses(2)
        self.etcd.put(PREFIX + "a", first)
        daemon = self.start(self.text(self.keys()))
        self.etcd.put(PREFIX + "a", "nonsense")
        eventually(lambda: any("main: etcd /services/main/: left out: '/services/main/a'" in record["error"]
                               for record in daemon.log.find("endpoints_failed", upstream="main")),
                   what="the fault to be told")
        self.assertEqual(self.in_use(), [first])
        self.etcd.put(PREFIX + "a", second)
        self.wait_in_use(second)


class CompactingGate:
    """Leads to etcd, and does something before it lets the next watch through."""

    def __init__(self, test):
        self.before_watch = None
        self._etcd = test.etcd.address
        self._connections = []
        self._listener = listen("127.0.0.1:0")
        self.address = join(self._listener.getsockname())
        test.addCleanup(self._close)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Ends what goes through it, as a restart of etcd would."""
        for connection in self._connections:
            hang_up(connection)

    def _close(self):
        hang_up(self._listener)
        self.cut()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client):
        with client, connect(self._etcd) as etcd:
            self._connections += [client, etcd]
            request = client.recv(65536)
            if self.before_watch and b"/v3/watch" in request:
                todo, self.before_watch = self.before_watch, None
                todo()
            etcd.sendall(request)
            try:
                while data := etcd.recv(65536):
                    client.sendall(data)
            except OSError:
                pass  # either has gone
            hang_up(client)


if __name__ == "__main__":
    unittest.main()
