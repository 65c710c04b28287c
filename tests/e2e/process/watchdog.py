"""A thread or the whole process is stuck: the service manager gets no beat until it progresses again."""

import contextlib
import itertools
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

from harness import ServiceTest, connect, echo, eventually, proc

INTERVAL = 4.0  # seconds
CHECKS = 4  # in an interval, and as many beats if all is well
SILENCE = 1.5 * INTERVAL  # after which a service manager would have killed it
WATCHED = {"WATCHDOG_USEC": str(int(INTERVAL * 1e6))}


def why_not():
    """The reason why a single thread cannot be stopped here; "" if it can."""
    if not shutil.which("strace"):
        return "strace is not installed"
    trial = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return trial.stderr.strip() if trial.returncode else ""


def thread_called(name, pid):
    return next(thread for thread in proc.threads(pid)
                if Path(f"/proc/{pid}/task/{thread}/comm").read_text().strip() == name)


@contextlib.contextmanager
def stuck(thread, pid):
    """Stops a thread at its next system call, by a tracer that is stopped itself."""
    tracer = subprocess.Popen(["strace", "-qq", "-o", "/dev/null", "-p", str(thread)], stdin=subprocess.DEVNULL)
    try:
        eventually(lambda: proc.is_thread_traced(pid, thread), what="strace to attach")
        tracer.send_signal(signal.SIGSTOP)
        yield
    finally:
        tracer.send_signal(signal.SIGCONT)
        tracer.terminate()
        tracer.wait()


class Watchdog(ServiceTest):
    def start_watched(self, **options):
        self.daemon = self.start_service(self.config(self.serve(echo).address, top="workers: 2"),
                                         environment=WATCHED, **options)
        self.assert_speaks()

    def pings_within(self, seconds):
        """When they came."""
        start, before = time.monotonic(), len(self.manager.pings)
        eventually(lambda: time.monotonic() - start > seconds, every=0.05)
        return self.manager.pings[before:]

    def assert_beats_on_time(self):
        """For two intervals: neither does a service manager lose patience, nor is it flooded."""
        start = time.monotonic()
        pings = self.pings_within(2 * INTERVAL)
        end = time.monotonic()
        silence = max(later - earlier for earlier, later in itertools.pairwise([start, *pings, end]))
        print(f"{len(pings)} messages in {end - start:.1f} s, the longest silence {silence:.2f} s", flush=True)
        self.assertLess(silence, INTERVAL)
        self.assertLessEqual(len(pings), CHECKS * (end - start) / INTERVAL + 1)
        self.assertEqual(self.daemon.log.find("worker_stuck"), [])

    def assert_speaks(self):
        before = len(self.manager.pings)
        eventually(lambda: len(self.manager.pings) >= before + 2, what="it to speak")

    def assert_silent(self):
        eventually(lambda: time.monotonic() - self.manager.pings[-1] > SILENCE, every=0.05, what="it to be silent")

    def test_busy_daemon_beats_on_time(self):
        self.start_watched()
        with connect(self.daemon.address()) as client:
            self.assert_echoes(client)
            self.assert_beats_on_time()

    @unittest.skipIf(why_not(), why_not())
    def test_stuck_worker_stops_the_watchdog(self):
        self.start_watched()
        with stuck(thread_called("worker-1", self.daemon.pid), self.daemon.pid):
            self.daemon.log.wait("worker_stuck", worker=1)
            self.assert_silent()
            self.assert_other_worker_serves()
        self.assert_speaks()
        self.assertEqual(len(self.daemon.log.find("worker_stuck")), 1)

    def assert_other_worker_serves(self):
        """Some of the clients, which the kernel spreads over both."""
        def served():
            with contextlib.suppress(TimeoutError), connect(self.daemon.address(), within=0.5) as client:
                client.sendall(b"x")
                return client.recv(1) == b"x"

        eventually(served, what="a client of the other worker to be served")

    @unittest.skipIf(why_not(), why_not())
    def test_stuck_control_thread_stops_the_watchdog(self):
        self.start_watched()
        with stuck(self.daemon.pid, self.daemon.pid):
            self.assert_silent()
            for _ in range(20):
                self.assert_served(self.daemon.address())
        self.assert_speaks()

    def test_continued_process_beats_again(self):
        self.start_watched()
        self.daemon.signal(signal.SIGSTOP)
        self.assert_silent()
        self.daemon.signal(signal.SIGCONT)
        self.assert_speaks()
        self.assert_served(self.daemon.address())

    def test_draining_daemon_beats_on_time(self):
        self.start_watched()
        session = self.connect(self.daemon.address())
        self.assert_echoes(session)
        self.daemon.signal(signal.SIGTERM)
        self.manager.wait(STOPPING="1")
        self.assert_beats_on_time()
        self.assert_echoes(session)
        session.close()
        self.assertEqual(self.daemon.wait_exit(), 0)

    def test_unwatched_daemon_sends_no_beats(self):
        for environment in [{}, {**WATCHED, "WATCHDOG_PID": "1"}]:
            with self.subTest(environment=environment):
                daemon = self.start_service(self.config(self.serve(echo).address), environment=environment)
                self.assertEqual(self.pings_within(INTERVAL), [])
                self.stop_service(daemon)


if __name__ == "__main__":
    unittest.main()
