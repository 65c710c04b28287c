"""How many system calls of a worker it takes to relay: they are most of what a proxy costs."""

import functools
import re
import shutil
import signal
import subprocess
import time
import unittest
from collections import Counter
from pathlib import Path

from harness import (Crowd, E2eTest, PeerProcess, config, connect, eventually, is_sanitized, join, listen, proc,
                     receive_exactly)

KIB, MIB = 1024, 1024 * 1024
CHUNK = 64 * KIB
MESSAGE = bytes(64)

ROUND_TRIPS = 2000
BUSY_SESSIONS = 64
BATCHES = 100
BULK = 256 * MIB
CONNECTIONS = 200
IDLE_SESSIONS = 100

ALONE = 3.05  # calls for a message: one to wait for it, one to take it, one to give it
BUSY = 2.05  # the waits serve many sessions
COPIED = 2.2  # for 64 KiB of bulk: one to take it, one to give it, and others have their turn
SPLICED = 1.0  # a pipe takes several times that much at once
CONNECTION = 27.1  # accept, options, dial, two watches, a message each way, two ends, the log
OF_A_TICK = {"epoll_wait"}
CALLS_OF_A_TICK = 1.1
KEEPALIVE_IS_SET = 1.5  # when a session is so many seconds old
TICKS_PER_SECOND = 10


class Trace:
    """strace attached to the only worker of a daemon. After the block `counts` says what it called."""

    def __init__(self, daemon):
        self._pid, self._thread = daemon.pid, worker_of(daemon.pid)
        self._file = Path(daemon.file).with_suffix(".strace")
        self.counts = Counter()

    def __enter__(self):
        self._process = subprocess.Popen(
            ["strace", "-qq", "-e", "signal=none", "-o", self._file, "-p", str(self._thread)], stdin=subprocess.DEVNULL)
        eventually(lambda: proc.is_thread_traced(self._pid, self._thread), what="strace to attach")
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(20)
        self.counts = Counter(calls_in(self._file.read_text()))

    @property
    def total(self):
        return self.counts.total()

    def describe(self, per):
        return ", ".join(f"{name} {count / per:.3f}" for name, count in self.counts.most_common())


def calls_in(text):
    """The names of the calls that began and ended while strace was attached."""
    return re.findall(r"^(\w+)\((?!.*(?:<detached|resuming interrupted)).*$", text, re.MULTILINE)


def worker_of(pid):
    workers = [thread for thread in proc.threads(pid)
               if Path(f"/proc/{pid}/task/{thread}/comm").read_text().startswith("worker-")]
    assert len(workers) == 1, workers
    return workers[0]


@functools.cache
def why_not():
    """Why no other process can be traced here; empty if one can."""
    if not shutil.which("strace"):
        return "strace is not installed"
    with subprocess.Popen(["sleep", "1"]) as other:
        trial = subprocess.run(["strace", "-o", "/dev/null", "-p", str(other.pid)], capture_output=True, text=True,
                               check=False, timeout=20)
    return trial.stderr.strip() if trial.returncode else ""


@unittest.skipIf(why_not(), why_not())
@unittest.skipIf(is_sanitized(), "a sanitizer makes system calls of its own")
class SystemCalls(E2eTest):
    def start_single(self, endpoint, listener=""):
        return self.start(config(endpoint, top="workers: 1", listener=listener))

    def crowd(self):
        endpoint = Crowd()
        self.addCleanup(endpoint.close)
        return endpoint.address

    def open_sessions(self, daemon, count):
        """Sessions with an echoing endpoint that have carried a message each way."""
        clients = [self.connect(daemon.address()) for _ in range(count)]
        for client in clients:
            self.assert_echoes(client, MESSAGE)
        return clients

    def assert_at_most(self, limit, trace, per, what):
        each = trace.total / per
        print(f"{what}: {each:.3f} system calls ({trace.describe(per)})", flush=True)
        self.assertGreater(trace.total, 0, "strace saw nothing")
        self.assertLessEqual(each, limit)

    def test_lone_message_costs_few_calls(self):
        daemon = self.start_single(self.crowd())
        [client] = self.open_sessions(daemon, 1)
        with Trace(daemon) as trace:
            for _ in range(ROUND_TRIPS):
                self.assert_echoes(client, MESSAGE)
        self.assert_at_most(ALONE, trace, 2 * ROUND_TRIPS, "a small message alone")

    def test_message_among_many_costs_few_calls(self):
        listener = listen()
        self.addCleanup(listener.close)
        daemon = self.start_single(join(listener.getsockname()))
        clients, endpoints = self.open_pairs(daemon, listener)
        with Trace(daemon) as trace:
            for _ in range(BATCHES):
                self.send_at_once(daemon, clients, endpoints)
                self.send_at_once(daemon, endpoints, clients)
        self.assert_at_most(BUSY, trace, 2 * BATCHES * BUSY_SESSIONS, f"a small message among {BUSY_SESSIONS}")

    def open_pairs(self, daemon, listener):
        clients, endpoints = [], []
        for _ in range(BUSY_SESSIONS):
            clients.append(self.connect(daemon.address()))
            endpoints.append(listener.accept()[0])
            self.addCleanup(endpoints[-1].close)
        return clients, endpoints

    def send_at_once(self, daemon, senders, receivers):
        """The daemon stands still until all have sent, so that it finds them all ready."""
        daemon.signal(signal.SIGSTOP)
        eventually(lambda: proc.is_stopped(daemon.pid), what="the daemon to stop", every=0.001)
        for sender in senders:
            sender.sendall(MESSAGE)
        daemon.signal(signal.SIGCONT)
        for receiver in receivers:
            self.assertEqual(receive_exactly(receiver, len(MESSAGE)), MESSAGE)

    def test_spliced_chunk_costs_few_calls(self):
        spliced = self.check_bulk("auto", SPLICED)
        self.assertGreater(spliced, BULK)

    def test_copied_chunk_costs_few_calls(self):
        spliced = self.check_bulk("off", COPIED)
        self.assertEqual(spliced, 0)

    def check_bulk(self, zero_copy, limit):
        """From a client that always has more to an endpoint that always reads. How much was spliced."""
        endpoint = PeerProcess("discard")
        self.addCleanup(endpoint.close)
        daemon = self.start_single(endpoint.address, listener=f"zero_copy: {zero_copy}")
        client = self.connect(daemon.address())
        block = bytes(MIB)
        for _ in range(64):
            client.sendall(block)
        with Trace(daemon) as trace:
            for _ in range(BULK // MIB):
                client.sendall(block)
            client.close()
            daemon.log.wait("session")
        self.assert_at_most(limit, trace, BULK // CHUNK, f"64 KiB of bulk, zero_copy {zero_copy}")
        return daemon.totals().listeners["main"]["spliced_bytes"]

    def test_connection_costs_few_calls(self):
        daemon = self.start_single(self.crowd())
        self.visit(daemon)
        with Trace(daemon) as trace:
            for _ in range(CONNECTIONS):
                self.visit(daemon)
            daemon.log.wait("session", times=1 + CONNECTIONS)
        self.assert_at_most(CONNECTION, trace, CONNECTIONS, "a connection, a message each way, and its end")

    def visit(self, daemon):
        with connect(daemon.address()) as client:
            self.assert_echoes(client, MESSAGE)

    def let_pass(self, seconds):
        start = time.monotonic()
        eventually(lambda: time.monotonic() - start > seconds, every=0.1)

    def test_idle_sessions_make_none(self):
        daemon = self.start_single(self.crowd())
        self.open_sessions(daemon, IDLE_SESSIONS)
        self.let_pass(KEEPALIVE_IS_SET)
        start = time.monotonic()
        with Trace(daemon) as trace:
            self.let_pass(2)
        ticks = (time.monotonic() - start) * TICKS_PER_SECOND
        print(f"{IDLE_SESSIONS} idle sessions in {ticks:.1f} ticks: {trace.describe(1)}", flush=True)
        self.assertGreater(trace.counts["epoll_wait"], ticks / 4, "the worker has its ticks")
        self.assertLessEqual(set(trace.counts), OF_A_TICK)
        self.assertLessEqual(trace.total, CALLS_OF_A_TICK * ticks)


if __name__ == "__main__":
    unittest.main()
