"""Thousands of live sessions are listed, filtered and ended while new clients come."""

import os
import time
from collections import Counter

from harness import ControlledTest, Crowd, Newcomers, eventually, scaled

SESSIONS = scaled(2000)
MANY_IDS = 2000


class LiveSessions(ControlledTest):
    def setUp(self):
        super().setUp()
        self.crowd, self.others = Crowd(), Crowd()
        self.addCleanup(self.crowd.close)
        self.addCleanup(self.others.close)
        text = self.config(self.crowd.address, top="workers: 2")
        text = text.replace("upstreams:\n", f"""  other:
    bind: ["127.0.0.1:0"]
    upstream: other
upstreams:
  other: {{endpoints: ["{self.others.address}"], retry: {{rounds: 0}}}}
""")
        self.daemon = self.start(text)

    def open_sessions(self, count, listener="main", **options):
        clients = [self.connect(self.daemon.address(listener), **options) for _ in range(count)]
        eventually(lambda: len(self.listed("--listener", listener, "--state", "relaying")) >= count,
                   what="the sessions to be relayed")
        return clients

    def listed(self, *filters):
        return self.control.ask("sessions", *filters)["sessions"]

    def id_of(self, client):
        return next(session["id"] for session in self.listed() if session["client"].endswith(f":{client.getsockname()[1]}"))

    def kill(self, *args):
        answer = self.control.ask("kill", *args)
        self.assertEqual(answer["ended"], 0 if answer["dry_run"] else answer["matched"])
        return answer["matched"]

    def live(self, listener="main"):
        return self.daemon.totals().listeners[listener]["live"]

    def test_each_is_listed_once(self):
        self.open_sessions(SESSIONS)
        lasting = {session["id"] for session in self.listed()}
        self.assertEqual(len(lasting), SESSIONS)
        newcomers = Newcomers([self.daemon.address()])
        newcomers.wait_served(100)
        for _ in range(3):
            began = time.monotonic()
            times = Counter(session["id"] for session in self.listed("--tcp"))
            print(f"{len(times)} sessions listed in {time.monotonic() - began:.2f} s", flush=True)
            self.assertEqual(set(times.values()), {1})
            self.assertLessEqual(lasting, set(times))
        newcomers.stop()
        print(f"{newcomers.served} clients came meanwhile, the slowest visit took {newcomers.slowest * 1000:.1f} ms", flush=True)
        self.assertEqual(newcomers.failures, {})

    def test_table_has_line_for_each(self):
        self.open_sessions(20)
        result = self.control.run("sessions")
        lines = result.stdout.splitlines()
        self.assertEqual(len(lines), 21, result.stderr)
        self.assertTrue(lines[0].startswith("ID "))
        self.assertTrue(all("relaying" in line for line in lines[1:]))
        self.assertEqual(len(self.control.run("sessions", "--count", "5").stdout.splitlines()), 6)
        self.assertEqual(len(self.listed("--count", "5")), 5)

    def test_filters_leave_others_out(self):
        speaking = self.open_sessions(5)[0]
        self.open_sessions(3, "other", source="127.0.0.7")
        self.assert_echoes(speaking, b"x" * 2000)
        counts = {("--listener", "main"): 5, ("--listener", "other"): 3, ("--upstream", "other"): 3,
                  ("--endpoint", self.others.address): 3, ("--source", "127.0.0.7"): 3, ("--source", "127.0.0.0/24"): 8,
                  ("--source", "10.0.0.0/8"): 0, ("--state", "half_closed"): 0, ("--state", "relaying"): 8,
                  ("--min-age", "1h"): 0, ("--min-idle", "1h"): 0, ("--min-bytes", "4000B"): 1, (): 8,
                  ("--listener", "main", "--source", "127.0.0.7"): 0}
        for filters, count in counts.items():
            with self.subTest(filters):
                self.assertEqual(len(self.listed(*filters)), count)

    def test_session_tells_of_both_chains(self):
        client = self.open_sessions(1)[0]
        self.assert_echoes(client, b"x" * 100)
        [session] = self.listed("--tcp", "--min-bytes", "200B")
        self.assertEqual(session["endpoint"], self.crowd.address)
        for chain, waits in [("upstream_chain", "readable_client"), ("downstream_chain", "readable_endpoint")]:
            self.assertEqual((session[chain]["bytes"], session[chain]["waits_for"]), (100, waits))
        self.assertEqual(session["client_tcp"]["received"], 100)
        self.assertEqual(session["endpoint_tcp"]["sent"], 100)

    def test_ids_are_killed(self):
        clients = self.open_sessions(5)
        victims = [self.id_of(client) for client in clients[:2]]
        self.assertEqual(self.kill(*victims), 2)
        for client in clients[:2]:
            self.assert_turned_away(client)
        for client in clients[2:]:
            self.assert_echoes(client)
        ended = self.daemon.log.wait("session", reason="killed", times=2)
        self.assertEqual({record["id"] for record in ended}, set(victims))
        self.assertEqual(self.kill(*victims), 0)

    def test_many_ids_are_killed(self):
        """More than one request holds."""
        clients = self.open_sessions(5)
        others = [f"{number:016x}" for number in range(1 << 60, (1 << 60) + MANY_IDS)]
        ids = [*others, *(self.id_of(client) for client in clients[:4])] * 2
        self.assertEqual(self.kill(*ids, "--dry-run"), 4)
        self.assertEqual(self.kill(*ids), 4)
        for client in clients[:4]:
            self.assert_turned_away(client)
        self.assert_echoes(clients[4])

    def test_wrong_id_among_many_kills_nobody(self):
        clients = self.open_sessions(1)
        others = [f"{number:016x}" for number in range(1 << 60, (1 << 60) + MANY_IDS)]
        result = self.control.run("kill", self.id_of(clients[0]), *others, "oops")
        self.assertEqual(result.returncode, os.EX_USAGE, result.stderr)
        self.assertIn("'oops' is no id of a session", result.stderr)
        self.assert_echoes(clients[0])

    def test_unsendable_value_is_told(self):
        result = self.control.run("kill", "--listener", "x" * 9000)
        self.assertEqual(result.returncode, os.EX_USAGE, result.stderr)
        self.assertIn("8192 bytes at most", result.stderr)

    def test_dry_run_ends_nobody(self):
        clients = self.open_sessions(5)
        self.assertEqual(self.kill("--listener", "main", "--dry-run"), 5)
        for client in clients:
            self.assert_echoes(client)

    def test_filter_kills_at_a_rate(self):
        self.open_sessions(SESSIONS)
        staying = self.open_sessions(3, "other")
        newcomers = Newcomers([self.daemon.address("other")])
        began = time.monotonic()
        self.assertEqual(self.kill("--listener", "main", "--rate", str(SESSIONS)), SESSIONS)
        self.assertGreater(time.monotonic() - began, 0.9)
        newcomers.stop()
        self.assertEqual(newcomers.failures, {})
        for client in staying:
            self.assert_echoes(client)
        self.assertEqual(self.live(), 0)
        self.assertEqual(self.daemon.totals().listeners["main"]["ended_killed"], SESSIONS)

    def test_kill_is_in_the_log(self):
        self.control.run("kill", "--source", "10.0.0.0/8")
        [record] = self.daemon.log.wait("control", times=1)
        self.assertEqual((record["method"], record["target"]), ("POST", "/v1/kill?source=10.0.0.0/8"))

    def test_mistakes_are_told(self):
        said = {("kill",): "an id or a filter is missing", ("kill", "xyz"): "no id of a session",
                ("sessions", "--state", "idle"): "write greeting", ("sessions", "--source", "10.0.0.1/8"): "10.0.0.0/8",
                ("sessions", "--min-age", "3"): "no unit", ("sessions", "--dry-run"): "--dry-run belongs to kill",
                ("kill", "1", "--rate", "0"): "out of range", ("recent", "--listener", ""): "listener is empty",
                ("sessions", "--upstream", ""): "upstream is empty", ("who-is-slow", "--endpoint", ""): "endpoint is empty"}
        for args, words in said.items():
            with self.subTest(args):
                result = self.control.run(*args)
                self.assertEqual(result.returncode, os.EX_USAGE)
                self.assertIn(words, result.stderr)

    def test_empty_name_kills_nobody(self):
        """As that of a script whose variable is not set."""
        clients = self.open_sessions(3)
        for name in ["listener", "upstream", "endpoint"]:
            result = self.control.run("kill", f"--{name}", "", "--source", "127.0.0.0/8")
            self.assertEqual(result.returncode, os.EX_USAGE, name)
            self.assertIn(f"{name} is empty; leave it out for all", result.stderr)
        for client in clients:
            self.assert_echoes(client)

    def test_pages_follow_each_other(self):
        self.open_sessions(25)
        ids, after = [], ""
        while after is not None:
            status, page = self.control.request("GET", f"/v1/sessions?limit=10{after and '&after=' + after}")
            self.assertEqual(status, 200)
            self.assertLessEqual(len(page["sessions"]), 10)
            ids += [session["id"] for session in page["sessions"]]
            after = page["next"]
        self.assertEqual(len(ids), 25)
        self.assertEqual(len(set(ids)), 25)
