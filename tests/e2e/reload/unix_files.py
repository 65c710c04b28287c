"""The file of a Unix socket that is listened on is removed, by a cleaner of temporary files or by mistake."""

import os
import unittest

from harness import ControlledTest, echo, listen


class UnixFiles(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)
        os.mkdir(f"{self.folder}/run")
        self.path = f"{self.folder}/run/listener"

    def text(self, **options):
        return self.config(self.endpoint.address, bind=f"unix:{self.path}", listener='unix: {mode: "0600"}', **options)

    def test_reload_of_anything_makes_file_again(self):
        daemon = self.start(self.text())
        os.unlink(self.path)
        self.assertEqual(self.reload(daemon, self.text(top="log: {level: debug}"))["result"], "applied")
        self.assert_served(f"unix:{self.path}")
        self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)

    def test_same_file_makes_file_again(self):
        """duplexd may have noticed by itself meanwhile."""
        daemon = self.start(self.text())
        os.unlink(self.path)
        self.assertIn(self.reload(daemon, self.text())["result"], ["applied", "unchanged"])
        self.assert_served(f"unix:{self.path}")
        self.assertEqual(self.reload(daemon, self.text())["result"], "unchanged")

    def test_file_is_made_without_reload(self):
        daemon = self.start(self.text())
        for times in [1, 2]:
            os.unlink(self.path)
            daemon.log.wait("reopened", times=times)
            self.assert_served(f"unix:{self.path}")
            self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)
        self.assertEqual(self.control.status()["generation"], 1)

    def test_missing_directory_is_told_once(self):
        daemon = self.start(self.text())
        os.unlink(self.path)
        os.rmdir(os.path.dirname(self.path))
        daemon.log.wait("reopen_failed")
        os.mkdir(os.path.dirname(self.path))
        daemon.log.wait("reopened")
        self.assert_served(f"unix:{self.path}")
        self.assertEqual(len(daemon.log.find("reopen_failed")), 1)

    def test_each_missing_directory_is_told(self):
        """A reload has helped meanwhile, or duplexd itself."""
        daemon = self.start(self.text())
        for times in [1, 2]:
            os.unlink(self.path)
            os.rmdir(os.path.dirname(self.path))
            daemon.log.wait("reopen_failed", times=times)
            os.mkdir(os.path.dirname(self.path))
            self.reload(daemon, self.text())
            self.assert_served(f"unix:{self.path}")

    def test_missing_directory_refuses_no_reload(self):
        daemon = self.start(self.text())
        os.unlink(self.path)
        os.rmdir(os.path.dirname(self.path))
        self.assertEqual(self.reload(daemon, self.text(top="log: {level: debug}"))["result"], "applied")
        os.mkdir(os.path.dirname(self.path))
        self.reload(daemon, self.text())
        self.assert_served(f"unix:{self.path}")

    def test_foreign_file_is_left_alone(self):
        daemon = self.start(self.text())
        os.unlink(self.path)
        with listen(f"unix:{self.path}"):
            os.chmod(self.path, 0o640)
            self.assertEqual(self.reload(daemon, self.text(top="log: {level: debug}"))["result"], "applied")
            self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o640)
            self.assert_leaves_cleanly(daemon)
            self.assertTrue(os.path.exists(self.path))


if __name__ == "__main__":
    unittest.main()
