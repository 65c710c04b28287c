"""Dashboard and alert rules use metrics that there are, and each alert has a test case.
names_in_use.py LIST_METRICS"""

import json
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "etc/prometheus/duplexd.rules.yml"
CASES = ROOT / "tests/metrics/rules_test.yml"
DASHBOARD = ROOT / "etc/grafana/duplexd.json"
NAME = re.compile(r"\b(?:duplexd|process)_\w+")
SERIES_OF_HISTOGRAM = re.compile(r"_(?:bucket|sum|count)$")


def expressions():
    for group in yaml.safe_load(RULES.read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def unknown_metrics(listed):
    """Of a histogram, its series are used and not its name."""
    known = {}
    for name, kind in re.findall(r"^\*(\w+)\* \((\w+)", listed, re.MULTILINE):
        known[name] = kind
    for where, expression in expressions():
        for used in NAME.findall(expression):
            is_series = known.get(SERIES_OF_HISTOGRAM.sub("", used)) == "histogram" and SERIES_OF_HISTOGRAM.search(used)
            if not is_series and known.get(used) not in ("counter", "gauge"):
                yield f"{where}: there is no metric {used}"


def alerts_without_case():
    cases = CASES.read_text()
    for alert in re.findall(r"alert: (\w+)", RULES.read_text()):
        if alert not in cases:
            yield f"{alert} has no case in {CASES.name}"


def main():
    listed = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout
    problems = [*unknown_metrics(listed), *alerts_without_case()]
    sys.exit("\n".join(problems) or 0)


main()
