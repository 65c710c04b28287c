"""Limits that are tried only: everybody is served, and the operator sees what the limits would have done."""

import unittest

from harness import ControlledTest, echo

TRIED = """
access: {deny: 127.0.0.9, dry_run: true}
limits: {sessions: 3, per_source: 2, rate: 1, burst: 1, per_source_rate: 1, per_source_burst: 1, dry_run: true}
bandwidth: {session_upstream: 1KiB, total_downstream: 1KiB, dry_run: [session_upstream, total_downstream]}
"""
NAMES = {"access", "sessions", "per_source", "rate", "per_source_rate", "session_upstream", "total_downstream"}


class DryRun(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)

    def start_with(self, listener):
        self.daemon = self.start(self.config(self.endpoint.address, top="workers: 2", listener=listener))

    def listener(self):
        return self.control.status()["listeners"][0]

    def test_all_are_served_and_counted(self):
        self.start_with(TRIED)
        self.assertEqual(self.listener()["dry_run"], dict.fromkeys(NAMES, 0))
        clients = [self.connect(self.daemon.address(), source=source) for source in ["127.0.0.9"] * 8]
        for client in clients:
            self.assert_echoes(client, bytes(4096))
        seen = self.listener()
        self.assertEqual({name for name, beyond in seen["dry_run"].items() if beyond > 0}, NAMES)
        self.assertEqual((seen["dry_run"]["access"], seen["dry_run"]["per_source"]), (8, 6))
        # A worker holds a place while it looks for a client, so that the other may count one too many.
        self.assertIn(seen["dry_run"]["sessions"], [5, 6])
        self.assertEqual(set(seen["refused"].values()), {0})
        self.assertIn("NOT ENFORCED", self.control.run("status").stdout)
        for client in clients:
            client.close()
        record = self.daemon.log.wait("session", times=8)[-1]
        self.assertEqual((record["reason"], record["dry_run"][:7]), ("client_finished", "access,"))

    def test_log_tells_what_was_beyond(self):
        self.start_with(TRIED)
        for _ in range(3):
            self.assert_served(self.daemon.address(), source="127.0.0.9")
        for name in ("access", "per_source_rate", "rate"):
            records = self.daemon.log.wait("limit_tried", limit=name, listener="main")
            self.assertIn("dry run", records[0]["msg"])
        self.assertEqual(self.daemon.totals().listeners["main"]["dry_run_access"], 3)

    def test_enforced_limits_are_told_apart(self):
        self.start_with("limits: {per_source: 1, rate: 1, burst: 1, dry_run: rate}")
        first = self.connect(self.daemon.address())
        self.assert_echoes(first)
        self.assert_turned_away(self.connect(self.daemon.address()))
        seen = self.listener()
        self.assertEqual(set(seen["dry_run"]), {"rate"})
        self.assertEqual(seen["refused"]["source_limit"], 1)
        self.reload(self.daemon, self.config(self.endpoint.address, top="workers: 2"))
        self.assertEqual(self.listener()["dry_run"], {})


if __name__ == "__main__":
    unittest.main()
