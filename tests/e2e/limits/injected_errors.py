"""System calls fail, one at a time and at different moments: a session may be lost, the daemon never is."""

import time
import unittest

from harness import E2eTest, config, connect, echo, eventually, proc, receive_exactly
from harness.strace import Injection, why_not

ERRORS = {
    # All of accept(2) but EAGAIN, which says that nobody waits.
    "accept4": ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "ENOSR", "EBADF", "EFAULT", "EINVAL", "ENOTSOCK",
                "ESOCKTNOSUPPORT", "EPROTONOSUPPORT", "EINTR", "ECONNABORTED", "EPROTO", "EPERM", "ETIMEDOUT", "ENETDOWN",
                "ENOPROTOOPT", "EHOSTDOWN", "ENONET", "EHOSTUNREACH", "EOPNOTSUPP", "ENETUNREACH"],
    "socket": ["EMFILE", "ENFILE", "ENOBUFS"],
    "connect": ["ENETUNREACH", "EADDRNOTAVAIL", "ENOBUFS"],
    "epoll_ctl": ["ENOMEM", "ENOSPC", "EPERM", "EINVAL", "EBADF", "EEXIST", "ELOOP"],
    "setsockopt": ["ENOBUFS", "EINVAL"],
}
# A session whose watch was lost is not to be stuck for ever. (Only here: EPOLL_CTL_MOD does not fail in a real kernel,
# and Asio does not ask whether it did.)
PATIENCE = "timeouts: {connect: 3s, idle: 3s}"
MOMENTS = [1, 2, 5]
CLIENTS = 8


@unittest.skipIf(why_not(), why_not())
class InjectedErrors(E2eTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.start(config(self.serve(echo).address, top="workers: 2", listener=PATIENCE))

    def try_client(self):
        """True if the client was served, False if it was let go. To be kept waiting is an error."""
        try:
            with connect(self.daemon.address()) as client:
                client.sendall(b"x")
                return receive_exactly(client, 1) == b"x"
        except ConnectionError:
            return False

    def assert_survives(self, call, error, when):
        with Injection(self.daemon.pid, call, error, when):
            served = sum(self.try_client() for _ in range(CLIENTS))
        # each of the two workers meets the error at most once
        self.assertGreaterEqual(served, CLIENTS - 2)
        self.assertTrue(self.daemon.is_running(), self.daemon.log.tail())
        self.assert_served(self.daemon.address())

    def check(self, call):
        for error in ERRORS[call]:
            for when in MOMENTS:
                with self.subTest(call=call, error=error, when=when):
                    self.assert_survives(call, error, when)
        self.assert_does_not_spin()

    def assert_does_not_spin(self):
        cpu, start = proc.cpu_seconds(self.daemon.pid), time.monotonic()
        eventually(lambda: time.monotonic() - start > 1, every=0.1)
        self.assertLessEqual(proc.cpu_seconds(self.daemon.pid) - cpu, 0.05)

    def test_accept(self):
        self.check("accept4")
        self.assertGreater(self.daemon.totals().listeners["main"]["accept_errors"], 0)

    def test_socket(self):
        self.check("socket")

    def test_connect(self):
        self.check("connect")

    def test_epoll_ctl(self):
        self.check("epoll_ctl")

    def test_setsockopt(self):
        self.check("setsockopt")

    def test_failed_watch_is_opened_again(self):
        """After a pause each worker watches its sockets anew."""
        for error in ERRORS["epoll_ctl"]:
            with self.subTest(error=error):
                self.pause_and_resume(error)
                self.assert_served(self.daemon.address())

    def pause_and_resume(self, error):
        with Injection(self.daemon.pid, "accept4", "EMFILE", "1"):
            self.try_client()  # its worker backs off, and gives its watch up
        with Injection(self.daemon.pid, "epoll_ctl", error, "1"):
            for _ in range(CLIENTS):
                self.try_client()

    def test_failing_accept_waits_and_recovers(self):
        with Injection(self.daemon.pid, "accept4", "EMFILE", "1+"):
            with connect(self.daemon.address()) as waiting:
                waiting.sendall(b"patience")
                lines = len(self.daemon.log.lines)
                self.assert_does_not_spin()
                self.assertLessEqual(len(self.daemon.log.lines) - lines, 2)
                self.daemon.log.wait("accept_backing_off", errno="EMFILE")
        self.assert_served(self.daemon.address())


if __name__ == "__main__":
    unittest.main()
