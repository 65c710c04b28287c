"""The order of the measurements, and the time that is left."""

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
    """In each round of a work every contender has one turn, in a shuffled order that is the same in every run, so that
    disturbances of the machine fall on all alike."""
    shuffled = random.Random(1)
    return [Step(work, contender, number) for work in works for number in range(1, rounds + 1)
            for contender in shuffled.sample(work.contenders, len(work.contenders))]


def time_left(taken, done, total):
    """The time left at the pace so far, as text."""
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
