"""The name service in front of a real name server."""

import contextlib
import os
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from harness import TETHER, eventually
from harness.dnsmasq import ADDRESS, DEAD_ZONE, SILENT, Dnsmasq, why_not

ASK_NAMES = os.environ.get("ASK_NAMES", "ask_names")
INTERVAL_MS = 300
MANY = 300
NO_ANSWER, NO_NAME = "no name server gave an answer", "no such name"
ONE, OTHER, SIX = "192.0.2.1", "192.0.2.2", "2001:db8::1"  # RFC 5737, RFC 3849


class Asker:
    """A program with a name service: what it knows of each name, and when it learnt that."""

    def __init__(self, wrapper):
        self._process = subprocess.Popen([*TETHER, *wrapper, ASK_NAMES], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         text=True)
        self.known = {}
        self.changes = []  # (time, host)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def subscribe(self, hosts, interval_ms=INTERVAL_MS):
        self._process.stdin.write("".join(f"{host} {interval_ms}\n" for host in hosts))
        self._process.stdin.flush()

    def _read(self):
        for line in self._process.stdout:
            host, failure, addresses = line.rstrip("\n").split("\t")
            self.known[host] = (failure, [address.rpartition(":")[0].strip("[]") for address in addresses.split()])
            self.changes.append((time.monotonic(), host))

    def close(self):
        self._process.stdin.close()
        self._thread.join()
        assert self._process.wait() == 0
        self._process.stdout.close()


@unittest.skipIf(why_not(), why_not())
class WithDnsmasq(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory(prefix="duplexd-e2e-"))
        self.names = self.enterContext(contextlib.closing(Dnsmasq(self.folder)))
        self.asker = self.enterContext(contextlib.closing(Asker(self.names.inside())))

    def wait_known(self, host, failure, addresses):
        eventually(lambda: self.asker.known.get(host) == (failure, addresses),
                   what=f"{host} to be {failure or addresses}; it is {self.asker.known.get(host)}")

    def test_dead_names_delay_no_live_ones(self):
        live = [f"live{i}.test" for i in range(MANY)]
        dead = [f"name{i}.{DEAD_ZONE}" for i in range(MANY)]
        self.names.serve({host: [ONE] for host in live})
        start = time.monotonic()
        self.asker.subscribe([host for pair in zip(dead, live) for host in pair], interval_ms=60_000)
        eventually(lambda: set(live) <= self.asker.known.keys(), what="every live name to be known")
        took = time.monotonic() - start
        print(f"{MANY} live names beside {MANY} dead ones were known after {took * 1000:.0f} ms", flush=True)
        self.assertTrue(all(self.asker.known[host] == ("", [ONE]) for host in live))
        self.assertEqual({host for _, host in self.asker.changes[:MANY]}, set(live), "before any dead one")
        for host in dead:
            self.wait_known(host, NO_ANSWER, [])

    def test_changed_record_is_noticed(self):
        self.names.serve({"a.test": [ONE]})
        self.asker.subscribe(["a.test"])
        self.wait_known("a.test", "", [ONE])
        self.names.serve({"a.test": [OTHER, ONE]})
        self.wait_known("a.test", "", [ONE, OTHER])
        self.names.serve({})
        self.wait_known("a.test", NO_NAME, [ONE, OTHER])
        self.names.serve({"a.test": [OTHER]})
        self.wait_known("a.test", "", [OTHER])

    def test_silent_name_server_is_passed_over(self):
        self.names.ask_in_turn(SILENT, ADDRESS)
        self.names.serve({"a.test": [ONE], "b.test": [OTHER]})
        self.asker.subscribe(["a.test", "b.test", "localhost"], interval_ms=60_000)
        eventually(lambda: "localhost" in self.asker.known, what="the hosts file to be read")
        self.assertEqual(self.asker.changes[0][1], "localhost", "it waits for nobody")
        self.wait_known("a.test", "", [ONE])
        self.wait_known("b.test", "", [OTHER])

    def test_rewritten_resolv_conf_is_noticed(self):
        self.names.serve({"a.test": [ONE]})
        self.names.ask_in_turn("127.0.0.77")
        self.asker.subscribe(["a.test"])
        self.wait_known("a.test", NO_ANSWER, [])
        self.names.ask_in_turn(ADDRESS)
        self.wait_known("a.test", "", [ONE])

    def test_replaced_resolv_conf_is_noticed(self):
        self.names.serve({"a.test": [ONE]})
        self.names.ask_in_turn("127.0.0.77")
        self.asker.subscribe(["a.test"])
        self.wait_known("a.test", NO_ANSWER, [])
        other = Path(self.folder, "other.conf")
        other.write_text(f"nameserver {ADDRESS}\n")
        self.names.replace_resolv_conf(other)
        self.wait_known("a.test", "", [ONE])

    def test_search_domains_count(self):
        self.names.serve({"a.inside.test": [ONE], "b.c": [OTHER]})
        self.names.resolv_conf.write_text(f"search inside.test\nnameserver {ADDRESS}\n")
        self.asker.subscribe(["a", "b.c"])
        self.wait_known("a", "", [ONE])
        self.wait_known("b.c", "", [OTHER])

    def test_absent_family_is_left_out(self):
        self.names.serve({"both.test": [ONE, SIX], "six.test": [SIX]})
        self.asker.subscribe(["both.test", "six.test"])
        self.wait_known("both.test", "", [ONE])
        self.wait_known("six.test", "", [SIX])

    def test_long_answers_come_by_tcp(self):
        addresses = [f"192.0.2.{i}" for i in range(1, 101)]
        self.names.serve({"many.test": addresses})
        self.asker.subscribe(["many.test"])
        self.wait_known("many.test", "", addresses)

    def test_name_server_comes_back(self):
        self.names.serve({"a.test": [ONE]})
        self.asker.subscribe(["a.test"])
        self.wait_known("a.test", "", [ONE])
        self.names.stop()
        self.wait_known("a.test", NO_ANSWER, [ONE])
        self.names.start()
        self.wait_known("a.test", "", [ONE])


if __name__ == "__main__":
    unittest.main()
