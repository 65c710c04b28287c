"""The new program is broken: the process that runs goes on, with every session and every client."""

import os
import shutil
import time
import unittest
from pathlib import Path

from harness import AT_ONCE, DUPLEXD, ControlledTest, Newcomers, echo, free_port, is_sanitized

SESSIONS = 20
SENDS = "memfd_create"  # for each message: that it is ready, that it has the sessions
NO_MEMORY = 40_000  # KiB of address space: too little for its threads


class FailedUpgrade(ControlledTest):
    """The daemon runs from a file of its own, which each test replaces."""

    def setUp(self):
        super().setUp()
        self.program = Path(self.folder) / "duplexd"
        shutil.copy(DUPLEXD, self.program)
        self.text = self.config(self.serve(echo).address, bind=f"127.0.0.1:{free_port()}", top="workers: 2")
        self.daemon = self.start(self.text, program=self.program)
        self.daemon.log.speaks_for_others = True
        self.clients = [self.connect(self.daemon.address()) for _ in range(SESSIONS)]
        for client in self.clients:
            self.assert_echoes(client)
        self.newcomers = Newcomers([self.daemon.address()], threads=2)
        self.addCleanup(self.newcomers.stop)

    def replace_program(self, script):
        """By a shell script, in which $PROGRAM is the real one."""
        new = self.program.with_suffix(".new")
        new.write_text(f"#!/bin/sh\nPROGRAM={DUPLEXD}\n{script}\n")
        new.chmod(0o755)
        new.replace(self.program)

    def assert_goes_on(self, *says):
        began = time.monotonic()
        result = self.control.run("upgrade")
        self.assertEqual(result.returncode, os.EX_CONFIG, result.stdout + result.stderr)
        for text in says:
            self.assertIn(text, result.stderr)
        self.newcomers.wait_served(20)
        for client in self.clients:
            self.assert_echoes(client)
        self.newcomers.stop()
        self.assertEqual(self.newcomers.failures, {})
        self.assertEqual(self.control.status()["pid"], self.daemon.pid)
        self.assertEqual(len(self.daemon.log.wait("upgrade_failed")), 1)
        for client in self.clients:
            client.close()
        return time.monotonic() - began

    def test_program_that_exits_at_once(self):
        self.replace_program("exit 1")
        self.assertLess(self.assert_goes_on("ended before it was ready"), AT_ONCE)

    def test_file_that_is_no_program(self):
        self.program.unlink()
        self.assert_goes_on("No such file")

    def test_configuration_that_is_refused(self):
        self.daemon.write_config(self.text + "nonsense: 1\n")
        self.assert_goes_on("unknown key 'nonsense'")

    def test_crash_after_each_message_received(self):
        for number in (1, 2):
            with self.subTest(message=number):
                self.assert_crash("recvmsg", number)

    def test_crash_before_each_message_sent(self):
        for number in (1, 2):
            with self.subTest(message=number):
                self.assert_crash(SENDS, number)

    def assert_crash(self, call, number):
        self.replace_program(f"exec strace -f -qq -o /dev/null -e trace={call} "
                             f"-e inject={call}:signal=KILL:when={number} $PROGRAM \"$@\"")
        failed = len(self.daemon.log.find("upgrade_failed"))
        result = self.control.run("upgrade")
        self.assertEqual(result.returncode, os.EX_CONFIG, result.stdout + result.stderr)
        self.daemon.log.wait("upgrade_failed", times=failed + 1)
        self.newcomers.wait_served(20)
        for client in self.clients:
            self.assert_echoes(client)
        self.assertEqual(self.newcomers.failures, {})

    @unittest.skipIf(is_sanitized(), "sanitizers need address space")
    def test_program_that_gets_no_memory(self):
        self.replace_program(f"ulimit -v {NO_MEMORY}; exec $PROGRAM \"$@\"")
        self.assert_goes_on()

    def test_program_that_stops_when_sessions_come(self):
        """It has them, and does not say so; clients wait for a second, and no longer."""
        self.replace_program(f"exec strace -f -qq -o /dev/null -e trace={SENDS} "
                             f"-e inject={SENDS}:signal=STOP:when=2 $PROGRAM \"$@\"")
        self.addCleanup(self.daemon.kill_orphans)  # strace was killed in its place
        self.assert_goes_on("does not answer")
        self.assertLess(self.newcomers.slowest, AT_ONCE)


if __name__ == "__main__":
    unittest.main()
