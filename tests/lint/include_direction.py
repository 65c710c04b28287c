"""Includes point one way: a layer may include itself and the layers before it."""

import re

from sources import ROOT, code_of, cpp, finish

# In this order: a layer sees those before it. `core` is what lies in no folder of core, the server.
LAYERS = ["memory", "net", "config", "metrics", "names", "tls", "conversation", "health", "catalog", "upstream", "session", "listener", "control", "worker", "reload", "handover", "core", "daemon"]
LEVEL = {name: level for level, name in enumerate(LAYERS)}
INCLUDE = re.compile(r'#include ["<]([^">]+)[">]')


def layer_of(path):
    """core/net/address/address.hpp is of `net`, core/server.hpp of `core`, daemon/log/line.hpp of `daemon`."""
    parts = path.split("/")
    return parts[1] if parts[0] == "core" and len(parts) > 2 else parts[0]


def complaint(path, line, included):
    own, other = layer_of(path), layer_of(included)
    if included.startswith("yaml-cpp") and own != "config":
        return "YAML stays in core/config"
    if '"' not in line:
        return None
    if not included.startswith(("core/", "daemon/")):
        return "includes are rooted at the repository: core/... or daemon/..."
    if other not in LEVEL:
        return f"layer {other} is not in the table of include_direction.py"
    if own != other and LEVEL[other] >= LEVEL[own]:
        return f"{own} must not include {other}"
    return None


def problems_of(file):
    path = file.relative_to(ROOT).as_posix()
    if layer_of(path) not in LEVEL:
        yield f"{path}: layer {layer_of(path)} is not in the table of include_direction.py"
        return
    for number, line in enumerate(code_of(file), 1):
        match = INCLUDE.match(line)
        if match and (what := complaint(path, line, match[1])):
            yield f"{path}:{number}: {what}: {line}"


if __name__ == "__main__":
    sources = cpp("core", "daemon")
    finish([problem for file in sources for problem in problems_of(file)], len(sources))
