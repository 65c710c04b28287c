"""Results without a measurement."""

from comparison.plan import Step
from comparison.results import Results
from comparison.works import WORKS, Contender


def load(units=1000, seconds=2.0, **more):
    return {"units": units, "seconds": seconds, **more}


def results(samples):
    """From (work, proxy, [CPU seconds of each round]); a round with None has failed. A round is 1000 units in 2 s."""
    found = Results()
    for name, contender, rounds in samples:
        contender = Contender(contender) if isinstance(contender, str) else contender
        for number, cpu in enumerate(rounds, 1):
            step = Step(WORKS[name], contender, number)
            if cpu is None:
                found.add_failure(step, "it was not there")
            else:
                found.add(step, load(cpu_seconds=cpu))
    return found
