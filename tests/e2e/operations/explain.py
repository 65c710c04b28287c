"""duplexctl explain says without traffic what a client then gets: who serves it, or why it is closed or waits."""

import contextlib
import os
import ssl
import unittest

from harness import ControlledTest, connect, echo, eventually

CLOSED = "127.0.0.1:1"  # nobody listens there


def hello(name):
    """The ClientHello of a client that asks for this name."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    stream = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=name)
    try:
        stream.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


class Explained(ControlledTest):
    def begin(self, listeners, upstreams):
        """Listeners and upstreams by name, each a flow map of YAML."""
        lines = [f"control: {{socket: {self.control.path}}}", "workers: 2", "listeners:"]
        lines += [f"  {name}: {{bind: '127.0.0.1:0', {keys}}}" for name, keys in listeners.items()]
        lines += ["upstreams:"]
        lines += [f"  {name}: {{retry: {{rounds: 0}}, {keys}}}" for name, keys in upstreams.items()]
        self.daemon = self.start("\n".join(lines) + "\n")

    def explain(self, listener, source="127.0.0.1", **options):
        words = [word for key, value in options.items() for word in (f"--{key}", value)]
        return self.control.ask("explain", "--listener", listener, "--source", source, *words)

    def serve_all(self, count):
        return [self.serve(echo).address for _ in range(count)]

    def line(self, part):
        """FILE:LINE of the line that has this part."""
        lines = self.daemon.file.read_text().splitlines()
        return f"{self.daemon.file}:{next(i for i, text in enumerate(lines, 1) if part in text)}:"


class FateOfClients(Explained):
    """Each row: the listener, the client's address, the name that it asks for."""

    def setUp(self):
        super().setUp()
        self.a, self.b, self.c = self.serve_all(3)
        pool = f"endpoints: ['{self.a}', '{self.b}', '{self.c}']"
        self.begin({
            "plain": "upstream: pool",
            "guarded": "upstream: pool, access: {allow: [127.0.0.0/8], deny: [127.0.0.2, 127.1.0.0/16]}",
            "tried": "upstream: pool, access: {deny: [127.0.0.2], dry_run: true}",
            "behind": "upstream: pool, proxy_protocol: {from: [127.0.0.9]}",
            "routed": "routes: [{sni: a.example, upstream: one}, {source: 127.0.0.3, reject: true}, "
                      "{source: 127.0.0.4, sni: '*.example', upstream: other}]",
            "hashed": "upstream: hashed",
            "first": "upstream: first",
            "tiers": "upstream: tiers",
            "down": "upstream: down",
            "weighed": "upstream: weighed",
        }, {
            "pool": pool,
            "one": f"endpoints: ['{self.a}']",
            "other": f"endpoints: ['{self.b}']",
            "hashed": f"balance: source_hash, {pool}",
            "first": f"balance: first, {pool}",
            "tiers": f"check: {{type: tcp, interval: 200ms, fall: 1}}, endpoints: ['{CLOSED}', "
                     f"{{address: '{self.b}', backup: true}}, {{address: '{self.c}', priority: 3}}]",
            "down": f"check: {{type: tcp, interval: 200ms, fall: 1}}, endpoints: ['{CLOSED}']",
            "weighed": f"endpoints: [{{address: '{self.a}', weight: 0}}, '{self.b}']",
        })
        eventually(lambda: all(row["state"] == "down" for row in self.control.ask("endpoint", "list")["endpoints"]
                               if row["name"] == CLOSED), what="checks to fail")

    def fate(self, listener, source, name):
        """What a client really gets: its record."""
        since = len(self.daemon.log.records)
        with connect(self.daemon.address(listener), source=source) as client:
            sent = hello(name) if name else b"hello"
            try:
                client.sendall(sent)
                self.assertIn(client.recv(len(sent)), (b"", sent))
            except (ConnectionResetError, BrokenPipeError):
                pass
        return self.daemon.log.wait("session", since=since, listener=listener)[0]

    def assert_fate(self, listener, source="127.0.0.1", name=None, says=None):
        told = self.explain(listener, source, **({"sni": name} if name else {}))
        got = self.fate(listener, source, name)
        with self.subTest(listener=listener, source=source, name=name):
            if told["end"]["kind"] == "refused":
                self.assertEqual(told["end"]["reason"], got["reason"])
            else:
                self.assertEqual(told["end"]["kind"], "served")
                self.assertEqual((told["upstream"]["name"], self.chosen(told)), (got["upstream"], got["endpoint"]))
            if says:
                self.assertEqual(told["end"]["reason"] or told["upstream"]["name"], says)
        return told

    def chosen(self, told):
        name, = [row["endpoint"] for row in told["upstream"]["endpoints"] if row["verdict"] == "chosen"]
        return name

    def test_told_fate_is_what_comes(self):
        self.assert_fate("guarded", "127.0.0.1", says="pool")
        self.assert_fate("guarded", "127.0.0.2", says="access_denied")
        self.assert_fate("guarded", "127.1.2.3", says="access_denied")
        self.assert_fate("tried", "127.0.0.2", says="pool")
        self.assert_fate("behind", says="bad_proxy_header")
        self.assert_fate("routed", name="a.example", says="one")
        self.assert_fate("routed", name="b.example", says="no_route")
        self.assert_fate("routed", says="no_route")
        self.assert_fate("routed", "127.0.0.3", says="route_rejected")
        self.assert_fate("routed", "127.0.0.4", name="b.example", says="other")
        self.assert_fate("first", says="first")
        self.assert_fate("tiers", says="tiers")
        self.assert_fate("down", says="all_down")
        self.assert_fate("weighed", says="weighed")

    def test_turns_and_hashes_are_foretold(self):
        for _ in range(6):
            self.assert_fate("plain")
        self.assertEqual({self.chosen(self.assert_fate("hashed", f"127.0.0.{last}")) for last in range(1, 20)},
                         {self.a, self.b, self.c})

    def test_asking_changes_nothing(self):
        before = self.explain("plain")
        for _ in range(10):
            self.assertEqual(self.explain("plain"), before)
        self.assertEqual(self.daemon.sessions(listener="plain"), [])

    def test_operator_is_heard(self):
        self.control.ask("endpoint", "drain", "first", self.a)
        told = self.assert_fate("first")
        self.assertEqual(self.chosen(told), self.b)
        self.assertEqual(told["upstream"]["endpoints"][0]["unfit"], "drained")

    def test_reasons_have_their_lines(self):
        access = self.explain("guarded", "127.1.2.3")["access"]
        self.assertEqual((access["rule"], access["network"]), ("denied", "127.1.0.0/16"))
        self.assertTrue(access["place"].startswith(self.line("127.1.0.0/16")), access)
        routes = self.explain("routed", "127.0.0.3")["routes"]
        self.assertEqual([row["mismatch"] for row in routes], ["no_hello", None])
        self.assertTrue(all(row["place"].startswith(self.line("a.example")) for row in routes), routes)

    def test_each_endpoint_says_why_not(self):
        rows = {row["endpoint"]: row for row in self.explain("tiers")["upstream"]["endpoints"]}
        self.assertEqual({name: row["verdict"] for name, row in rows.items()},
                         {CLOSED: "unfit", self.c: "chosen", self.b: "later_tier"})
        self.assertIn("refused", rows[CLOSED]["why"].lower())
        self.assertEqual(self.explain("weighed")["upstream"]["endpoints"][1]["verdict"], "weightless")

    def test_people_can_read_it(self):
        result = self.control.run("explain", "--listener", "tiers", "--source", "127.0.0.1:50000")
        self.assertEqual(result.returncode, 0, result.stderr)
        for words in ("it is connected to " + self.c, "limits.sessions", "later_tier", "timeouts.connect"):
            self.assertIn(words, result.stdout)

    def test_mistakes_name_their_remedy(self):
        for words, code, remedy in [
                (["--listener", "plian", "--source", "127.0.0.1"], os.EX_NOINPUT, "did you mean 'plain'"),
                (["--listener", "plain", "--source", "here"], os.EX_USAGE, "write 192.0.2.1"),
                (["--listener", "plain", "--source", "127.0.0.1", "--sni", "a.example"], os.EX_NOINPUT, "leave --sni out"),
                (["--listener", "plain", "--source", "127.0.0.1", "--port", "1"], os.EX_NOINPUT, "--port"),
                (["--listener", "plain"], os.EX_USAGE, "--source")]:
            result = self.control.run("explain", *words)
            self.assertEqual(result.returncode, code, result.stdout + result.stderr)
            self.assertIn(remedy, result.stderr)


class ReachedLimits(Explained):
    def setUp(self):
        super().setUp()
        self.endpoint, = self.serve_all(1)
        self.begin({
            "full": "upstream: pool, limits: {sessions: 1, when_full: refuse}",
            "waiting": "upstream: pool, limits: {sessions: 1}",
            "source": "upstream: pool, limits: {per_source: 1}",
            "rate": "upstream: pool, limits: {per_source_rate: 1}",
            "queued": "upstream: one",
            "no_queue": "upstream: none",
        }, {
            "pool": f"endpoints: ['{self.endpoint}']",
            "one": f"endpoints: [{{address: '{self.endpoint}', max_sessions: 1}}]",
            "none": f"max_waiting: 1, endpoints: [{{address: '{self.endpoint}', max_sessions: 1}}]",
        })

    def hold(self, listener, source="127.0.0.1"):
        client = self.connect(self.daemon.address(listener), source=source)
        self.assert_echoes(client)
        return client

    def assert_refused(self, listener, reason):
        told = self.explain(listener)
        self.assertEqual((told["end"]["kind"], told["end"]["reason"]), ("refused", reason))
        since = len(self.daemon.log.records)
        # The reset may come while connect(2) still waits.
        with contextlib.suppress(ConnectionResetError), connect(self.daemon.address(listener), source="127.0.0.1") as client:
            self.assert_turned_away(client)
        self.assertEqual(self.daemon.log.wait("session", since=since, listener=listener)[0]["reason"], reason)

    def test_limits_refuse_as_told(self):
        for listener, reason in [("full", "session_limit"), ("source", "source_limit")]:
            self.assertEqual(self.explain(listener)["end"]["kind"], "served")
            client = self.hold(listener)
            self.assert_refused(listener, reason)
            client.close()
            eventually(lambda: self.explain(listener)["end"]["kind"] == "served", what="the place to be free")

    def test_other_sources_are_served(self):
        self.hold("source")
        self.assertEqual(self.explain("source", "127.0.0.2")["end"]["kind"], "served")
        self.hold("source", "127.0.0.2")

    def test_full_listener_has_clients_wait(self):
        holder = self.hold("waiting")
        limit, = [row for row in self.explain("waiting")["limits"] if row["limit"].startswith("listeners.")]
        self.assertEqual((limit["used"], limit["most"], limit["says"]), (1, 1, "wait"))
        with connect(self.daemon.address("waiting"), source="127.0.0.1") as client:
            client.sendall(b"x")
            holder.close()
            self.assertEqual(client.recv(1), b"x", "it has waited")

    def test_full_endpoint_has_clients_wait(self):
        holder = self.hold("queued")
        told = self.explain("queued")
        self.assertEqual((told["end"]["kind"], told["end"]["by"]), ("waits", "upstream"))
        self.assertEqual(told["upstream"]["endpoints"][0]["unfit"], "full")
        with connect(self.daemon.address("queued"), source="127.0.0.1") as client:
            client.sendall(b"x")
            eventually(lambda: self.explain("queued")["upstream"]["waiting"] == 1, what="the client to wait")
            holder.close()
            self.assertEqual(client.recv(1), b"x", "it has waited")

    def test_full_queue_refuses_as_told(self):
        self.hold("no_queue")
        waiting = self.connect(self.daemon.address("no_queue"), source="127.0.0.1")
        waiting.sendall(b"x")
        eventually(lambda: self.explain("no_queue")["upstream"]["waiting"] == 1, what="the client to wait")
        self.assert_refused("no_queue", "queue_full")

    def test_paused_process_refuses(self):
        self.control.ask("pause")
        end = self.explain("full")["end"]
        self.assertEqual((end["kind"], end["by"]), ("refused", "pause"))
        with self.assertRaises(OSError):
            connect(self.daemon.address("full")).close()
        self.control.ask("resume")
        self.assertEqual(self.explain("full")["end"]["kind"], "served")


class UnknownThings(Explained):
    def test_random_policy_names_all(self):
        a, b = self.serve_all(2)
        self.begin({"main": "upstream: main"}, {"main": f"balance: random, endpoints: ['{a}', '{b}']"})
        told = self.explain("main")
        self.assertEqual(told["upstream"]["certainty"], "random")
        self.assertEqual([row["verdict"] for row in told["upstream"]["endpoints"]], ["maybe", "maybe"])
        self.assertIn(f"one of {a}, {b}: random", told["end"]["words"])


if __name__ == "__main__":
    unittest.main()
