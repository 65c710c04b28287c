"""What metrics say under real traffic: the same as the status and the records of the log, in every format."""

import re
import shutil
import socket
import subprocess
import threading
import unittest
from collections import Counter

from harness import ControlledTest, HttpConnection, connect, echo, eventually, free_port, receive_exactly, reset
from harness.operations import Scrape

FLOOD = 16 * 1024 * 1024
KEPT = ("duplexd_sessions_", "duplexd_delivered_", "duplexd_upstream_", "duplexd_endpoint_", "duplexd_session_")


def flood(connection):
    connection.sendall(bytes(FLOOD))
    connection.recv(1)


class MetricsTest(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)

    def scrape(self):
        result = self.control.run("metrics")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return Scrape(result.stdout)

    def traffic(self, daemon):
        """Sessions that end in some ways, and one that lives; the log has the others when this returns."""
        for size in (1, 70_000, 1_000_000):
            with connect(daemon.address()) as client:
                sender = threading.Thread(target=client.sendall, args=[bytes(size)])
                sender.start()
                receive_exactly(client, size)
                sender.join()
        with connect(daemon.address()) as client:
            self.assert_echoes(client)
            reset(client)
        with connect(daemon.address(), source="127.0.0.9") as client:
            self.assert_turned_away(client)
        live = self.connect(daemon.address())
        self.assert_echoes(live)
        daemon.log.wait("session", times=5)
        return live


class Sums(MetricsTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.start(self.config(self.endpoint.address, top="workers: 2", listener="access: {deny: 127.0.0.9}"))
        self.live = self.traffic(self.daemon)
        self.seen = self.scrape()

    def test_sessions_add_up_with_the_log(self):
        ended = Counter(record["reason"] for record in self.daemon.sessions())
        self.assertEqual(self.seen.by("duplexd_sessions_ended_total", "reason"), dict(ended))
        self.assertEqual(self.seen.sum("duplexd_sessions_accepted_total"), 6)
        self.assertEqual(self.seen.sum("duplexd_sessions_ended_total") + self.seen.sum("duplexd_sessions"), 6)
        self.assertEqual(self.seen.sum("duplexd_session_duration_seconds_count"), 4, "but for the one that was refused")
        eventually(lambda: self.scrape().sum("duplexd_worker_sessions") == 1, what="the next tick of the workers")

    def test_bytes_add_up_with_the_log(self):
        records = self.daemon.sessions()
        for direction in ("upstream", "downstream"):
            delivered = sum(record[f"{direction}_bytes"] - record.get(f"{direction}_undelivered", 0) for record in records)
            self.assertEqual(self.seen.sum("duplexd_delivered_bytes_total", direction=direction), delivered + 17)

    def test_status_says_the_same(self):
        status = self.control.status()
        listener, = status["listeners"]
        upstream, = status["upstreams"]
        endpoint, = upstream["endpoints"]
        self.assertEqual((self.seen.sum("duplexd_sessions_accepted_total"), self.seen.sum("duplexd_sessions"),
                          self.seen.sum("duplexd_delivered_bytes_total"), self.seen.sum("duplexd_spliced_bytes_total")),
                         (listener["accepted"], listener["live"], listener["upstream_bytes"] + listener["downstream_bytes"],
                          listener["spliced_bytes"]))
        self.assertEqual((self.seen.sum("duplexd_upstream_connected_total"), self.seen.sum("duplexd_endpoint_chosen_total"),
                          self.seen.sum("duplexd_endpoint_sessions")),
                         (upstream["connected"], endpoint["chosen"], endpoint["live"]))
        self.assertEqual(self.seen.sum("duplexd_config_generation"), status["generation"])

    def test_operations_use_their_chains_memory(self):
        eventually(lambda: self.scrape().sum("duplexd_worker_sessions") == 1, what="the next tick of the workers")
        seen = self.scrape()
        self.assertGreater(seen.sum("duplexd_worker_handler_memory_uses_total"), 2 * 6, "each chain has had some operations")
        self.assertGreaterEqual(seen.sum("duplexd_worker_handler_memory_busy"), 2, "both chains of the live session wait")
        self.assertGreaterEqual(seen.sum("duplexd_worker_handler_memory_busy_max"),
                                seen.sum("duplexd_worker_handler_memory_busy"))
        self.assertEqual(seen.sum("duplexd_handler_memory_fallbacks_total"), 0)

    def test_answers_are_timed(self):
        for metric in ("connect", "first_byte"):
            self.assertEqual(self.seen.sum(f"duplexd_upstream_{metric}_seconds_count"), 5)
            self.assertGreater(self.seen.sum(f"duplexd_upstream_{metric}_seconds_sum"), 0)

    def test_json_has_the_same_samples(self):
        answer = self.control.ask("metrics")
        text = self.scrape()
        for metric in answer["metrics"]:
            if metric["type"] == "counter" and metric["name"].startswith(KEPT):
                values = sum(sample["value"] for sample in metric["samples"])
                self.assertEqual(values, text.sum(metric["name"]), metric["name"])
        self.assertEqual({metric["unit"] for metric in answer["metrics"]}, {"", "bytes", "seconds"})

    @unittest.skipUnless(shutil.which("promtool"), "prometheus is not installed")
    def test_prometheus_finds_nothing_wrong(self):
        text = self.control.run("metrics").stdout
        verdict = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        self.assertEqual((verdict.returncode, verdict.stdout + verdict.stderr), (0, ""))

    def test_content_type_names_the_version(self):
        connection = HttpConnection(self.control.path)
        self.addCleanup(connection.close)
        connection.request("GET", "/v1/metrics")
        answer = connection.getresponse()
        self.assertEqual(answer.getheader("Content-Type"), "text/plain; version=0.0.4; charset=utf-8")
        self.assertTrue(answer.read().startswith(b"# HELP duplexd_"))
        self.assertEqual(self.control.request("GET", "/v1/metrics?format=xml")[0], 400)


class OverTime(MetricsTest):
    """Counters of what is configured do not go back."""

    def start_mixed(self):
        self.address = f"127.0.0.1:{free_port()}"
        self.text = self.config(self.endpoint.address, bind=self.address, top="workers: 2",
                                listener="access: {deny: 127.0.0.9}")
        self.daemon = self.start(self.text)
        self.live = self.traffic(self.daemon)

    def assert_went_on(self, before, after):
        is_counter = re.compile(r"(_total|_count|_sum|_bucket)$")
        kept = [key for key in before.samples if key[0].startswith(KEPT) and is_counter.search(key[0])]
        self.assertGreater(len(kept), 100)
        for key in kept:
            self.assertGreaterEqual(after.samples[key], before.samples[key], key)

    def test_counters_go_on_after_reload(self):
        self.start_mixed()
        before = self.scrape()
        self.reload(self.daemon, self.text.replace("127.0.0.9", "127.0.0.8"))
        after = self.scrape()
        self.assert_went_on(before, after)
        self.assertEqual((after.sum("duplexd_config_generation"), after.by("duplexd_config_reloads_total", "result")),
                         (2, {"applied": 1}))

    def test_refused_reload_is_seen(self):
        self.start_mixed()
        self.assert_refused(self.daemon, "listeners: nonsense")
        seen = self.scrape()
        self.assertEqual((seen.by("duplexd_config_reloads_total", "result"),
                          seen.sum("duplexd_config_last_reload_successful")), ({"refused": 1}, 0))

    def test_counters_go_on_after_upgrade(self):
        self.start_mixed()
        before = self.scrape()
        self.control.ask("upgrade")
        self.daemon.succeeded_by(self.control.status()["pid"])
        after = self.scrape()
        self.assert_went_on(before, after)
        self.assertEqual((after.sum("duplexd_sessions"), after.sum("duplexd_sessions_accepted_total")), (1, 6))
        self.assert_echoes(self.live)


class LongSessions(MetricsTest):
    """What is seen of sessions before they end."""

    def test_half_closed_sessions_are_counted(self):
        leave = threading.Event()
        self.addCleanup(leave.set)
        patient = self.serve(lambda connection: leave.wait() if connection.recv(1) == b"" else None)
        daemon = self.start(self.config(patient.address))
        client = self.connect(daemon.address())
        client.shutdown(socket.SHUT_WR)
        eventually(lambda: self.scrape().sum("duplexd_sessions_half_closed") == 1, what="half a session")
        leave.set()
        self.assertEqual(client.recv(1), b"")
        eventually(lambda: self.scrape().sum("duplexd_sessions_half_closed") == 0, what="none")

    def test_stalls_name_the_slow_side(self):
        daemon = self.start(self.config(self.serve(flood).address))
        client = self.connect(daemon.address(), receive_buffer=65536)
        eventually(lambda: self.scrape().sum("duplexd_stalls_total", direction="downstream") > 0, what="a stall")
        receive_exactly(client, FLOOD)
        seen = self.scrape()
        self.assertGreater(seen.sum("duplexd_stalled_seconds_total", direction="downstream"), 0)
        self.assertEqual(seen.sum("duplexd_stalls_total", direction="upstream"), 0)
        self.assertEqual(seen.sum("duplexd_sessions"), 1, "it lives, and its stalls are seen")


class Endpoints(MetricsTest):
    def test_source_ports_are_counted(self):
        daemon = self.start(self.config(self.endpoint.address, upstream="endpoint: {source: [127.0.14.5, 127.0.14.6]}"))
        for client in [self.connect(daemon.address()) for _ in range(6)]:
            self.assert_echoes(client)
        seen = self.scrape()
        for source in ("127.0.14.5", "127.0.14.6"):
            used, left = (seen.sum(f"duplexd_endpoint_source_ports_{what}", endpoint=self.endpoint.address, source=source)
                          for what in ("used", "left"))
            self.assertEqual((used, used + left), (3, seen.sum("duplexd_source_ports")))

    def test_checks_and_orders_are_shown(self):
        closed = f"127.0.0.1:{free_port()}"
        self.start(self.config(self.endpoint.address, closed, upstream="check: {type: tcp, interval: 100ms, fall: 1}"))
        eventually(lambda: self.scrape().sum("duplexd_endpoint_up", endpoint=closed) == 0, what="the check to fail")
        results = {result: self.scrape().sum("duplexd_endpoint_checks_total", endpoint=closed, result=result)
                   for result in ("passed", "failed", "not_made")}
        self.assertGreater(results["failed"], 0)
        self.assertEqual((results["passed"], results["not_made"]), (0, 0))
        self.control.ask("endpoint", "drain", "main", self.endpoint.address)
        seen = self.scrape()
        self.assertEqual(seen.sum("duplexd_endpoint_check_passed", endpoint=closed), 0)
        self.assertEqual(seen.sum("duplexd_endpoint_addresses", endpoint=closed, state="down"), 1)
        self.assertEqual(seen.sum("duplexd_endpoint_addresses", endpoint=self.endpoint.address, state="drained"), 1)
        self.assertEqual(seen.sum("duplexd_endpoint_up"), 0)
