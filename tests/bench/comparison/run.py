"""A run: all measurements in their order, also after one fails."""

import dataclasses

from comparison import microbenchmarks
from comparison.measure import measure
from comparison.plan import Progress
from comparison.process import Failed

_BENCHMARK_SECONDS = {False: 0.2, True: 0.1}  # each, by whether the run is to be a quick one


def available(proxies, wanted):
    """The installed ones among `wanted`, by name; all installed ones if it is empty."""
    there = {}
    for name, proxy in proxies.items():
        if wanted and name not in wanted:
            continue
        if proxy.program.exists():
            there[name] = proxy
        else:
            print(f"{name} is left out: there is no {proxy.program}")
    return there


def narrowed(works, names):
    """The works with those contenders only, without works that have none left."""
    works = [dataclasses.replace(work, contenders=tuple(one for one in work.contenders if one.proxy in names))
             for work in works]
    return [work for work in works if work.contenders]


def run(bench, steps, results):
    progress = Progress(len(steps))
    for step in steps:
        try:
            text = results.add(step, measure(bench, step.work, step.contender))
        except Failed as failed:
            results.add_failure(step, str(failed))
            text = f"failed: {failed}"
        progress.report(step, text)


def run_microbenchmarks(program, cpu, quick):
    """Returns their output, or None, and whether they succeeded."""
    if not program:
        print("microbenchmarks are left out: this build has none")
        return None, True
    print(f"microbenchmarks: {program}", flush=True)
    try:
        return microbenchmarks.run(program, cpu, _BENCHMARK_SECONDS[quick]), True
    except Failed as failed:
        print(f"microbenchmarks failed: {failed}")
        return None, False
