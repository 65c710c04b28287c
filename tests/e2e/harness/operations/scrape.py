"""Metrics, as Prometheus reads them."""

import re
from collections import Counter

SAMPLE = re.compile(r'^(?P<name>\w+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)",?')


def samples(text):
    """By name and labels."""
    found = [SAMPLE.match(line) for line in text.splitlines() if not line.startswith("#")]
    return {(each["name"], frozenset(LABEL.findall(each["labels"] or ""))): float(each["value"]) for each in found}


class Scrape:
    def __init__(self, text):
        self.samples = samples(text)

    def sum(self, metric, **labels):
        return sum(value for (name, has), value in self.samples.items() if name == metric and set(labels.items()) <= has)

    def by(self, metric, label):
        """The samples that are not 0, summed by a label."""
        sums = Counter()
        for (name, has), value in self.samples.items():
            if name == metric and value:
                sums[dict(has)[label]] += value
        return dict(sums)
