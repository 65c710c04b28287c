"""A reload takes an endpoint out that clients are connected to: their sessions go on, drain, or are ended."""

import time
import unittest

from harness import AT_ONCE, ControlledTest, echo, eventually

SESSIONS = 12  # half of them at each endpoint
SPREAD = 1.5  # seconds
DRAIN = 6  # seconds, in which even a loaded machine does something else first


class RemovedEndpoint(ControlledTest):
    def setUp(self):
        super().setUp()
        self.stays, self.goes = self.serve(echo), self.serve(echo)

    def text(self, *endpoints, policy, drain="30s", spread="off"):
        return self.config(*endpoints, upstream=f"on_removed: {policy}",
                           top=f"workers: 1\ndefaults: {{timeouts: {{drain: {drain}, close_spread: {spread}}}}}")

    def remove(self, policy, **options):
        """Sessions at both endpoints, of which one is then removed. Returns when it was."""
        both = self.text(self.stays.address, self.goes.address, policy=policy, **options)
        one = self.text(self.stays.address, policy=policy, **options)
        self.daemon = self.start(both)
        self.clients = [self.connect(self.daemon.address()) for _ in range(SESSIONS)]
        for client in self.clients:
            self.assert_echoes(client)
        self.daemon.write_config(one)
        self.assert_plan_tells_how_many()
        start = time.monotonic()
        self.control.ask("reload")
        return start

    def assert_plan_tells_how_many(self):
        change, = self.control.ask("plan")["changes"]
        self.assertEqual(change["path"], f"upstreams.main.endpoints[{self.goes.address}]")
        self.assertEqual((change["class"], change["after"], change["live_sessions"]), ("live", None, SESSIONS // 2))
        self.assertIn(f"{SESSIONS // 2} live sessions", self.control.run("plan").stdout)

    def endpoints(self):
        """Name: its live sessions, and whether it is removed."""
        upstream, = self.control.status()["upstreams"]
        return {row["name"]: (row["live"], row["removed"]) for row in upstream["endpoints"]}

    def records(self):
        return self.daemon.sessions(reason="removed")

    def assert_ended_within(self, start, earliest, latest):
        """All sessions of the removed endpoint, and no other."""
        records = self.daemon.log.wait("session", times=SESSIONS // 2)
        elapsed = time.monotonic() - start
        self.assertTrue(earliest <= elapsed <= latest, elapsed)
        self.assertEqual({(record["reason"], record["side"], record["endpoint"]) for record in records},
                         {("removed", "local", self.goes.address)})
        self.assertEqual(self.endpoints(), {self.stays.address: (SESSIONS // 2, False)})
        gone = [client for client in self.clients if not self.still_echoes(client)]
        self.assertEqual(len(gone), SESSIONS // 2)

    def still_echoes(self, client):
        try:
            self.assert_echoes(client)
            return True
        except (AssertionError, ConnectionError):
            return False

    def test_keep_lets_sessions_end_by_themselves(self):
        self.remove("keep")
        for client in self.clients:
            self.assert_echoes(client)
        self.assertEqual(self.endpoints(), {self.stays.address: (SESSIONS // 2, False),
                                            self.goes.address: (SESSIONS // 2, True)})
        before = len(self.goes.connections)
        for _ in range(4):
            self.assert_served(self.daemon.address())
        self.assertEqual(len(self.goes.connections), before)
        for client in self.clients:
            client.close()
        eventually(lambda: self.endpoints() == {self.stays.address: (0, False)}, what="the removed one to be forgotten")
        self.assertEqual(self.records(), [])

    def test_close_ends_sessions_at_once(self):
        start = self.remove("close")
        self.assert_ended_within(start, 0, AT_ONCE)

    def test_close_spreads_the_ends_of_sessions(self):
        start = self.remove("close", spread=f"{int(SPREAD * 1000)}ms")
        durations = [record["duration_ms"] for record in self.daemon.log.wait("session", times=SESSIONS // 2)]
        self.assert_ended_within(start, 0.1, SPREAD + AT_ONCE)
        self.assertGreater(len({duration // 100 for duration in durations}), 1, "they ended together")

    def test_drain_ends_sessions_at_its_deadline(self):
        start = self.remove("drain", drain=f"{DRAIN}s")
        for client in self.clients:
            self.assert_echoes(client)
        self.assert_ended_within(start, DRAIN - 0.1, DRAIN + AT_ONCE)

    def test_restored_endpoint_keeps_its_sessions(self):
        self.remove("drain", drain=f"{DRAIN}s")
        removed = time.monotonic()
        self.reload(self.daemon, self.text(self.stays.address, self.goes.address, policy="drain", drain=f"{DRAIN}s"))
        self.assertEqual(self.endpoints(), {endpoint.address: (SESSIONS // 2, False)
                                            for endpoint in (self.stays, self.goes)})
        eventually(lambda: time.monotonic() - removed > DRAIN + 0.5, every=0.1)
        for client in self.clients:
            self.assert_echoes(client)
        self.assertEqual(self.records(), [])

    def test_further_reload_cuts_drain_short(self):
        self.remove("drain", drain="1h")
        start = time.monotonic()
        self.reload(self.daemon, self.text(self.stays.address, policy="close"))
        self.assert_ended_within(start, 0, AT_ONCE)


if __name__ == "__main__":
    unittest.main()
