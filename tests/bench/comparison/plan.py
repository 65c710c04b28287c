"""The order of the measurements, and how long they will take."""

import random
import time
from dataclasses import dataclass

from comparison.works import Contender, Work


@dataclass(frozen=True)
class Step:
    work: Work
    contender: Contender
    round: int


def plan(works, rounds):
    """In each round of a work everybody has one turn, in an order that is shuffled, but the same in every run: what the
    machine does meanwhile falls on all of them alike."""
    shuffled = random.Random(1)
    return [Step(work, contender, number) for work in works for number in range(1, rounds + 1)
            for contender in shuffled.sample(work.contenders, len(work.contenders))]


def time_left(taken, done, total):
    """From the pace up to now, as text."""
    seconds = taken / done * (total - done)
    return f"{seconds:.0f} s left" if seconds < 90 else f"{seconds / 60:.0f} min left"


class Progress:
    """One line for each measurement."""

    def __init__(self, total):
        self._total = total
        self._done = 0
        self._start = time.monotonic()

    def report(self, step, text):
        self._done += 1
        left = time_left(time.monotonic() - self._start, self._done, self._total)
        width = len(str(self._total))
        print(f"[{self._done:{width}}/{self._total}, {left}] {step.work.title}: {step.contender} {text}", flush=True)
