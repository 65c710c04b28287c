"""A paused process is replaced, or should have been: no client gets in before the operator says so."""

import os
import shutil
import unittest
from pathlib import Path

from harness import DUPLEXD, ControlledTest, connect, echo, free_port

QUIET = 1  # seconds in which a client is not answered: an accepting process needs milliseconds
SENDS = "memfd_create"  # for each message: that it is ready, that it has the sessions


class PausedUpgrade(ControlledTest):
    def setUp(self):
        super().setUp()
        self.program = Path(self.folder) / "duplexd"
        shutil.copy(DUPLEXD, self.program)
        self.tcp, self.unix = f"127.0.0.1:{free_port()}", f"unix:{self.folder}/listener"
        self.daemon = self.start(self.config(self.serve(echo).address, bind=[self.tcp, self.unix]), program=self.program)
        self.session = self.connect(self.tcp)
        self.assert_echoes(self.session)
        self.control.ask("pause")
        self.waiting = self.connect(self.unix)
        self.waiting.sendall(b"hello")

    def assert_paused(self):
        self.assertEqual(self.control.status()["state"], "paused")
        with self.assertRaises(ConnectionRefusedError):
            connect(self.tcp)
        self.waiting.settimeout(QUIET)
        with self.assertRaises(TimeoutError):
            self.waiting.recv(5)
        self.assertEqual(self.daemon.totals().listeners["main"]["accepted"], 1)
        self.assert_echoes(self.session)

    def assert_resumes(self):
        self.control.ask("resume")
        self.waiting.settimeout(None)
        self.assertEqual(self.waiting.recv(5), b"hello")
        self.assert_served(self.tcp)
        self.waiting.close()
        self.session.close()
        self.assertEqual(self.daemon.log.find("accept_backing_off"), [])

    def upgrade_to(self, script):
        new = self.program.with_suffix(".new")
        new.write_text(f"#!/bin/sh\n{script}\n")
        new.chmod(0o755)
        new.replace(self.program)
        return self.control.run("upgrade").returncode

    def test_new_process_stays_paused(self):
        self.control.ask("upgrade")
        self.daemon.succeeded_by(self.control.status()["pid"])
        self.assert_paused()
        self.assert_resumes()

    def test_old_process_stays_paused(self):
        self.assertEqual(self.upgrade_to("exit 1"), os.EX_CONFIG)
        self.assert_paused()
        self.assert_resumes()

    def test_new_process_crashes_amid_sessions(self):
        code = self.upgrade_to(f"exec strace -f -qq -o /dev/null -e trace={SENDS} "
                               f"-e inject={SENDS}:signal=KILL:when=2 {DUPLEXD} \"$@\"")
        self.assertEqual(code, os.EX_CONFIG)
        self.assert_paused()
        self.assert_resumes()


if __name__ == "__main__":
    unittest.main()
