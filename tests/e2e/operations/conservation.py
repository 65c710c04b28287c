"""A random load, while sessions are killed and configurations come and go: every sum in the log, the metrics and the status
is the same, and nothing is lost or counted twice."""

import random
import threading
import time
import unittest
from collections import Counter

from harness import ControlledTest, PeerProcess, connect, eventually, receive_exactly, reset, scaled
from harness.operations import Scrape

SESSIONS = scaled(20_000)
CLIENTS = 8
LASTING = 20
DIRECTIONS = ("upstream", "downstream")
SEED = 14


class Load:
    """Clients that open session after session, and do with each what comes to their minds."""

    def __init__(self, address, seed, count):
        self._address, self._random, self._count = address, random.Random(seed), count
        self.opened = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def join(self):
        self._thread.join()

    def is_running(self):
        return self._thread.is_alive()

    def _run(self):
        while self.opened < self._count:
            self.opened += 1
            try:
                with connect(self._address) as client:
                    self._visit(client)
            except OSError:
                pass  # killed, or its endpoint was: what became of it is in the record

    def _visit(self, client):
        choice = self._random.random()
        if choice < 0.1:
            return
        size = int(self._random.expovariate(1 / 3_000)) + 1
        client.sendall(bytes(size))
        if choice < 0.3:
            return reset(client)
        if choice < 0.4:
            return
        receive_exactly(client, size)
        if choice < 0.45:
            client.recv(1)  # until it is killed


class Conservation(ControlledTest):
    def text(self, number):
        return self.config(self.endpoint.address, top="workers: 2", listener=f"backlog: {1000 + number}")

    def setUp(self):
        super().setUp()
        self.endpoint = PeerProcess("crowd")
        self.addCleanup(self.endpoint.close)
        self.daemon = self.start(self.text(0))

    def operate(self, loads):
        """Until the load is over: reloads, and kills of who waits for nothing else."""
        killed = reloads = 0
        while any(load.is_running() for load in loads):
            reloads += 1
            self.assertEqual(self.reload(self.daemon, self.text(reloads))["result"], "applied")
            killed += self.control.ask("kill", "--listener", "main", "--min-idle", "50ms", "--rate", "5000")["ended"]
        return killed, reloads

    def totals_of_log(self):
        records = self.daemon.sessions()
        self.assertEqual(len({record["id"] for record in records}), len(records), "one record a session")
        return Counter(record["reason"] for record in records), {
            direction: (sum(record[f"{direction}_bytes"] for record in records),
                        sum(record.get(f"{direction}_undelivered", 0) for record in records)) for direction in DIRECTIONS}

    def totals_by_reason(self):
        row = self.daemon.totals().listeners["main"]
        return {key.removeprefix("ended_"): count for key, count in row.items() if key.startswith("ended_") and count}

    def test_all_sums_agree(self):
        began = time.monotonic()
        loads = [Load(self.daemon.address(), SEED + number, SESSIONS // CLIENTS) for number in range(CLIENTS)]
        killed, reloads = self.operate(loads)
        for load in loads:
            load.join()
        lasting = [self.connect(self.daemon.address()) for _ in range(LASTING)]
        for client in lasting:
            self.assert_echoes(client, b"x")
        opened = sum(load.opened for load in loads) + LASTING
        eventually(lambda: self.control.status()["listeners"][0]["live"] == LASTING, what="the load to end")
        print(f"{opened} sessions, {killed} of them killed, {reloads} reloads, {time.monotonic() - began:.1f} s", flush=True)
        self.assertGreater(killed, 0)
        self.daemon.log.wait("session", times=opened - LASTING)
        reasons, carried = self.totals_of_log()
        listener, = self.control.status()["listeners"]
        metrics = Scrape(self.control.run("metrics").stdout)
        self.assertEqual(listener["accepted"], opened)
        self.assertEqual(sum(reasons.values()) + listener["live"], listener["accepted"])
        self.assertEqual(reasons["killed"], killed)
        self.assertEqual(self.totals_by_reason(), dict(reasons))
        self.assertEqual(metrics.by("duplexd_sessions_ended_total", "reason"), dict(reasons))
        self.assertEqual(metrics.sum("duplexd_sessions_accepted_total"), opened)
        self.assertEqual(metrics.sum("duplexd_sessions"), len(self.control.ask("sessions")["sessions"]))
        for direction in DIRECTIONS:
            read, undelivered = carried[direction]
            written = listener[f"{direction}_bytes"]
            self.assertEqual(read + LASTING, written + undelivered, direction)
            self.assertEqual(metrics.sum("duplexd_delivered_bytes_total", direction=direction), written)
        self.assertEqual(metrics.sum("duplexd_undelivered_bytes_total"), sum(lost for _, lost in carried.values()))


if __name__ == "__main__":
    unittest.main()
