"""All samples of a run, with their spreads and ratios."""

import statistics
from dataclasses import asdict, dataclass

from comparison.figures import FIGURES, figures_of, stated
from comparison.works import Contender

OWN = Contender("duplexd")


@dataclass(frozen=True)
class Spread:
    median: float
    low: float
    high: float


def spread(values):
    """None for an empty list."""
    values = list(values)
    return Spread(statistics.median(values), min(values), max(values)) if values else None


@dataclass(frozen=True)
class Sample:
    """One measurement: the output of bench_load and its figures, or the reason of a failure."""
    work: str
    proxy: str
    threads: int
    round: int
    load: dict | None = None
    figures: dict | None = None
    failed: str | None = None


class Results:
    def __init__(self):
        self.samples = []

    def add(self, step, load):
        """Returns the first of its figures as text."""
        figures = figures_of(step.work, load)
        self._append(step, load=load, figures=figures)
        first = next(figure for figure in FIGURES if figure in figures)
        return stated(step.work, first, figures[first])

    def add_failure(self, step, text):
        self._append(step, failed=text)

    @property
    def failures(self):
        return [sample for sample in self.samples if sample.failed]

    def raw(self):
        return [{key: value for key, value in asdict(sample).items() if value is not None} for sample in self.samples]

    def spread(self, work, figure, contender=OWN):
        return spread(self._by_round(work, figure, contender).values())

    def ratio(self, work, figure, peer, own=OWN):
        """Own divided by peer's in each round that has both, because a disturbance of a round meets both. None
        without such a round."""
        owns, peers = self._by_round(work, figure, own), self._by_round(work, figure, peer)
        return spread(owns[number] / peers[number] for number in owns if peers.get(number, 0) > 0)

    def _by_round(self, work, figure, contender):
        return {sample.round: sample.figures[figure] for sample in self.samples
                if (sample.work, sample.proxy, sample.threads) == (work.name, contender.proxy, contender.threads)
                and figure in (sample.figures or {})}

    def _append(self, step, **outcome):
        self.samples.append(Sample(step.work.name, step.contender.proxy, step.contender.threads, step.round, **outcome))
