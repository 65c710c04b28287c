"""A signal to stop or to reload comes while a new process prepares itself: it is not lost, whoever serves at the end."""

import shutil
import signal
import unittest
from pathlib import Path

from harness import DUPLEXD, ControlledTest, connect, echo, eventually, free_port


class StoppedUpgrade(ControlledTest):
    def setUp(self):
        super().setUp()
        self.program = Path(self.folder) / "duplexd"
        shutil.copy(DUPLEXD, self.program)
        self.daemon = self.start(self.config(self.serve(echo).address, bind=f"127.0.0.1:{free_port()}"),
                                 program=self.program)
        self.address = self.daemon.address()
        self.client = self.connect(self.address)
        self.assert_echoes(self.client)

    def begin_upgrade(self, then, number=signal.SIGTERM):
        """To a program that takes a second, in which the running one is told to stop, or to reload."""
        new = self.program.with_suffix(".new")
        new.write_text(f"#!/bin/sh\nsleep 1\n{then}\n")
        new.chmod(0o755)
        new.replace(self.program)
        upgrade = self.control.begin("upgrade")
        successor = self.daemon.log.wait("upgrading")[0]["successor"]
        self.daemon.signal(number)
        self.assert_echoes(self.client)
        output, _ = upgrade.communicate(timeout=30)
        return upgrade.returncode, output, successor

    def assert_nobody_listens(self):
        def is_refused():
            try:
                connect(self.address, within=1).close()
            except ConnectionRefusedError:
                return True
            return False
        eventually(is_refused, what="clients to be refused", within=10)

    def test_new_process_stops_instead(self):
        code, _, successor = self.begin_upgrade(f'exec {DUPLEXD} "$@"')
        self.assertEqual(code, 0)
        self.daemon.succeeded_by(successor)
        self.assert_nobody_listens()
        self.assert_echoes(self.client)  # it drains
        self.client.close()
        self.assertEqual(self.daemon.wait_exit(), 0)

    def test_old_process_stops_after_failure(self):
        code, _, _ = self.begin_upgrade("exit 1")
        self.assertNotEqual(code, 0)
        self.assertEqual(len(self.daemon.log.wait("upgrade_failed")), 1)
        self.assert_nobody_listens()
        self.assert_echoes(self.client)
        self.client.close()
        self.assertEqual(self.daemon.wait_exit(), 0)

    def test_new_process_reloads_instead(self):
        code, _, successor = self.begin_upgrade(f'exec {DUPLEXD} "$@"', signal.SIGHUP)
        self.assertEqual(code, 0)
        self.daemon.succeeded_by(successor)
        self.daemon.log.wait("reloaded")

    def test_old_process_reloads_after_failure(self):
        code, _, _ = self.begin_upgrade("exit 1", signal.SIGHUP)
        self.assertNotEqual(code, 0)
        self.daemon.log.wait("reloaded")
        self.assert_echoes(self.client)


if __name__ == "__main__":
    unittest.main()
