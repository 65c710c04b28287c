"""One measurement: its programs start for it and end after it."""

import json
from dataclasses import dataclass
from pathlib import Path

from comparison.placement import Placement
from comparison.process import Failed, Process
from comparison.stage import stage
from harness import eventually

_FINISHING = 60  # seconds that a load may take longer than it is asked to
_WARM_UP_SESSIONS = 200


@dataclass(frozen=True)
class Bench:
    """The folder of bench_load and bench_backend, the proxies by name, the CPUs, and the seconds to measure."""
    programs: Path
    proxies: dict
    apart: Placement
    shared: Placement
    seconds: float
    warm_up: float


def measure(bench, work, contender):
    """The output of bench_load, with "idle_bytes" if the work asks for them. Raises Failed with the reason."""
    try:
        with stage(bench, work, contender) as on:
            if work.measures_memory and on.proxy:
                return _hold(bench, work, on)
            with _load(bench, work, work.load, work.sessions, on) as load:
                return _result(bench, load)
    except (AssertionError, OSError) as error:
        raise Failed(str(error)) from error


def _load(bench, work, name, sessions, on):
    command = [bench.programs / "bench_load", name, "--to", f"127.0.0.1:{on.port}", "--sessions", str(sessions),
               "--seconds", str(bench.seconds), "--warm-up", str(bench.warm_up)]
    command += ["--tls", work.tls] if work.tls else []
    for pid in on.proxy.pids() if on.proxy else []:
        command += ["--cpu-of", str(pid)]
    return Process("bench_load", command, on.cpus.peers, on.folder)


def _result(bench, load):
    result = json.loads(load.read_line(bench.seconds + bench.warm_up + _FINISHING))
    load.finish()
    if not result["units"]:
        raise Failed(f"not one {result['unit']} in {result['seconds']} s")
    return result


def _hold(bench, work, on):
    """Reads the memory twice: after sessions that have ended, and while many are open."""
    sockets = on.proxy.sockets()
    with _load(bench, work, "ramp", _WARM_UP_SESSIONS, on) as load:
        _result(bench, load)
    eventually(lambda: on.proxy.sockets() <= sockets, what="the sessions of the warm-up to be closed")
    before = on.proxy.pss()
    with _load(bench, work, work.load, work.sessions, on) as load:
        result = json.loads(load.read_line(_FINISHING))
        result["idle_bytes"] = (on.proxy.pss() - before) / work.sessions
        load.finish()
    return result
