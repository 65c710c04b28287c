"""Reload after reload, good ones and bad ones, one by one and many at once: clients notice nothing."""

import signal
import time
import unittest
from pathlib import Path

from harness import (DEADLINE, ControlledTest, Newcomers, PeerProcess, Streams, eventually, free_port, is_sanitized, listen,
                     proc, scaled)

RELOADS = scaled(200)
WARM_UP = scaled(20)
STREAMS = scaled(100)
TOGETHER = 20
MOST_GROWTH = 2 * 1024 * 1024  # bytes of RSS, once it is warm


class ReloadStorm(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoints = [self.spawn("crowd").address for _ in range(3)]
        self.extra = Path(self.folder) / "extra.yaml"
        self.extra_binds = [f"127.0.0.1:{free_port()}", f"unix:{self.folder}/extra"]
        self.times = []

    def spawn(self, role):
        process = PeerProcess(role)
        self.addCleanup(process.close)
        return process

    def text(self, number, bind=("127.0.0.1:0", "[::1]:0")):
        """Every number differs from the next in listeners, endpoints, access, limits and timeouts."""
        endpoints = [self.endpoints[number % 3], self.endpoints[(number + 1) % 3]]
        access = "access: {allow: [127.0.0.0/8, '::1']}\n" if number % 2 else ""
        return self.config(*endpoints, bind=list(bind), top="workers: 2\ninclude: extra*.yaml",
                           listener=f"limits: {{sessions: {5000 + number}, per_source: {4000 + number}}}\n"
                                    f"timeouts: {{idle: {600 + number}s}}\nbacklog: {3000 + number}\n{access}",
                           upstream=f"resolve: {{interval: {30 + number}s}}")

    def write(self, daemon, number):
        """With a second listener that comes and goes, and moves."""
        binds = [] if number % 3 == 0 else [self.extra_binds[number % 3 - 1]]
        listeners = "".join(f'extra: {{bind: "{bind}", upstream: main}}' for bind in binds)
        new = self.extra.with_suffix(".new")
        new.write_text(f"listeners: {{{listeners}}}\n")
        new.replace(self.extra)
        daemon.write_config(self.text(number))

    def reload_one_by_one(self, daemon, numbers):
        for number in numbers:
            self.write(daemon, number)
            start = time.monotonic()
            self.assertEqual(self.control.ask("reload")["result"], "applied")
            self.times.append(time.monotonic() - start)

    def reload_at_once(self, daemon):
        start, pending = time.monotonic(), []
        for number in range(TOGETHER):
            self.write(daemon, number)
            pending.append(self.control.begin("--json", "reload"))
            daemon.signal(signal.SIGHUP)
        self.took_to_start = time.monotonic() - start
        for process in pending:
            out, err = process.communicate(timeout=DEADLINE)
            self.assertEqual((process.returncode, err), (0, ""), out)

    def reload_bad_and_good(self, daemon):
        taken = f"127.0.0.1:{free_port()}"
        with listen(taken):
            self.assert_refused(daemon, self.text(1) + "nonsense: 1\n", "nonsense")
            self.assert_refused(daemon, self.text(2, bind=["127.0.0.1:0", "[::1]:0", taken]), taken)
        self.reload_one_by_one(daemon, [0])

    def snapshot(self, daemon):
        return {"descriptors": proc.descriptors(daemon.pid), "threads": proc.threads(daemon.pid),
                "children": proc.children(daemon.pid)}

    def start_under_load(self):
        daemon = self.start(self.text(0))
        streams = Streams(daemon.addresses(), STREAMS)
        self.addCleanup(streams.close)
        eventually(lambda: streams.bytes > STREAMS * 100_000, what="the streams to flow")
        quiet = self.snapshot(daemon)
        newcomers = Newcomers(daemon.addresses())
        self.addCleanup(newcomers.stop)
        return daemon, streams, newcomers, quiet

    def test_no_client_of_any_kind_notices(self):
        start = time.monotonic()
        daemon, streams, newcomers, quiet = self.start_under_load()
        self.reload_one_by_one(daemon, range(1, WARM_UP))
        rss = proc.rss(daemon.pid)
        self.reload_one_by_one(daemon, range(WARM_UP, RELOADS))
        self.reload_at_once(daemon)
        self.reload_bad_and_good(daemon)
        newcomers.wait_served(100)
        newcomers.stop()
        growth = proc.rss(daemon.pid) - rss
        streams.settle()
        self.report(start, streams, newcomers, growth)
        self.assertEqual((newcomers.failures, streams.wrong, streams.cut), ({}, 0, 0))
        self.assertEqual(self.control.status()["pid"], daemon.pid)
        daemon.log.wait("reloaded", result="applied", times=self.control.status()["generation"] - 1)
        eventually(lambda: self.snapshot(daemon) == quiet, what=f"{quiet} as before")
        if not is_sanitized():
            self.assertLess(growth, MOST_GROWTH)

    def report(self, start, streams, newcomers, growth):
        times = sorted(self.times)
        print(f"{len(times)} reloads (median {times[len(times) // 2] * 1e3:.0f} ms, slowest {times[-1] * 1e3:.0f} ms) "
              f"and {2 * TOGETHER} within {self.took_to_start:.1f} s, all in {time.monotonic() - start:.0f} s: "
              f"{newcomers.served} new connections, not served {newcomers.failures or 0}, "
              f"slowest {newcomers.slowest * 1e3:.0f} ms; {streams.bytes / 1e6:.0f} MB each way over {STREAMS} "
              f"streams, {streams.wrong} wrong, {streams.cut} cut; RSS {growth / 1024:+.0f} KiB", flush=True)


if __name__ == "__main__":
    unittest.main()
