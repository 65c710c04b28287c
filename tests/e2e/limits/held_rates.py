"""Rates of new sessions and of bytes are held to within five percent, by two workers together. DUPLEXD_MEASURED_SECONDS says for
how long; tests/bench/limits/run.sh takes 30."""

import os
import threading
import time
import unittest

from harness import E2eTest, PeerProcess, config, hang_up, is_sanitized, proc
from harness.edge import Authority, connect_tls, over_tls, server_context
from harness.limits import Arrivals
from harness.streams import BLOCK
from harness.threads import join_all

SECONDS = float(os.environ.get("DUPLEXD_MEASURED_SECONDS", "5"))
SETTLED = 1.5  # seconds until bursts are over
EXACT = 0.05
STARVED = 0.5  # seconds
BURST = 0.25  # more than bursts add to the shortest measurement
SOURCES = [f"127.0.0.{number}" for number in range(2, 7)]
BYTES = 8 * 1024 * 1024  # a second
SHARING = 3  # sessions that share what a listener may


class Held(E2eTest):
    def assert_held(self, what, measured, limit):
        """Within EXACT. If the machine had other things to do fewer come, and then a burst."""
        starved = self.is_starved()
        print(f"{what}: {measured:.1f} of {limit} ({100 * (measured / limit - 1):+.2f} %){', starved' * starved}", flush=True)
        self.assertLess(measured / limit - 1, BURST if starved else EXACT, what)
        self.assertGreater(measured / limit - 1, -1 if starved else -EXACT, what)

    def setUp(self):
        super().setUp()
        self.waited_before = proc.seconds_kept_from_cpu(os.getpid())

    def is_starved(self):
        """Whether the daemon, its endpoint or the test had to wait for a CPU for long."""
        waited = proc.seconds_kept_from_cpu(os.getpid()) - self.waited_before
        waited = max(waited, *map(proc.seconds_kept_from_cpu, proc.children(os.getpid())))
        return is_sanitized() or waited > STARVED


class HeldRates(Held):
    def start_limited(self, limits):
        crowd = PeerProcess("crowd")
        self.addCleanup(crowd.close)
        self.daemon = self.start(config(crowd.address, top="workers: 2", listener=f"limits: {{{limits}}}"))

    def arrivals(self, sources=("127.0.0.1",)):
        seen = Arrivals(self.daemon.address(), 1000, SETTLED + SECONDS, sources)
        print(f"{seen.tried} clients in {SETTLED + SECONDS} s, {seen.refused} of them refused", flush=True)
        return seen, seen.began + SETTLED, seen.began + SETTLED + SECONDS

    def test_rate_is_held_for_who_waits(self):
        self.start_limited("rate: 100, burst: 20")
        seen, begin, end = self.arrivals()
        self.assert_held("rate, when_full wait", seen.rate("127.0.0.1", begin, end), 100)
        self.assertEqual(seen.refused, 0)

    def test_rate_is_held_by_refusals(self):
        self.start_limited("rate: 100, burst: 20, when_full: refuse")
        seen, begin, end = self.arrivals()
        self.assert_held("rate, when_full refuse", seen.rate("127.0.0.1", begin, end), 100)
        self.assertGreater(seen.refused, 0)

    def test_sources_are_held_to_rates(self):
        self.start_limited("per_source_rate: 50, per_source_burst: 20")
        seen, begin, end = self.arrivals(SOURCES)
        for source in SOURCES:
            self.assert_held(f"per_source_rate of {source}", seen.rate(source, begin, end), 50)
        records = self.daemon.log.wait("session", reason="source_rate_limit", times=1)
        self.assertEqual(records[0]["side"], "local")


class Flow:
    """Sessions of one listener that carry as many bytes in one direction as they can; counts those that arrive."""

    def __init__(self, direction):
        self.direction = direction
        self.bytes = 0
        self._lock = threading.Lock()

    def endpoint(self, connection):
        self._receive(connection) if self.direction == "upstream" else self._send(connection)

    def client(self, connection):
        try:
            self._send(connection) if self.direction == "upstream" else self._receive(connection)
        except OSError:
            pass  # the test has ended

    def _send(self, connection):
        block = bytes(BLOCK)
        while True:
            connection.sendall(block)

    def _receive(self, connection):
        while data := connection.recv(BLOCK):
            with self._lock:
                self.bytes += len(data)


class HeldBandwidth(Held):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        self.pair = self.authority.sign("a.test")
        self.flows = {}

    def listener(self, name, key, tls):
        flow = self.flows[name] = Flow(key.partition("_")[2])
        handler = over_tls(flow.endpoint, server_context(self.pair)) if tls else flow.endpoint
        endpoint = self.serve(handler)
        own = f"tls: {{certificates: {self.pair.as_listener()}}}, " if tls else ""
        to_endpoint = f"{{ca_file: {self.authority.certificate}, server_name: a.test}}" if tls else "off"
        return (f'  {name}: {{bind: "127.0.0.1:0", upstream: {name}, {own}bandwidth: {{{key}: {BYTES}B}}}}\n',
                f'  {name}: {{endpoints: "{endpoint.address}", tls: {to_endpoint}}}\n')

    def begin(self, name, flow):
        address = self.daemon.address(name)
        context = self.authority.client_context()
        for _ in range(SHARING if "total" in name else 1):
            connection = connect_tls(address, context) if "tls" in name else self.connect(address)
            self.addCleanup(connection.close)
            yield threading.Thread(target=flow.client, args=[connection], daemon=True), connection

    def test_bandwidth_is_held(self):
        keys = [f"{who}_{direction}" for who in ("session", "total") for direction in ("upstream", "downstream")]
        parts = [self.listener(f"{key}-{leg}", key, leg == "tls") for key in keys for leg in ("plain", "tls")]
        listeners, upstreams = ("".join(texts) for texts in zip(*parts))
        self.daemon = self.start(f"workers: 2\nlisteners:\n{listeners}upstreams:\n{upstreams}")
        began = [each for name, flow in self.flows.items() for each in self.begin(name, flow)]
        for thread, _ in began:
            thread.start()
        time.sleep(SETTLED)  # the time of a measurement, not a wait for something
        before, begin = {name: flow.bytes for name, flow in self.flows.items()}, time.monotonic()
        time.sleep(SECONDS)
        after, end = {name: flow.bytes for name, flow in self.flows.items()}, time.monotonic()
        for _, connection in began:
            hang_up(getattr(connection, "socket", connection))
        join_all([thread for thread, _ in began])
        for name in self.flows:
            self.assert_held(name, (after[name] - before[name]) / (end - begin), BYTES)


if __name__ == "__main__":
    unittest.main()
