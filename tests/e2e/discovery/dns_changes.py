"""Endpoints come from a real name server, whose answers change. duplexd is in the network of the name server, and its
endpoints are reached by listeners of its own that lead outside."""

import time
import unittest
from collections import Counter
from pathlib import Path

from harness import ControlledTest, echo, eventually, receive_exactly
from harness.dnsmasq import ADDRESS, FAILING_ZONE, Dnsmasq, why_not

PORT = 7000
OSERR = 71
ONE, TWO, SIX = "127.0.0.11", "127.0.0.12", "127.0.0.16"
SERVICE = "_db._tcp.test"
SELDOM = "resolve: {interval: 1h}"  # so that only a TTL makes it ask again


def srv(*records):
    """dnsmasq's options for records of the service: host, priority, weight."""
    return [f"--srv-host={SERVICE},{host},{PORT},{priority},{weight}" for host, priority, weight in records]


@unittest.skipIf(why_not(), why_not())
class DnsChanges(ControlledTest):
    def setUp(self):
        super().setUp()
        self.names = Dnsmasq(self.folder)
        self.addCleanup(self.names.close)
        self.entry = f"unix:{self.folder}/entry"
        self.ways = {address: self.greeter(word) for address, word in [(ONE, b"one"), (TWO, b"two"), (SIX, b"six")]}
        self.names.serve({"one.test": [ONE], "two.test": [TWO], "six.test": [SIX]})

    def greeter(self, word):
        """An endpoint outside, which says its word first."""
        return self.serve(lambda connection: (connection.sendall(word), echo(connection)),
                          f"unix:{self.folder}/{word.decode()}").address

    def text(self, endpoint, upstream="", top="", ways=None):
        ways = ways or self.ways
        listeners = "".join(f"  at{i}: {{bind: '{address}:{PORT}', upstream: out{i}}}\n" for i, address in enumerate(ways))
        upstreams = "".join(f"  out{i}: {{endpoints: ['{outside}']}}\n" for i, outside in enumerate(ways.values()))
        return (f"control: {{socket: {self.control.path}}}\nworkers: 2\n{top}\nlisteners:\n"
                f"  entry: {{bind: '{self.entry}', upstream: named}}\n{listeners}"
                f"upstreams:\n  named:\n    endpoints: ['{endpoint}']\n    {upstream}\n{upstreams}")

    def start_inside(self, text, **options):
        return self.start(text, wrapper=self.names.inside(), **options)

    def greeting(self):
        try:
            with self.connect(self.entry) as client:
                return receive_exactly(client, 3).decode()
        except ConnectionError:
            return ""

    def wait_greeting(self, word):
        eventually(lambda: self.greeting() == word, what=f"to be greeted with {word}")

    def endpoints(self):
        """Of the upstream: name, address and weight."""
        upstream = next(row for row in self.control.status()["upstreams"] if row["name"] == "named")
        return {row["name"]: row for row in upstream["endpoints"] if not row["removed"]}

    def wait_endpoints(self, *names):
        eventually(lambda: sorted(self.endpoints()) == sorted(f"{name}:{PORT}" for name in names),
                   what=f"endpoints {names}")

    def wait_changed(self, daemon, count):
        daemon.log.wait("endpoints_changed", upstream="named", count=count)

    def test_ttl_is_followed(self):
        self.names.restart("--local-ttl=2")
        self.names.serve({"db.test": [ONE]})
        self.start_inside(self.text(f"db.test:{PORT}", SELDOM))
        self.wait_greeting("one")
        self.names.serve({"db.test": [TWO]})
        start = time.monotonic()
        self.wait_greeting("two")
        print(f"a record with a TTL of 2 s was followed after {time.monotonic() - start:.1f} s", flush=True)

    def test_servfail_keeps_addresses(self):
        host = f"db.{FAILING_ZONE}"
        self.names.serve({host: [ONE]})
        daemon = self.start_inside(self.text(f"{host}:{PORT}", "resolve: {interval: 1s}"))
        self.wait_greeting("one")
        self.names.serve({})
        failure = daemon.log.wait("resolve_failed", endpoint=f"{host}:{PORT}")[0]
        self.assertEqual((failure["error"], failure["count"]), ("no name server gave an answer", 1))
        self.assertEqual(self.greeting(), "one")
        self.names.serve({host: [TWO]})
        self.wait_greeting("two")

    def test_failed_family_keeps_addresses(self):
        host = f"db.{FAILING_ZONE}"
        self.names.serve({host: [ONE, "::1"]})
        daemon = self.start_inside(self.text(f"{host}:{PORT}", "resolve: {interval: 1s}"))
        self.wait_greeting("one")
        self.names.serve({host: ["::1"]})  # and SERVFAIL for A
        failure = daemon.log.wait("resolve_failed", endpoint=f"{host}:{PORT}")[0]
        self.assertEqual((failure["error"], failure["count"]), ("no name server gave its IPv4 addresses", 1))
        self.assertEqual(self.greeting(), "one")
        self.names.serve({host: [TWO, "::1"]})
        self.wait_greeting("two")

    def test_two_hundred_addresses_are_used(self):
        addresses = [f"127.0.1.{i}" for i in range(1, 201)]
        self.names.serve({"many.test": addresses})
        self.start_inside(self.text(f"many.test:{PORT}", ways={"0.0.0.0": self.ways[ONE]}))
        address = self.endpoints()[f"many.test:{PORT}"]["address"]
        self.assertEqual(sorted(address.split(", ")), sorted(f"{each}:{PORT}" for each in addresses))
        self.assertEqual(self.greeting(), "one")

    def test_service_has_weights(self):
        self.names.restart("--local-ttl=1", *srv(("one.test", 10, 3), ("two.test", 10, 1)))
        daemon = self.start_inside(self.text(f"srv:{SERVICE}", SELDOM))
        self.wait_endpoints("one.test", "two.test")
        self.assertEqual({name: row["weight"] for name, row in self.endpoints().items()},
                         {f"one.test:{PORT}": 3, f"two.test:{PORT}": 1})
        self.assertEqual(Counter(self.greeting() for _ in range(40)), {"one": 30, "two": 10})
        self.names.restart("--local-ttl=1", *srv(("two.test", 10, 1)))
        self.wait_changed(daemon, 1)
        self.assertEqual({self.greeting() for _ in range(4)}, {"two"})

    def test_lower_priority_waits(self):
        self.names.restart("--local-ttl=1", *srv(("one.test", 20, 1), ("two.test", 10, 1), ("six.test", 10, 1)))
        daemon = self.start_inside(self.text(f"srv:{SERVICE}", SELDOM))
        self.wait_endpoints("one.test", "two.test", "six.test")
        self.assertEqual(Counter(self.greeting() for _ in range(10)), {"two": 5, "six": 5})
        self.names.restart("--local-ttl=1", *srv(("one.test", 20, 1)))
        self.wait_changed(daemon, 1)
        self.assertEqual(self.greeting(), "one")

    def test_lost_service_keeps_endpoints(self):
        self.names.restart("--local-ttl=1", *srv(("one.test", 0, 0)))
        daemon = self.start_inside(self.text(f"srv:{SERVICE}", SELDOM))
        self.wait_endpoints("one.test")
        self.names.restart("--local-ttl=1")
        failure = daemon.log.wait("endpoints_failed", upstream="named")[0]  # asked again while dnsmasq is away, or after
        self.assertIn(failure["error"], [f"srv:{SERVICE}: no such name", f"srv:{SERVICE}: no name server gave an answer"])
        self.assertEqual(self.greeting(), "one")
        self.names.restart("--local-ttl=1", f"--srv-host={SERVICE}")
        self.wait_changed(daemon, 0)
        self.assertEqual(self.greeting(), "")

    def test_hosts_without_address_replace_nothing(self):
        self.names.restart("--local-ttl=1", *srv(("one.test", 0, 0)))
        daemon = self.start_inside(self.text(f"srv:{SERVICE}", SELDOM))
        self.wait_greeting("one")
        self.names.restart("--local-ttl=1", *srv(("new.test", 0, 0)))
        eventually(lambda: any("(host new.test: no such name)" in record["error"]
                               for record in daemon.log.find("endpoints_failed", upstream="named")),
                   what="the fault to be told")
        self.assertEqual({self.greeting() for _ in range(20)}, {"one"})
        self.names.serve({"new.test": [TWO]})
        self.wait_greeting("two")

    def test_truncated_answer_comes_by_tcp(self):
        hosts = [f"replica-with-a-long-name-{i}.test" for i in range(60)]
        self.names.restart("--local-ttl=1", *srv(*((host, 0, 1) for host in hosts)))
        self.names.serve({host: [f"127.0.2.{i + 1}"] for i, host in enumerate(hosts)})
        self.start_inside(self.text(f"srv:{SERVICE}", ways={"0.0.0.0": self.ways[SIX]}))
        self.wait_endpoints(*hosts)
        self.assertEqual(self.greeting(), "six")

    def test_start_without_dns_waits_or_fails(self):
        self.names.restart(*srv(("one.test", 0, 1)))
        self.names.stop()
        file = Path(self.folder, "duplexd.yaml")
        refused = self.start_inside(self.text(f"srv:{SERVICE}", top="resolve: {start_timeout: 2s}"), ready=False)
        self.assertEqual(refused.wait_exit(), OSERR)
        self.assertIn(f"upstream named: srv:{SERVICE} has no endpoints", "".join(refused.log.lines))
        self.assertTrue(file.exists())
        self.start_inside(self.text(f"srv:{SERVICE}", "resolve: {at_start: optional}"))
        self.assertEqual(self.greeting(), "")
        self.names.start()
        self.wait_greeting("one")

    def test_own_name_servers_are_asked(self):
        self.names.ask_in_turn("127.0.0.77")
        self.names.serve({"db.test": [ONE]})
        self.start_inside(self.text(f"db.test:{PORT}", top=f"resolve: {{servers: ['{ADDRESS}:53']}}"))
        self.assertEqual(self.greeting(), "one")


if __name__ == "__main__":
    unittest.main()
