"""Debian's Prometheus scrapes the admin listener, and an alert of ours fires."""

import json
import shutil
import subprocess
import unittest
import urllib.request
from pathlib import Path

from harness import TETHER, ControlledTest, eventually, free_port

RULES = Path(__file__).resolve().parents[3] / "etc/prometheus/duplexd.rules.yml"
PROMETHEUS = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: ["{rules}"]
scrape_configs:
  - {{job_name: duplexd, static_configs: [{{targets: ["{target}"]}}]}}
"""
CONFIG = """
control: {{socket: "{control}"}}
admin: {{bind: "127.0.0.1:0"}}
listeners:
  broken:
    bind: "127.0.0.1:0"
    endpoints: ["{broken}"]
    check: {{type: tcp, interval: 100ms, fall: 1}}
"""
PATIENCE = 60


@unittest.skipUnless(shutil.which("prometheus"), "prometheus is not installed")
class ScrapedByPrometheus(ControlledTest):
    def setUp(self):
        super().setUp()
        broken = f"127.0.0.1:{free_port()}"
        daemon = self.start(CONFIG.format(control=self.control.path, broken=broken))
        self.target = daemon.log.wait("admin_listening")[0]["address"]
        self.address = f"127.0.0.1:{free_port()}"
        self.start_prometheus()

    def start_prometheus(self):
        config = Path(self.folder) / "prometheus.yml"
        config.write_text(PROMETHEUS.format(rules=RULES, target=self.target))
        log = open(Path(self.folder) / "prometheus.log", "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen([*TETHER, "prometheus", f"--config.file={config}", f"--web.listen-address={self.address}",
                                    f"--storage.tsdb.path={self.folder}/tsdb", "--log.level=warn"], stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

    def ask(self, path):
        """Nothing, as long as it does not answer."""
        try:
            with urllib.request.urlopen(f"http://{self.address}/api/v1/{path}", timeout=5) as answer:
                return json.load(answer)["data"]
        except OSError:
            return None

    def value(self, query):
        found = (self.ask(f"query?query={query}") or {}).get("result")
        return float(found[0]["value"][1]) if found else None

    def firing(self):
        alerts = (self.ask("alerts") or {}).get("alerts", [])
        return {alert["labels"]["alertname"]: alert["labels"] for alert in alerts if alert["state"] == "firing"}

    def test_metrics_arrive_and_alert_fires(self):
        eventually(lambda: self.value("duplexd_config_generation"), within=PATIENCE, every=0.2, what="a scrape")
        target, = self.ask("targets")["activeTargets"]
        self.assertEqual((target["health"], target["lastError"]), ("up", ""))
        self.assertEqual(self.value("duplexd_config_generation"), 1)
        eventually(lambda: "DuplexdUpstreamDown" in self.firing(), within=PATIENCE, every=0.5, what="the alert")
        self.assertEqual(self.firing()["DuplexdUpstreamDown"]["upstream"], "broken")
