"""Every command of an operator, over and over, while clients come and go as fast as they can: nobody is refused."""

import time
import unittest

from harness import ControlledTest, Newcomers, PeerProcess, eventually, scaled

COMMANDS = [["status"], ["metrics"], ["metrics", "--json"], ["sessions"], ["sessions", "--tcp"], ["who-is-slow"], ["recent"],
            ["plan"], ["plan", "--upgrade"], ["endpoint", "list"], ["kill", "--min-age", "1h", "--dry-run"], ["reload"]]
ROUNDS = scaled(20)
LASTING = scaled(1000)


class CommandsUnderLoad(ControlledTest):
    def setUp(self):
        super().setUp()
        endpoint = PeerProcess("crowd")
        self.addCleanup(endpoint.close)
        self.daemon = self.start(self.config(endpoint.address, top="workers: 2"))
        self.lasting = [self.connect(self.daemon.address()) for _ in range(LASTING)]
        self.newcomers = Newcomers([self.daemon.address()])
        self.addCleanup(self.newcomers.stop)
        self.newcomers.wait_served(100)

    def test_nobody_is_refused(self):
        for command in COMMANDS:
            before, began = self.newcomers.served, time.monotonic()
            for _ in range(ROUNDS):
                result = self.control.run(*command)
                self.assertEqual((result.returncode, result.stderr), (0, ""), command)
            took = time.monotonic() - began
            print(f"{' '.join(command)}: {took / ROUNDS * 1000:.1f} ms each, beside {(self.newcomers.served - before) / took:.0f} "
                  "clients a second", flush=True)
        self.newcomers.stop()
        print(f"the slowest visit took {self.newcomers.slowest * 1000:.1f} ms", flush=True)
        self.assertEqual(self.newcomers.failures, {})
        eventually(lambda: self.daemon.totals().listeners["main"]["live"] == LASTING, what="the newcomers to end")
        for client in self.lasting:
            self.assert_echoes(client, b"x")


if __name__ == "__main__":
    unittest.main()
