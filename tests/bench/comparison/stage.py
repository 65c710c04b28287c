"""The programs of one measurement: a backend, and a proxy in front of it."""

import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from comparison.placement import Placement
from comparison.process import Failed, Process
from harness import connect, eventually, free_port
from harness.edge import Authority

_STARTING = 5  # seconds
_LEAVING = 0.5  # seconds; the sockets of a process that dies are closed a little before it is gone
_PORTS_TRIED = 3  # one that was free may be taken a moment later


@dataclass(frozen=True)
class Stage:
    """The port is the one that the load connects to. There is no proxy if the load goes straight to the backend."""
    folder: str
    cpus: Placement
    port: int
    proxy: Process | None


@contextmanager
def stage(bench, work, contender):
    """Starts the programs, and ends them."""
    cpus = bench.shared if work.shares_cpus else bench.apart
    with tempfile.TemporaryDirectory(prefix="duplexd-bench-") as folder, \
            _backend(bench.programs, work, cpus, folder) as port:
        if contender.proxy == "direct":
            yield Stage(folder, cpus, port, None)
            return
        settings = {"backend_port": port, **_certificates(work, folder)}
        with _proxy(bench.proxies[contender.proxy], contender, cpus, folder, **settings) as (proxy, port):
            yield Stage(folder, cpus, port, proxy)


@contextmanager
def _backend(programs, work, cpus, folder):
    command = [programs / "bench_backend", "--listen", "127.0.0.1:0", "--mode", work.backend]
    if work.endpoint_tls:
        command += ["--tls", Authority(folder).sign("a.test").both]
    with Process("bench_backend", command, cpus.peers, folder) as backend:
        line = backend.read_line(_STARTING)
        if not (port := re.fullmatch(r"listening on 127\.0\.0\.1:(\d+)\n", line)):
            raise backend.failure(f"printed {line!r} instead of where it listens")
        yield int(port[1])


def _certificates(work, folder):
    """What the proxy needs: a certificate for its clients, or the authority of the backend's."""
    if work.endpoint_tls:
        return {"authority": Path(folder, "authority.pem")}
    return {"pair": Authority(folder).sign("a.test")} if work.tls else {}


@contextmanager
def _proxy(kind, contender, cpus, folder, **settings):
    for _ in range(_PORTS_TRIED):
        port = free_port()
        command = kind.command(folder, port=port, threads=contender.threads, **settings)
        with Process(contender.proxy, command, cpus.proxy, folder) as proxy, _its_words_on_failure(proxy):
            if _answers(proxy, port, kind.processes(contender.threads)):
                yield proxy, port
                return
            failure = proxy.failure("did not start")
    raise failure


@contextmanager
def _its_words_on_failure(proxy):
    try:
        yield
    except (AssertionError, Failed) as error:
        state = "has ended" if proxy.has_ended(_LEAVING) else "still runs"
        raise Failed(f"{error}; {proxy.name} {state}, stderr: {proxy.said() or 'empty'}") from error


def _answers(proxy, port, processes):
    """Whether it accepts clients, with all of its processes, or has ended."""
    eventually(lambda: not proxy.is_running() or _accepts(port) and len(proxy.pids()) == processes,
               _STARTING, f"{proxy.name} to answer")
    return proxy.is_running()


def _accepts(port):
    try:
        connect(f"127.0.0.1:{port}", within=_STARTING).close()
        return True
    except ConnectionRefusedError:
        return False
