"""The output of the command line, and an exit code for each failure."""

import os
import shutil
import subprocess
import unittest
from pathlib import Path

from harness import DEADLINE, DUPLEXCTL, DUPLEXD, Daemon, E2eTest, config, echo, listen, run

OK, USAGE, OSERR, IOERR, NOPERM, CONFIG = 0, 64, 71, 74, 77, 78
ENDPOINT = "127.0.0.1:1"
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


class CommandLine(E2eTest):
    def file(self, text):
        path = Path(self.folder) / "duplexd.yaml"
        path.write_text(text)
        return path

    def assert_exits(self, code, *args, says="", **options):
        result = run(*args, **options)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        self.assertIn(says, result.stderr if code else result.stdout)
        return result

    def test_help_names_every_option(self):
        text = self.assert_exits(OK, "--help").stdout
        for option in ["--config", "--check", "--verbose", "--dump-config", "--log-level", "--log-format", "--listen", "--upstream",
                       "--version", "--build-info", "--help"]:
            self.assertIn(option, text)

    def test_version_is_printed(self):
        for option in ["--version", "-V"]:
            self.assertRegex(self.assert_exits(OK, option).stdout, r"^duplexd \d+\.\d+\.\d+\n$")

    def test_build_info_is_printed(self):
        self.assert_exits(OK, "--build-info", says="Boost")

    def test_check_accepts_good_file(self):
        file = self.file(config(ENDPOINT))
        for option in ["--check", "-t"]:
            self.assertTrue(self.assert_exits(OK, option, "--config", file).stdout.endswith(f"{file}: ok\n"))

    def test_check_is_short_unless_verbose(self):
        file = self.file(config(ENDPOINT))
        short = self.assert_exits(OK, "--check", "--config", file).stdout.splitlines()
        self.assertEqual(len(short), 4, short)  # two for the listener, the process, and "ok"
        self.assertIn("\n  zero_copy", self.assert_exits(OK, "--check", "--verbose", "--config", file).stdout)

    def test_check_binds_nothing(self):
        with listen() as taken:
            bind = "127.0.0.1:%d" % taken.getsockname()[1]
            self.assert_exits(OK, "--check", "-c", self.file(config(ENDPOINT, bind=bind)))

    def test_check_names_every_mistake(self):
        file = self.file(config(ENDPOINT, listener="timeouts: {idle: 10}\nbacklog: many"))
        result = self.assert_exits(CONFIG, "--check", "--config", file)
        self.assertEqual(result.stderr.count(f"{file}:"), 2, result.stderr)
        self.assertIn("^", result.stderr)

    def test_dump_config_lists_keys_with_origin(self):
        file = self.file(config(ENDPOINT, listener="timeouts: {idle: 10m}"))
        text = self.assert_exits(OK, "--dump-config", "--config", file).stdout
        self.assertRegex(text, r"(?m)^listeners\.main\.timeouts\.idle: 10m\s+# .*duplexd\.yaml:\d+:\d+$")
        self.assertRegex(text, r"(?m)^listeners\.main\.timeouts\.connect: 5s\s+# default$")

    def test_output_to_full_device_fails(self):
        file = str(self.file(config(ENDPOINT)))
        commands = [[DUPLEXD, *args] for args in (["--help"], ["--version"], ["--build-info"], ["--check", "-c", file],
                                                  ["--dump-config", "-c", file])]
        for command in [*commands, [DUPLEXCTL, "--help"], [DUPLEXCTL, "--version"]]:
            with self.subTest(command=command), open("/dev/full", "w") as full:
                result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
                self.assertEqual(result.returncode, IOERR, result.stderr)
                self.assertIn("error: cannot write to standard output: No space left on device", result.stderr)

    def test_shortage_of_descriptors_is_named(self):
        file = self.file(config(ENDPOINT))
        for most in range(4, 30):
            with self.subTest(descriptors=most):
                self.assert_exits(OSERR, "--config", file, says="too few descriptors",
                                  wrapper=["prlimit", f"--nofile={most}"])

    def test_wrong_usage_is_explained(self):
        for args in [["--no-such-option"], ["--config"], ["--log-level", "loud"], ["--log-format", "xml"], ["surplus"],
                     ["--listen", "127.0.0.1:0"], ["--upstream", ENDPOINT], ["--listen", "nonsense", "--upstream", "x"],
                     ["--config", self.file(config(ENDPOINT)), "--listen", "127.0.0.1:0", "--upstream", ENDPOINT]]:
            with self.subTest(args=args):
                self.assertEqual(self.assert_exits(USAGE, *args).stdout, "")

    def test_missing_file_is_reported(self):
        self.assert_exits(CONFIG, "--config", "/nonexistent/duplexd.yaml", says="/nonexistent/duplexd.yaml")

    def test_port_in_use_is_reported(self):
        with listen() as taken:
            bind = "127.0.0.1:%d" % taken.getsockname()[1]
            self.assert_exits(OSERR, "--config", self.file(config(ENDPOINT, bind=bind)), says=bind)

    def test_port_of_another_duplexd_is_reported(self):
        first = self.start(config(ENDPOINT))
        self.assert_exits(OSERR, "--config", self.file(config(ENDPOINT, bind=first.address())), says=first.address())

    def test_foreign_address_is_reported(self):
        self.assert_exits(OSERR, "--config", self.file(config(ENDPOINT, bind="192.0.2.200:0")), says="192.0.2.200")

    def test_proxy_runs_without_a_file(self):
        daemon = Daemon([DUPLEXD, "--log-format", "json", "--listen", "127.0.0.1:0", "--upstream",
                         self.serve(echo).address])
        self.addCleanup(daemon.kill)
        daemon.wait_ready()
        self.addCleanup(self.assert_leaves_cleanly, daemon)
        self.assert_served(daemon.address("adhoc"))


class Unprivileged(E2eTest):
    """As the user nobody, on a copy of the binary in a folder that it may read."""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("only root can become nobody")
        os.chmod(self.folder, 0o755)
        self.binary = shutil.copy(DUPLEXD, self.folder)

    def run_as_nobody(self, text, mode=0o644):
        file = Path(self.folder) / "duplexd.yaml"
        file.write_text(text)
        file.chmod(mode)
        return subprocess.run([*NOBODY, self.binary, "--config", file], capture_output=True, text=True, timeout=DEADLINE,
                              check=False)

    def test_unreadable_file_is_reported(self):
        result = self.run_as_nobody(config(ENDPOINT), mode=0o600)
        self.assertEqual(result.returncode, NOPERM, result.stderr)
        self.assertIn("Permission denied", result.stderr)

    def test_privileged_port_is_reported(self):
        if int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) <= 80:
            self.skipTest("every user may bind port 80 here")
        result = self.run_as_nobody(config(ENDPOINT, bind="127.0.0.1:80"))
        self.assertEqual(result.returncode, NOPERM, result.stderr)
        self.assertIn("127.0.0.1:80", result.stderr)

    def test_unwritable_socket_folder_is_reported(self):
        result = self.run_as_nobody(config(ENDPOINT, bind=f"unix:{self.folder}/socket"))
        self.assertEqual(result.returncode, NOPERM, result.stderr)


if __name__ == "__main__":
    unittest.main()
