"""A thread or the whole process is stuck: the service manager gets no beat until it progresses again."""

import contextlib
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

from harness import ServiceTest, connect, echo, eventually, proc

INTERVAL = 1.5  # seconds
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
        start, before = time.monotonic(), len(self.manager.pings)
        eventually(lambda: time.monotonic() - start > seconds, within=seconds + 5, every=0.05)
        return len(self.manager.pings) - before

    def assert_speaks(self):
        before = len(self.manager.pings)
        eventually(lambda: len(self.manager.pings) >= before + 2, within=2 * INTERVAL, what="it to speak")

    def assert_silent(self):
        eventually(lambda: time.monotonic() - self.manager.pings[-1] > SILENCE, within=3 * SILENCE, every=0.05,
                   what="it to be silent")

    def test_busy_daemon_beats_on_time(self):
        self.start_watched()
        with connect(self.daemon.address()) as client:
            self.assert_echoes(client)
            count = self.pings_within(2 * INTERVAL)
        print(f"{count} messages in two intervals", flush=True)
        self.assertTrue(5 <= count <= 9, count)
        self.assertEqual(self.daemon.log.find("worker_stuck"), [])

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
            with contextlib.suppress(TimeoutError), connect(self.daemon.address(), within=0.1) as client:
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
        self.assertGreaterEqual(self.pings_within(2 * INTERVAL), 5)
        self.assert_echoes(session)
        session.close()
        self.assertEqual(self.daemon.wait_exit(), 0)
        self.assertEqual(self.daemon.log.find("worker_stuck"), [])

    def test_unwatched_daemon_sends_no_beats(self):
        for environment in [{}, {**WATCHED, "WATCHDOG_PID": "1"}]:
            with self.subTest(environment=environment):
                daemon = self.start_service(self.config(self.serve(echo).address), environment=environment)
                self.assertEqual(self.pings_within(INTERVAL), 0)
                self.stop_service(daemon)


if __name__ == "__main__":
    unittest.main()
