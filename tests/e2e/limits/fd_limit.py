"""More clients than descriptors: the daemon waits quietly and goes on as soon as it can."""

import contextlib
import resource
import time
import unittest

from harness import AT_ONCE, E2eTest, config, connect, echo, eventually, is_sanitized, proc, receive_exactly

LIMIT = 64
CLIENTS = 200
MEASURED = 5.0  # seconds
CPU_SHARE = 0.05 * (3 if is_sanitized() else 1)


class TooFewDescriptors(E2eTest):
    @contextlib.contextmanager
    def crowd(self, daemon):
        with contextlib.ExitStack() as clients:
            for _ in range(CLIENTS):
                clients.enter_context(connect(daemon.address()))
            yield

    def assert_quiet(self, daemon):
        """Little CPU and few log lines while nothing can be accepted."""
        eventually(lambda: daemon.log.find("sessions_exhausted") or daemon.log.find("accept_backing_off"),
                   what="the log to say why nobody is accepted")
        cpu, lines, start = proc.cpu_seconds(daemon.pid), len(daemon.log.lines), time.monotonic()
        eventually(lambda: time.monotonic() - start > MEASURED, every=0.1)
        lines, took = len(daemon.log.lines) - lines, time.monotonic() - start
        share = (proc.cpu_seconds(daemon.pid) - cpu) / took
        print(f"{share:.1%} CPU and {lines} log lines in {took:.1f} s", flush=True)
        self.assertLess(share, CPU_SHARE)
        self.assertLessEqual(lines, took)

    def assert_serves_soon(self, daemon):
        relief = time.monotonic()
        eventually(lambda: self.is_served(daemon), within=AT_ONCE, every=0.01, what="a new client to be served")
        print(f"a new client was served {(time.monotonic() - relief) * 1000:.0f} ms after the crowd had left", flush=True)

    def is_served(self, daemon):
        """While the crowd is cleared away a client may take the last descriptor: with none to dial it is closed."""
        message = b"is anybody there?"
        try:
            with connect(daemon.address(), within=1) as client:
                client.sendall(message)
                reply = receive_exactly(client, len(message))
        except (ConnectionError, TimeoutError):
            return False
        self.assertIn(reply, {message, b""})
        return reply == message

    def test_limit_known_at_start_bounds_sessions(self):
        wrapper = ["prlimit", f"--nofile={LIMIT}"]
        daemon = self.start(config(self.serve(echo).address, top="workers: 2"), wrapper=wrapper)
        with self.crowd(daemon):
            self.assert_quiet(daemon)
            self.assertLessEqual(proc.descriptors(daemon.pid), LIMIT)
        self.assert_serves_soon(daemon)
        self.assertEqual(daemon.log.find("accept_backing_off"), [], "the limit of sessions comes first")

    def test_lowered_limit_makes_accepting_back_off(self):
        daemon = self.start(config(self.serve(echo).address, top="workers: 2"))
        _, hard = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (LIMIT, hard))
        with self.crowd(daemon):
            self.assert_quiet(daemon)
        self.assert_serves_soon(daemon)
        daemon.log.wait("accept_resumed")  # after some seconds without trouble
        self.assertGreater(daemon.totals().listeners["main"]["backoffs"], 0)

    def test_lifted_limit_serves_waiting_clients(self):
        daemon = self.start(config(self.serve(echo).address, top="workers: 2"))
        soft, hard = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (LIMIT, hard))
        with self.crowd(daemon):
            daemon.log.wait("accept_backing_off")
            resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (soft, hard))
            self.assert_serves_soon(daemon)


if __name__ == "__main__":
    unittest.main()
