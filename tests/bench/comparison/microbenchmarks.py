"""The microbenchmarks: a Google Benchmark program, run where the proxies run."""

import json
import subprocess

from comparison.process import Failed
from comparison.tables import table

_DEADLINE = 600  # seconds


def run(program, cpu, seconds):
    """The benchmarks as its JSON output has them, each run for about `seconds`."""
    command = ["taskset", "--cpu-list", cpu, program, "--benchmark_format=json",
               f"--benchmark_min_time={seconds}"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=_DEADLINE)
    except subprocess.TimeoutExpired:
        raise Failed(f"{program} did not end within {_DEADLINE} s") from None
    if result.returncode != 0:
        raise Failed(f"{program} ended with status {result.returncode}; stderr: {result.stderr.strip()}")
    return json.loads(result.stdout)["benchmarks"]


def results_table(benchmarks):
    return table(["benchmark", "CPU", "time", "iterations"],
                 [[f"`{one['name']}`", _time(one, "cpu_time"), _time(one, "real_time"), f"{one['iterations']:,}"]
                  for one in benchmarks])


def _time(benchmark, key):
    return f"{benchmark[key]:,.1f} {benchmark['time_unit']}"
