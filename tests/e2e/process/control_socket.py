"""The control socket: its permissions, its answers, and the output of duplexctl."""

import os
import shutil
import signal
import stat
import subprocess
import unittest
from pathlib import Path

from harness import Control, ControlledTest, HttpConnection, echo, eventually, proc, run

NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
STATUS_KEYS = {"version", "pid", "uptime_seconds", "state", "generation", "config", "last_reload", "pending_restart",
               "workers", "sessions", "listeners", "upstreams", "admin"}
LISTENER_KEYS = {"certificates", "name", "addresses", "live", "accepted", "upstream_bytes", "downstream_bytes", "spliced_bytes",
                 "at_limit", "handshakes_waited", "sources_forgotten", "refused", "dry_run", "removed"}
ENDPOINT_KEYS = {"upstream", "name", "address", "resolve_failure", "state", "word", "weight", "configured_weight",
                 "priority", "backup", "max_sessions", "chosen", "connected", "failed", "live", "removed", "addresses"}
ADDRESS_KEYS = {"address", "state", "since", "why", "live", "usual_connect_ms", "ejected_until", "last_check"}

as_root = unittest.skipUnless(os.geteuid() == 0, "only root can take on another user, or give a file away")


class Permissions(ControlledTest):
    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        self.endpoint = self.serve(echo)

    def mode(self):
        return stat.S_IMODE(os.stat(self.control.path).st_mode)

    def as_nobody(self, *args):
        return subprocess.run([*AS_NOBODY, *self.control.command(*args)], capture_output=True, text=True, check=False)

    def test_default_mode_admits_daemons_group(self):
        for mask in [0o000, 0o077]:
            with self.subTest(umask=oct(mask)):
                daemon = self.start(self.config(self.endpoint.address), umask=mask)
                self.assertEqual((self.mode(), os.stat(self.control.path).st_gid), (0o660, os.getegid()))
                self.assert_leaves_cleanly(daemon)
                self.assertFalse(os.path.exists(self.control.path), "the file goes with the daemon")

    @as_root
    def test_others_are_told_the_group(self):
        self.start(self.config(self.endpoint.address))
        result = self.as_nobody("status")
        self.assertEqual(result.returncode, os.EX_UNAVAILABLE)
        self.assertIn("group duplexd", result.stderr)

    @as_root
    def test_mode_and_group_are_as_configured(self):
        self.start(self.config(self.endpoint.address, control='mode: "0620", group: nogroup'))
        self.assertEqual((self.mode(), os.stat(self.control.path).st_gid), (0o620, NOBODY))
        self.assertEqual(self.as_nobody("status").returncode, 0)

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_owner_and_mode_precede_first_connection(self):
        trace = Path(self.folder) / "trace"
        wrapper = ["strace", "-D", "-o", str(trace), "-e", "trace=bind,chmod,fchmodat,lchown,fchownat,listen"]
        trial = subprocess.run([*wrapper, "true"], capture_output=True, text=True, check=False)
        if trial.returncode != 0:
            self.skipTest(trial.stderr.strip())
        # LeakSanitizer cannot work in a traced process.
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
        self.start(self.config(self.endpoint.address, control=f"group: {os.getegid()}"), wrapper=wrapper,
                   env=environment)
        calls = trace.read_text().splitlines()
        first = next(index for index, line in enumerate(calls) if line.startswith("bind") and "control.sock" in line)
        self.assertEqual([line.partition("(")[0] for line in calls[first:first + 4]],
                         ["bind", "fchownat", "chmod", "listen"], calls[first:])


class Answers(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)
        self.daemon = self.start(self.config(self.endpoint.address))

    def http(self):
        connection = HttpConnection(self.control.path)
        self.addCleanup(connection.close)
        return connection

    def test_status_has_every_key_and_figure(self):
        session = self.connect(self.daemon.address())
        self.assert_echoes(session, bytes(100))
        status = self.control.status()
        self.assertEqual(set(status), STATUS_KEYS)
        self.assertEqual((status["pid"], status["state"], status["generation"], status["last_reload"]),
                         (self.daemon.pid, "serving", 1, None))
        self.assertEqual(status["config"], str(self.daemon.file))
        self.assertEqual(status["sessions"], {"live": 1, "limit": self.daemon.log.find("ready")[0]["sessions"]})
        listener, = status["listeners"]
        self.assertEqual(set(listener), LISTENER_KEYS)
        self.assertEqual((listener["addresses"], listener["live"], listener["upstream_bytes"],
                          listener["downstream_bytes"]), ([self.daemon.address()], 1, 100, 100))
        endpoint, = status["upstreams"][0]["endpoints"]
        self.assertEqual(set(endpoint), ENDPOINT_KEYS)
        self.assertEqual((endpoint["name"], endpoint["address"], endpoint["resolve_failure"], endpoint["removed"]),
                         (self.endpoint.address, self.endpoint.address, None, False))
        self.assertEqual((endpoint["state"], endpoint["word"], endpoint["weight"], endpoint["live"], endpoint["chosen"]),
                         ("up", None, 1, 1, 1))
        address, = endpoint["addresses"]
        self.assertEqual(set(address), ADDRESS_KEYS)
        self.assertGreater(address["usual_connect_ms"], 0)

    def test_changes_are_logged_with_requester(self):
        self.control.status()
        self.control.ask("pause")
        record, = self.daemon.log.wait("control")
        self.assertEqual((record["method"], record["target"], record["uid"], record["gid"]),
                         ("POST", "/v1/pause", os.getuid(), os.getgid()))
        self.control.ask("resume")

    def test_one_connection_takes_many_requests(self):
        connection = self.http()
        for _ in range(50):
            connection.request("GET", "/v1/status")
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, "application/json"))
            answer.read()

    def test_wrong_request_lists_valid_ones(self):
        for method, target, status, allow in [("GET", "/v2/status", 404, None), ("GET", "/v1/stop", 405, "POST"),
                                              ("DELETE", "/v1/status", 405, "GET, HEAD"), ("GET", "/", 404, None)]:
            with self.subTest(method=method, target=target):
                connection = self.http()
                connection.request(method, target)
                answer = connection.getresponse()
                self.assertEqual((answer.status, answer.getheader("Allow")), (status, allow))
                self.assertIn(b'"error":', answer.read())
        self.assertEqual(self.daemon.log.find("control"), [])


class Files(ControlledTest):
    def setUp(self):
        super().setUp()
        self.text = self.config(self.serve(echo).address)

    def test_stale_control_socket_is_replaced(self):
        killed = self.start(self.text, ready=False)
        killed.wait_ready()
        killed.signal(signal.SIGKILL)
        killed.wait_exit()
        self.assertTrue(Path(self.control.path).is_socket())
        result = self.control.run("status")
        self.assertEqual(result.returncode, os.EX_UNAVAILABLE)
        self.assertIn("has gone", result.stderr)
        daemon = self.start(self.text)
        self.assertEqual(self.control.status()["pid"], daemon.pid)

    def test_control_socket_in_use_is_kept(self):
        first = self.start(self.text)
        result = run("--config", first.file)
        self.assertEqual(result.returncode, os.EX_OSERR, result.stderr)
        self.assertIn(self.control.path, result.stderr)
        self.assertEqual(self.control.status()["pid"], first.pid)

    def test_no_runtime_directory_no_control_socket(self):
        daemon = self.start(self.text.replace(self.control.path, "auto"), env={"PATH": os.environ["PATH"]})
        self.assert_served(daemon.address())
        result = self.control.run("status")
        self.assertEqual(result.returncode, os.EX_UNAVAILABLE)
        self.assertIn("is not there", result.stderr)

    def test_control_socket_is_in_runtime_directory(self):
        self.start(self.text.replace(self.control.path, "auto"),
                   env={**os.environ, "RUNTIME_DIRECTORY": f"{self.folder}:/nonexistent"})
        self.assertEqual(self.control.status()["state"], "serving")

    def test_missing_socket_directory_prevents_start(self):
        daemon = self.start(self.text.replace(self.control.path, "/nonexistent/control.sock"), ready=False)
        self.assertEqual(daemon.wait_exit(), os.EX_OSERR)
        self.assertIn("control.socket", daemon.log.tail())


class ExitCodes(ControlledTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.start(self.config(self.serve(echo).address))

    def assert_exits(self, code, *args, says):
        result = self.control.run(*args)
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        self.assertIn(says, result.stderr)

    def test_unknown_command_is_refused(self):
        self.assert_exits(os.EX_USAGE, "restart", says="is no command")

    def test_silent_daemon_is_temporary_failure(self):
        self.daemon.signal(signal.SIGSTOP)
        eventually(lambda: proc.is_stopped(self.daemon.pid), what="the daemon to stop")
        self.assert_exits(os.EX_TEMPFAIL, "--timeout", "300ms", "status", says="no answer")
        self.daemon.signal(signal.SIGCONT)
        self.assertEqual(self.control.status()["state"], "serving")

    def test_too_many_connections_are_refused(self):
        idle = [self.connect(f"unix:{self.control.path}") for _ in range(32)]
        self.assert_exits(os.EX_TEMPFAIL, "status", says="too many connections")
        idle[0].close()
        eventually(lambda: self.control.run("status").returncode == 0, what="room for one more")

    def test_foreign_program_is_not_understood(self):
        other = self.serve(lambda connection: connection.sendall(b"220 smtp.example ESMTP\r\n"),
                           f"unix:{self.folder}/other")
        result = Control(other.address.removeprefix("unix:")).run("status")
        self.assertEqual(result.returncode, os.EX_SOFTWARE)
        self.assertIn("no answer of duplexd", result.stderr)

    def test_broken_output_is_an_error(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run(self.control.command("status"), stdout=full, check=False)
        self.assertEqual(result.returncode, os.EX_IOERR)


if __name__ == "__main__":
    unittest.main()
