"""What the log costs: the CPU time of a connection with a record for each, next to one with warnings only.

Both daemons run all the time and have short turns one after the other, in changing order; what the machine does
meanwhile falls on both. The ratio is taken within each pair of turns.
"""

import argparse
import json
import random
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from comparison import placement
from comparison.process import Process
from harness import connect, eventually, free_port

_CONFIG = """
workers: 1
log: {{level: {level}, format: {format}}}
listeners: {{main: {{bind: "127.0.0.1:{port}", upstream: main}}}}
upstreams: {{main: {{endpoints: ["127.0.0.1:{backend}"]}}}}
"""


def main():
    options = _parse()
    cpus = placement.apart()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="duplexd-bench-"))
        backend = _start_backend(stack, options, cpus, folder)
        daemons = {level: _start_daemon(stack, options, cpus, folder, backend, level) for level in ("warning", "info")}
        pairs = [_pair(options, cpus, folder, daemons) for _ in range(options.turns + 1)][1:]
    for level in daemons:
        print(f"{level}: {statistics.median(pair[level] for pair in pairs):.2f} µs of CPU per connection")
    ratios = sorted(pair["info"] / pair["warning"] for pair in pairs)
    print(f"info / warning: {statistics.median(ratios):.3f} [{ratios[0]:.3f}–{ratios[-1]:.3f}], {len(ratios)} pairs")


def _parse():
    parser = argparse.ArgumentParser(prog="tests/bench/log_cost.sh", description="What the log of sessions costs.")
    parser.add_argument("--build", type=Path, default=Path("build/bench/chain"), help="default: %(default)s")
    parser.add_argument("--daemon", type=Path, help="default: the one of the build")
    parser.add_argument("--format", default="logfmt", help="logfmt or json")
    parser.add_argument("--turns", type=int, default=31, help="default: %(default)s of each")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each turn; default: %(default)s")
    return parser.parse_args()


def _start_backend(stack, options, cpus, folder):
    command = [options.build / "tests/bench/bench_backend", "--listen", "127.0.0.1:0", "--mode", "close"]
    backend = stack.enter_context(Process("bench_backend", command, cpus.peers, folder))
    return backend.read_line(5).rpartition(":")[2].strip()


def _start_daemon(stack, options, cpus, folder, backend, level):
    """Its log is a file, as is every Process' stderr."""
    port, file = free_port(), Path(folder, f"{level}.yaml")
    file.write_text(_CONFIG.format(level=level, format=options.format, port=port, backend=backend))
    command = [options.daemon or options.build / "daemon/duplexd", "--config", file]
    daemon = stack.enter_context(Process(level, command, cpus.proxy, folder))
    eventually(lambda: _accepts(port), what="duplexd to answer")
    return daemon.pids()[0], port


def _accepts(port):
    try:
        connect(f"127.0.0.1:{port}").close()
        return True
    except ConnectionRefusedError:
        return False


def _pair(options, cpus, folder, daemons):
    """The CPU time per connection of each, in microseconds."""
    levels = random.sample(list(daemons), len(daemons))
    return {level: _turn(options, cpus, folder, *daemons[level]) for level in levels}


def _turn(options, cpus, folder, pid, port):
    command = [options.build / "tests/bench/bench_load", "connect", "--to", f"127.0.0.1:{port}", "--sessions", "16",
               "--seconds", str(options.seconds), "--warm-up", "0.1", "--cpu-of", str(pid)]
    with Process("bench_load", command, cpus.peers, folder) as load:
        result = json.loads(load.read_line(options.seconds + 60))
        load.finish()
    return result["cpu_seconds"] / result["units"] * 1e6


if __name__ == "__main__":
    main()
