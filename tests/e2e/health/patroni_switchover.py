"""A server that answers as Patroni does gives the lead to another: writers follow, readers stay."""

import time
import unittest

from harness import E2eTest, eventually, free_port
from harness.pools import Service, http, name_of_service, name_or_nobody

CONFIG = """
listeners:
  writers: {{bind: 127.0.0.1:0, upstream: writers}}
  readers: {{bind: 127.0.0.1:0, upstream: readers}}
upstreams:
  writers:
    endpoints: [{endpoints}]
    check: {{type: http, port: {port}, path: /primary, interval: 200ms}}
    on_down: close
  readers:
    endpoints: [{endpoints}]
    check: {{type: http, port: {port}, path: /replica, interval: 200ms}}
"""
PRIMARY, REPLICA = b"GET /primary ", b"GET /replica "
YES, NO = http(200), http(503)
FALL = 3  # checks have to fail


class PatroniSwitchover(E2eTest):
    def setUp(self):
        super().setUp()
        port = free_port()  # Patroni has the same one on every host
        hosts = [f"127.0.0.{number}" for number in (1, 2, 3)]
        self.databases = [self.serve_named(f"{host}:0", host) for host in hosts]
        self.patronis = [self.serve_named(f"{host}:{port}", host) for host in hosts]
        self.lead(0)
        addresses = ", ".join(database.address for database in self.databases)
        self.daemon = self.start(CONFIG.format(endpoints=addresses, port=port))
        eventually(lambda: self.served_by("writers") == {"127.0.0.1"}, what="writers to come to the leader only")
        eventually(lambda: self.served_by("readers") == {"127.0.0.2", "127.0.0.3"}, what="readers to avoid it")

    def serve_named(self, address, name):
        service = Service(address, name)
        self.addCleanup(service.close)
        return service

    def lead(self, leader):
        for number, patroni in enumerate(self.patronis):
            leads = number == leader
            patroni.answers = {PRIMARY: YES if leads else NO, REPLICA: NO if leads else YES}

    def clients(self, listener, count):
        return [self.connect(self.daemon.address(listener)) for _ in range(count)]

    def served_by(self, listener, count=6):
        return {name_or_nobody(self.daemon.address(listener)) for _ in range(count)}

    def test_writers_follow_and_readers_stay(self):
        writers, readers = self.clients("writers", 5), self.clients("readers", 6)
        self.assertEqual({name_of_service(writer) for writer in writers}, {"127.0.0.1"})
        stay = [name_of_service(reader) for reader in readers]
        changed = time.monotonic()
        self.lead(1)
        for writer in writers:
            self.assert_turned_away(writer)
        cut = time.monotonic()
        self.assertIn(self.patronis[0].asked[PRIMARY, NO], (FALL, FALL + 1), "checks that failed until then")
        eventually(lambda: self.served_by("writers") == {"127.0.0.2"}, what="writers to come to the new leader")
        print(f"writers cut after {cut - changed:.2f} s, all served by the new leader after "
              f"{time.monotonic() - changed:.2f} s", flush=True)
        self.daemon.log.wait("session", 5, reason="endpoint_down", endpoint=self.databases[0].address)
        eventually(lambda: self.served_by("readers") == {"127.0.0.1", "127.0.0.3"}, what="new readers to avoid it")
        self.assertEqual([name_of_service(reader) for reader in readers], stay)

    def test_lost_leader_refuses_writers(self):
        self.lead(None)
        self.daemon.log.wait("endpoint_down", endpoint=self.databases[0].address, upstream="writers")
        for client in self.clients("writers", 5):
            self.assert_turned_away(client)
        self.daemon.log.wait("session", 5, listener="writers", reason="all_down")
        self.assertLessEqual({"127.0.0.2", "127.0.0.3"}, self.served_by("readers"))


if __name__ == "__main__":
    unittest.main()
