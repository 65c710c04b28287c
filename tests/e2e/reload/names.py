"""Endpoints by name, hundreds of them, half of which nobody answers for. duplexd and its endpoints are in the network of a
name server, and are reached by Unix sockets."""

import time
import unittest

from harness import AT_ONCE, DEADLINE, ControlledTest, echo, eventually, receive_exactly
from harness.dnsmasq import DEAD_ZONE, Dnsmasq, why_not

MANY = 300
LONGEST_ROUND_TRIP = 3.0  # seconds; to ask a dead name server takes seven
PORT = 7000
OPTIONAL = "resolve: {at_start: optional, interval: 1s}"


@unittest.skipIf(why_not(), why_not())
class Names(ControlledTest):
    def setUp(self):
        super().setUp()
        self.names = Dnsmasq(self.folder)
        self.addCleanup(self.names.close)
        self.entry = f"unix:{self.folder}/entry"

    def greeter(self, word):
        """An endpoint outside, which says its word first."""
        return self.serve(lambda connection: (connection.sendall(word), echo(connection)),
                          f"unix:{self.folder}/{word.decode()}").address

    def text(self, hosts, ways, more=""):
        """An upstream of hosts, and for each address that they may have a listener that leads outside."""
        listeners = "".join(f"  at{i}: {{bind: '{address}:{PORT}', upstream: out{i}}}\n" for i, address in enumerate(ways))
        upstreams = "".join(f"  out{i}: {{endpoints: ['{endpoint}']}}\n" for i, endpoint in enumerate(ways.values()))
        endpoints = ", ".join(f"'{host}:{PORT}'" for host in hosts)
        return (f"control: {{socket: {self.control.path}}}\nworkers: 2\nlisteners:\n"
                f"  entry: {{bind: '{self.entry}', upstream: named}}\n{listeners}"
                f"upstreams:\n  named:\n    endpoints: [{endpoints}]\n    {OPTIONAL}\n{upstreams}{more}")

    def start_inside(self, text):
        return self.start(text, wrapper=self.names.inside())

    def greeted(self):
        """A client, and the word that it was greeted with; no word: it was turned away."""
        client = self.connect(self.entry)
        try:
            return client, receive_exactly(client, 3)
        except ConnectionError:
            return client, b""

    def greeting(self):
        client, word = self.greeted()
        client.close()
        return word

    def session_with(self, word):
        client, greeting = self.greeted()
        return client if greeting == word else client.close()

    def failures(self):
        upstreams = {upstream["name"]: upstream["endpoints"] for upstream in self.control.status()["upstreams"]}
        return [endpoint["resolve_failure"] for endpoint in upstreams["dead"]]

    def test_dead_names_delay_nobody(self):
        live = [f"live{i}.test" for i in range(MANY)]
        dead = ", ".join(f"'n{i}.{DEAD_ZONE}:{PORT}'" for i in range(MANY))
        self.names.serve({name: ["127.0.0.11"] for name in live})
        start = time.monotonic()
        self.start_inside(self.text(live, {"127.0.0.11": self.greeter(b"one")},
                                    more=f"  dead: {{endpoints: [{dead}], {OPTIONAL}}}\n"))
        took = time.monotonic() - start
        # Each worker gets to know of a name by itself.
        session = eventually(lambda: self.session_with(b"one"), what="a live name to be dialled")
        slowest = 0
        while not all(self.failures()):
            before = time.monotonic()
            self.assert_echoes(session)
            slowest = max(slowest, time.monotonic() - before)
        self.assertEqual({failure["msg"] for failure in self.failures()}, {"no name server gave an answer"})
        print(f"{MANY} live and {MANY} dead names: ready after {took:.2f} s, the slowest round trip {slowest * 1e3:.1f} ms",
              flush=True)
        self.assertLess(took, AT_ONCE)
        self.assertLess(slowest, LONGEST_ROUND_TRIP)
        session.close()

    def test_changes_are_followed_through_reloads(self):
        ways = {"127.0.0.11": self.greeter(b"one"), "127.0.0.12": self.greeter(b"two")}
        self.names.serve({"db.test": ["127.0.0.11"]})
        daemon = self.start_inside(self.text(["db.test"], ways))
        eventually(lambda: self.greeting() == b"one", what="the name to be dialled")
        self.names.serve({"db.test": ["127.0.0.12"]})
        deadline = time.monotonic() + DEADLINE
        while self.greeting() != b"two":
            self.assertLess(time.monotonic(), deadline, "reloads more often than the interval stop nobody from asking")
            daemon.write_config(self.text(["db.test"], ways, more=f"# {time.monotonic()}\n"
                                          f"  other: {{endpoints: ['127.0.0.1:{1 + time.monotonic_ns() % 60000}']}}\n"))
            self.assertEqual(self.control.ask("reload")["result"], "applied")
        self.assertEqual(len(daemon.log.wait("resolve_changed", times=2, upstream="named")), 2)


if __name__ == "__main__":
    unittest.main()
