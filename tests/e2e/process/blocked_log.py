"""Nobody reads the log, or nobody can: clients notice nothing."""

import fcntl
import os
import signal
import subprocess
import unittest
from pathlib import Path

from harness import DEADLINE, DUPLEXD, Daemon, E2eTest, config, connect, echo, eventually

SESSIONS = 300
SMALLEST_PIPE = 4096


class BlockedLog(E2eTest):
    def test_stopped_reader_costs_only_records(self):
        daemon = self.start(config(self.serve(echo).address))
        fcntl.fcntl(daemon.process.stderr, fcntl.F_SETPIPE_SZ, SMALLEST_PIPE)
        daemon.log.pause()
        for _ in range(SESSIONS):
            self.assert_served(daemon.address())
        daemon.log.resume()
        eventually(lambda: self.accounted(daemon) == SESSIONS, what="every session to be logged or counted as dropped")
        self.assertEqual(daemon.totals().process["log_dropped"], SESSIONS - len(daemon.sessions()))

    def accounted(self, daemon):
        return len(daemon.sessions()) + sum(record["count"] for record in daemon.log.find("dropped"))

    def test_unread_log_lets_the_daemon_stop(self):
        daemon = self.start(config(self.serve(echo).address), ready=False)
        daemon.wait_ready()
        fcntl.fcntl(daemon.process.stderr, fcntl.F_SETPIPE_SZ, SMALLEST_PIPE)
        daemon.log.pause()
        for _ in range(SESSIONS):
            self.assert_served(daemon.address())
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.process.wait(DEADLINE), 0)


class NoLog(E2eTest):
    """The listener is a Unix socket here, since nothing tells the port that the kernel chose."""

    def start_deaf(self, **popen):
        self.address = f"unix:{self.folder}/listener"
        file = Path(self.folder) / "duplexd.yaml"
        file.write_text(config(self.serve(echo).address, bind=self.address))
        daemon = Daemon([DUPLEXD, "--config", str(file)], **popen)
        self.addCleanup(daemon.kill)
        eventually(self.somebody_listens, what="somebody to listen")
        return daemon

    def somebody_listens(self):
        try:
            connect(self.address).close()
        except OSError:
            return False
        return True

    def check(self, daemon):
        for _ in range(SESSIONS):
            self.assert_served(self.address)
        daemon.signal(signal.SIGUSR1)
        self.assert_served(self.address)
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait_exit(), 0)

    def test_lost_reader_costs_no_session(self):
        reader, writer = os.pipe()
        daemon = self.start_deaf(stderr=writer)
        os.close(writer)
        os.close(reader)
        self.check(daemon)

    def test_closed_stderr_costs_no_session(self):
        daemon = self.start_deaf(stderr=subprocess.DEVNULL, preexec_fn=lambda: os.close(2))
        self.check(daemon)

    def test_full_disk_costs_no_session(self):
        with open("/dev/full", "w") as full:
            self.check(self.start_deaf(stderr=full))


if __name__ == "__main__":
    unittest.main()
