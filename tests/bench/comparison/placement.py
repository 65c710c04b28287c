"""The CPUs that the proxy and its peers run on."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Placement:
    """Lists of CPUs, as taskset takes them. The peers are load and backend."""
    proxy: str
    peers: str


def apart():
    """The proxy alone on one CPU, so that its cost holds nothing else."""
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        raise SystemExit(f"comparison: only CPU {cpus[0]} may be used, but the proxy needs one and its peers another; "
                         "give this process two CPUs or more (taskset, cgroup, size of the machine)")
    return Placement(str(cpus[-1]), str(cpus[0]))


def shared():
    """All CPUs for everybody: two threads against one."""
    cpus = ",".join(map(str, sorted(os.sched_getaffinity(0))))
    return Placement(cpus, cpus)
