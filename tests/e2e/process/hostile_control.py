"""Permitted users misuse the control socket: sessions go on undisturbed, and the socket answers again afterwards."""

import os
import signal
import subprocess
import sys
import time
import unittest

from harness import ControlledTest, Newcomers, PeerProcess, eventually, is_sanitized, proc, scaled

USERS = range(65001, 65006)  # eight connections each: more than the socket takes
ROUND_TRIPS = scaled(3000)
SLOWEST_USUAL_ROUND_TRIP = 0.100  # seconds, of nine in ten: the misusers take the CPU that they get
MOST_GROWTH = 8 * 1024 * 1024
CLIENTS, OF_ONE_USER = 64, 32


class Misuser:
    """A process with 42 threads that misuse the socket in every way; as `user`, or as the current user."""

    def __init__(self, path, user=None):
        command = ["nice", sys.executable, "-B", "-m", "harness.hostile", path, *([str(user)] if user else [])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def close(self):
        self.process.kill()
        code = self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        if code != -signal.SIGKILL:
            raise AssertionError(f"the misuser ended by itself, with {code}")


class HostileControl(ControlledTest):
    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        endpoint = PeerProcess("crowd")
        self.addCleanup(endpoint.close)
        self.daemon = self.start(self.config(endpoint.address, control='mode: "0666"'))

    def misuse(self):
        """Connects as several users, because the socket limits the clients of each."""
        users = USERS if os.geteuid() == 0 else [None]
        misusers = [Misuser(self.control.path, user) for user in users]
        for misuser in misusers:
            self.addCleanup(misuser.close)
        eventually(lambda: self.connections() >= 8, what="the socket to be busy")
        return misusers

    def connections(self):
        return proc.descriptors(self.daemon.pid) - self.daemon.descriptors_at_start

    def round_trips(self):
        with_session = self.connect(self.daemon.address())
        for _ in range(ROUND_TRIPS):
            start = time.perf_counter()
            self.assert_echoes(with_session, bytes(64))
            yield time.perf_counter() - start
        with_session.close()

    def percentile(self):
        times = sorted(self.round_trips())
        return times[len(times) * 9 // 10]

    def test_misuse_leaves_sessions_undisturbed(self):
        alone, rss = self.percentile(), proc.rss(self.daemon.pid)
        misusers = self.misuse()
        beside, most = self.percentile(), self.connections()
        newcomers = Newcomers([self.daemon.address()])
        newcomers.wait_served(scaled(500))
        newcomers.stop()
        growth = proc.rss(self.daemon.pid) - rss
        for misuser in misusers:
            misuser.close()
        end = time.monotonic()
        eventually(lambda: self.control.run("--timeout", "5s", "status").returncode == 0, what="an answer")
        print(f"round trip, 90th percentile: {alone * 1e6:.0f} us alone, {beside * 1e6:.0f} us beside {len(misusers)} "
              f"hostile users; not served: {newcomers.failures or 0}; RSS {growth / 1024:+.0f} KiB; "
              f"an answer {time.monotonic() - end:.1f} s after they had left", flush=True)
        self.assertLessEqual(most, CLIENTS + 2, "clients of the control socket, and one session")
        self.assertEqual(newcomers.failures, {})
        self.assertLess(beside, SLOWEST_USUAL_ROUND_TRIP * (5 if is_sanitized() else 1))
        if not is_sanitized():
            self.assertLess(growth, MOST_GROWTH)

    @unittest.skipUnless(os.geteuid() == 0, "only root can take on another user")
    def test_other_users_are_served_beside_misuse(self):
        misuser = Misuser(self.control.path, USERS[0])
        self.addCleanup(misuser.close)
        eventually(lambda: self.connections() >= OF_ONE_USER // 2, what="the user to have many of its connections")
        for _ in range(20):
            self.assertEqual(self.control.run("status").returncode, 0)


if __name__ == "__main__":
    unittest.main()
