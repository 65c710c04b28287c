"""The figures of a work and their units, from the counts of bench_load."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """`many` counts make one unit. Its CPU time has the unit `cpu`, `cpu_per_second` of which are a second."""
    name: str
    plural: str
    many: float = 1
    cpu: str = "µs"
    cpu_per_second: float = 1e6


_GIGABYTE = Unit("GB", "GB", many=1e9, cpu="s", cpu_per_second=1)
_UNITS = {"round-trip": Unit("round trip", "round trips"), "connect": Unit("connection", "connections"),
          "idle": Unit("session", "sessions"), "download": _GIGABYTE, "upload": _GIGABYTE, "both": _GIGABYTE}

# In the order of the tables.
FIGURES = {"cpu": "CPU", "rate": "rate", "p50": "p50", "p99": "p99", "p999": "p99.9", "idle": "memory, idle"}
_LATENCIES = {"p50": "p50_us", "p99": "p99_us", "p999": "p999_us"}


def figures_of(work, load):
    """The figures that exist: without a proxy there is no CPU time, and a stream has no latency."""
    unit = _UNITS[work.load]
    amount = load["units"] / unit.many
    found = {"rate": amount / load["seconds"]}
    if "cpu_seconds" in load:
        found["cpu"] = load["cpu_seconds"] / amount * unit.cpu_per_second
    if "idle_bytes" in load:
        found["idle"] = load["idle_bytes"]
    return found | {figure: load[key] for figure, key in _LATENCIES.items() if key in load}


def unit_of(work, figure):
    unit = _UNITS[work.load]
    return {"cpu": f"{unit.cpu} per {unit.name}", "rate": f"{unit.plural}/s", "idle": "bytes per session"}.get(
        figure, "µs")


def number(value):
    """Three significant digits, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{float(f'{value:.3g}'):g}"


def stated(work, figure, value):
    return f"{number(value)} {unit_of(work, figure)}"
