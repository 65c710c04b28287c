"""Listening on Unix sockets: permissions, and files that exist at the path."""

import os
import socket
import stat
import unittest
from pathlib import Path

from harness import E2eTest, config, echo, run

OSERR, CONFIG = 71, 78
NOBODY = 65534


class UnixSockets(E2eTest):
    def setUp(self):
        super().setUp()
        self.path = Path(self.folder) / "socket"
        self.endpoint = self.serve(echo, f"unix:{self.folder}/endpoint")

    def start_at_path(self, listener="", **options):
        return self.start(config(self.endpoint.address, bind=f"unix:{self.path}", listener=listener), **options)

    def assert_refuses_to_start(self, code, says):
        file = Path(self.folder) / "refused.yaml"
        file.write_text(config(self.endpoint.address, bind=f"unix:{self.path}"))
        result = run("--config", file)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertIn(says, result.stderr)

    def mode(self):
        return stat.S_IMODE(self.path.stat().st_mode)

    def test_default_mode_admits_only_the_group(self):
        daemon = self.start_at_path()
        self.assert_served(daemon.address())
        self.assertEqual(self.mode(), 0o660)

    def test_mode_and_owner_ignore_umask(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give a file away")
        for mask in [0o000, 0o077]:
            with self.subTest(umask=oct(mask)):
                self.path = Path(self.folder) / f"socket-{mask:o}"
                self.start_at_path(listener='unix: {mode: "0606", owner: nobody, group: nogroup}', umask=mask)
                self.assertEqual(self.mode(), 0o606)
                self.assertEqual((self.path.stat().st_uid, self.path.stat().st_gid), (NOBODY, NOBODY))

    def test_stale_socket_file_is_replaced(self):
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(self.path))
        self.assertTrue(self.path.is_socket())
        self.assert_served(self.start_at_path().address())

    def test_socket_in_use_is_kept(self):
        other = self.serve(echo, f"unix:{self.path}")
        self.assert_refuses_to_start(OSERR, says=str(self.path))
        self.assert_served(other.address)

    def test_ordinary_file_is_kept(self):
        self.path.write_text("precious")
        self.assert_refuses_to_start(OSERR, says=str(self.path))
        self.assertEqual(self.path.read_text(), "precious")

    def test_overlong_path_is_config_mistake(self):
        self.path = Path(self.folder) / ("x" * 108)
        self.assert_refuses_to_start(CONFIG, says="refused.yaml:4:12: error: listeners.main.bind: ")

    def test_abstract_name_leaves_no_file(self):
        name = f"duplexd-e2e-{os.getpid()}"
        daemon = self.start(config(self.endpoint.address, bind=f"unix:@{name}"))
        self.assert_served(f"unix:@{name}")
        self.assertEqual(daemon.addresses(), [f"unix:@{name}"])
        self.assertEqual(os.listdir(self.folder).count(name), 0)

    def test_restart_at_same_path_works(self):
        for _ in range(2):
            daemon = self.start_at_path()
            self.assert_served(daemon.address())
            self.assert_leaves_cleanly(daemon)


if __name__ == "__main__":
    unittest.main()
