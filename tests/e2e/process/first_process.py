"""As process 1 of a container, where a signal without a handler is ignored: duplexd stops when it is told to."""

import contextlib
import os
import signal
import time
import unittest

from harness import AT_ONCE, E2eTest, config, echo, eventually, proc
from harness.name_server import NameServer, why_not

NAME = "never.duplexd-test.invalid"  # RFC 2606
IN_A_CONTAINER = ["unshare", "--pid", "--fork", "--kill-child"]


@unittest.skipIf(why_not(), why_not())
class FirstProcess(E2eTest):
    def start_first(self, text, *wrapper, **options):
        """The daemon is the child of the process that is started."""
        daemon = super().start(text, wrapper=[*wrapper, *IN_A_CONTAINER], ready=False, **options)
        [daemon.pid] = eventually(lambda: self.daemons_below(daemon.pid), what="the process to start")
        return daemon

    def daemons_below(self, pid):
        with contextlib.suppress(FileNotFoundError):  # one that prepares the container has ended
            return [child for child in proc.children(pid) if proc.name(child) == "duplexd"]

    def assert_stops(self, daemon, number):
        """unshare(1) ends with the exit status of its child."""
        start = time.monotonic()
        os.kill(daemon.pid, number)
        self.assertEqual(daemon.wait_exit(), 0, daemon.log.tail())
        self.assertLess(time.monotonic() - start, AT_ONCE)

    def test_stop_ends_look_up_at_start(self):
        names = NameServer()
        self.addCleanup(names.close)
        for number in [signal.SIGTERM, signal.SIGINT]:
            with self.subTest(signal=number):
                names.questions.clear()
                daemon = self.start_first(config(f"{NAME}:1"), *names.wrapper(self.folder))
                eventually(lambda: names.questions, what="the name server to be asked")
                self.assert_stops(daemon, number)
                self.assertEqual(daemon.log.find("ready"), [])

    def test_stop_drains_running_process(self):
        daemon = self.start_first(config(self.serve(echo).address))
        daemon.log.wait("ready")
        self.assert_served(daemon.address())
        self.assert_stops(daemon, signal.SIGTERM)
        daemon.log.wait("stopped")


if __name__ == "__main__":
    unittest.main()
