"""One run of the daemon."""

import contextlib
import functools
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness import proc
from harness.log import Log
from harness.successor import Successor, kill_orphans
from harness.waiting import DEADLINE, eventually

DUPLEXD = os.environ.get("DUPLEXD", "duplexd")

# Put before a command, it dies with the test that started it, even if the test itself is killed.
TETHER = ["setpriv", "--pdeathsig", "KILL"]


def run(*args, wrapper=(), within=DEADLINE, **popen):
    """Runs a command line of the daemon that ends by itself, and returns its output and exit code."""
    return subprocess.run([*wrapper, DUPLEXD, *map(str, args)], capture_output=True, text=True, errors="replace",
                          timeout=within, stdin=subprocess.DEVNULL, **popen)


@functools.cache
def is_sanitized():
    """Sanitizers multiply memory and time: bounds on either do not apply to such a build."""
    return "-fsanitize=" in run("--build-info").stdout


@dataclass
class Totals:
    listeners: dict
    upstreams: dict
    process: dict


def ended(listener):
    """The sum over all close reasons of one listener's totals."""
    return sum(count for key, count in listener.items() if key.startswith("ended_"))


class Daemon:
    """The running daemon, its log, and the descriptors that it held when it was ready."""

    _started = set()  # by any test

    def __init__(self, command, **popen):
        popen = {"stderr": subprocess.PIPE, **popen}
        self.process = subprocess.Popen([*TETHER, *command], stdin=subprocess.DEVNULL, **popen)
        self.pid = self.process.pid
        self._started.add(self.pid)
        self.log = Log(self.process.stderr) if self.process.stderr else None
        self.descriptors_at_start = self.lasting_at_start = None
        self.file = None

    @classmethod
    def start(cls, folder, text, args=(), wrapper=(), program=DUPLEXD, **popen):
        file = Path(folder) / "duplexd.yaml"
        file.write_text(text)
        daemon = cls([*wrapper, str(program), "--config", str(file), "--log-format", "json", *args], **popen)
        daemon.file = file
        return daemon

    def write_config(self, text):
        """For the next reload. The file is replaced: one that is being read is not half of each."""
        new = self.file.with_suffix(".new")
        new.write_text(text)
        new.replace(self.file)

    def wait_ready(self):
        self.log.wait("ready")
        self.descriptors_at_start = proc.descriptors(self.pid)
        self.lasting_at_start = proc.lasting_descriptors(self.pid)

    def addresses(self, listener="main"):
        return [record["address"] for record in self.log.find("listening", listener=listener)]

    def address(self, listener="main"):
        return self.addresses(listener)[0]

    def sessions(self, **fields):
        return self.log.find("session", **fields)

    def wait_session(self, **fields):
        """The first end record that matches."""
        return self.log.wait("session", **fields)[0]

    def totals(self):
        since = len(self.log.records)
        self.process.send_signal(signal.SIGUSR1)
        try:
            eventually(lambda: self._has_last_total(since), within=2)
        except AssertionError:
            self._stir()
            eventually(lambda: self._has_last_total(since), what="the totals after SIGUSR1")
        return self._totals(since)

    def last_totals(self):
        """Of a daemon that has stopped: the ones that it wrote at the end."""
        last = max(index for index, record in enumerate(self.log.records) if _is_last_total(record))
        first = last
        while first > 0 and self.log.records[first - 1].get("event") == "totals" \
                and not _is_last_total(self.log.records[first - 1]):
            first -= 1
        return self._totals(first)

    def succeeded_by(self, pid):
        """Another process serves instead: waits until the one before has left, and is about the other from now on."""
        code = self.process.wait(DEADLINE)
        if code != 0:
            raise AssertionError(f"exit code {code} of a process that was upgraded\n{self.log.tail()}")
        self.process = Successor(pid)
        self.pid = pid

    def is_running(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def wait_exit(self):
        try:
            code = self.process.wait(5)
        except subprocess.TimeoutExpired:
            self._stir()
            code = self.process.wait(DEADLINE)
        if self.log:
            self.log.close()
        return code

    def kill(self):
        """For clean-up only: ends the process whatever state it is in."""
        if self.is_running():
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.kill_orphans()
        self.wait_exit()

    def kill_orphans(self):
        """For clean-up only: new processes that nobody has killed, and that hold the log open."""
        kill_orphans("duplexd", self._started)

    def _stir(self):
        """ThreadSanitizer runs the handler of a signal when a call that blocks returns, and lets one wait that comes just
        before such a call. A stop makes epoll_wait(2) return (signal(7))."""
        if not is_sanitized():
            return
        self.process.send_signal(signal.SIGSTOP)
        with contextlib.suppress(AssertionError, FileNotFoundError):  # it may be ending
            eventually(lambda: not self.is_running() or proc.is_stopped(self.pid), within=2)
        self.process.send_signal(signal.SIGCONT)

    def _has_last_total(self, since):
        return any(_is_last_total(record) for record in self.log.records[since:])

    def _totals(self, since):
        records = self.log.find("totals", since=since)
        return Totals(listeners={record["listener"]: record for record in records if "listener" in record},
                      upstreams={record["upstream"]: record for record in records if "upstream" in record},
                      process=next(record for record in records if _is_last_total(record)))


def _is_last_total(record):
    return record.get("event") == "totals" and "handler_memory_fallbacks" in record
