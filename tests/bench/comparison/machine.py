"""The machine of the measurement."""

import os
import platform
import re
import subprocess
from pathlib import Path


def facts():
    return {"cpu": _from("/proc/cpuinfo", r"model name\s*:\s*(.+)"), "cpus": len(os.sched_getaffinity(0)),
            "kernel": platform.release().partition("-")[0], "memory": _from("/proc/meminfo", r"MemTotal:\s*(.+)"),
            "load_average": os.getloadavg()[0], "checkout": _checkout()}


def line(machine):
    return f"{machine['cpu']}, {machine['cpus']} CPUs, Linux {machine['kernel']}"


def _from(file, pattern):
    found = re.search(pattern, Path(file).read_text())
    return found[1].strip() if found else "unknown"


def _checkout():
    """The commit of the tree, and whether it was changed; a source archive has none."""
    command = ["git", "-C", Path(__file__).parent, "describe", "--always", "--dirty"]
    result = subprocess.run(command, capture_output=True, text=True)
    return result.stdout.strip() if result.returncode == 0 else "not in git"
