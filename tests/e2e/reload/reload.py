"""The configuration changes while clients are connected, by duplexctl and by SIGHUP."""

import os
import signal
import unittest
from pathlib import Path

from harness import DUPLEXD, ControlledTest, Daemon, connect, echo, free_port, listen, receive_exactly

UNKNOWN = "duplexd-test.invalid"  # RFC 2606: never resolves


class Reload(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)
        self.text = self.config(self.endpoint.address)

    def greeter(self, word):
        return self.serve(lambda connection: (connection.sendall(word), echo(connection))).address

    def greeting(self, daemon):
        with connect(daemon.address()) as client:
            return receive_exactly(client, 3)

    def last_reload(self):
        return self.control.status()["last_reload"]

    def test_good_file_holds_when_duplexctl_returns(self):
        daemon = self.start(self.config(self.greeter(b"old")))
        session = self.connect(daemon.address())
        self.assertEqual(receive_exactly(session, 3), b"old")
        daemon.write_config(self.config(self.greeter(b"new")))
        result = self.control.run("reload")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertTrue(result.stdout.startswith("applied, generation 2\n"), result.stdout)
        for _ in range(10):
            self.assertEqual(self.greeting(daemon), b"new")
        self.assert_echoes(session)
        self.assertEqual(len(daemon.log.wait("changed")), 2)
        self.assertEqual(daemon.log.wait("reloaded")[0]["changes"], 2)

    def test_hangup_signal_applies_the_file(self):
        daemon = self.start(self.config(self.greeter(b"old")))
        daemon.write_config(self.config(self.greeter(b"new")))
        daemon.signal(signal.SIGHUP)
        daemon.log.wait("reloaded", result="applied", generation=2)
        self.assertEqual(self.greeting(daemon), b"new")

    def test_same_file_changes_nothing(self):
        self.start(self.text)
        answer = self.control.ask("reload")
        self.assertEqual((answer["result"], answer["generation"], answer["changes"]), ("unchanged", 1, []))
        self.assertEqual(self.control.run("plan").stdout, "a reload would change nothing\n")

    def test_mistakes_are_refused_with_their_places(self):
        daemon = self.start(self.text)
        bad = self.text.replace("upstream: main", "upstream: nobody\n    backlog: many")
        said = self.assert_refused(daemon, bad, f"{daemon.file}:6:15: error: ", f"{daemon.file}:7:14: error: ")
        self.assertEqual(self.control.run("plan").stderr, said)
        self.assertEqual("\n".join(self.last_reload()["problems"]).split(), said.split())
        self.assertEqual(len(daemon.log.wait("reload_refused", times=2)), 2)
        self.assert_served(daemon.address())
        self.assertEqual(self.reload(daemon, self.text)["result"], "unchanged")
        self.assertEqual(self.last_reload()["result"], "unchanged")

    def test_used_port_refuses_the_whole_file(self):
        daemon = self.start(self.text)
        with listen(f"127.0.0.1:{free_port()}") as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            bad = self.config(self.endpoint.address, bind=["127.0.0.1:0", address])
            self.assert_refused(daemon, bad, address, f"{daemon.file}:5:5: error: ")
        self.assert_served(daemon.address())
        self.assertEqual(self.control.status()["listeners"][0]["addresses"], [daemon.address()])

    def test_name_without_address_is_refused(self):
        daemon = self.start(self.text)
        self.assert_refused(daemon, self.config(f"{UNKNOWN}:80"), UNKNOWN, "at_start")
        self.assert_served(daemon.address())
        self.assertEqual(self.reload(daemon, self.text)["result"], "unchanged")

    def test_missing_file_is_refused(self):
        daemon = self.start(self.text)
        daemon.file.unlink()
        result = self.control.run("reload")
        self.assertEqual(result.returncode, os.EX_CONFIG)
        self.assertIn(f"{daemon.file}: error: ", result.stderr)
        self.assert_served(daemon.address())

    def test_unreadable_file_is_refused(self):
        powerless = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        daemon = self.start(self.text, wrapper=powerless)
        daemon.file.chmod(0)
        result = self.control.run("reload")
        self.assertEqual(result.returncode, os.EX_CONFIG)
        self.assertIn("Permission denied", result.stderr)
        self.assert_served(daemon.address())

    def test_partly_refused_file_changes_nothing(self):
        daemon = self.start(self.config(self.greeter(b"old")))
        new = self.config(self.greeter(b"new"), bind="unix:/nonexistent/socket", listener="limits: {sessions: 1}")
        self.assert_refused(daemon, new, "/nonexistent/socket")
        with connect(daemon.address()), connect(daemon.address()):
            self.assertEqual(self.greeting(daemon), b"old")


class Pending(ControlledTest):
    """Keys that a running process cannot change."""

    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)
        self.daemon = self.start(self.with_workers(2))

    def with_workers(self, count, **more):
        return self.config(self.endpoint.address, top=f"workers: {count}", **more)

    def test_restart_keys_stay_pending_until_reverted(self):
        answer = self.reload(self.daemon, self.with_workers(3))
        self.assertEqual((answer["result"], answer["pending_restart"]), ("unchanged", ["workers"]))
        status = self.control.status()
        self.assertEqual((status["workers"], status["pending_restart"]), (2, ["workers"]))
        change, = self.control.ask("plan")["changes"]
        self.assertEqual((change["class"], change["before"], change["after"]), ("restart", "2", "3"))
        self.assertIn("next restart", self.control.run("status").stdout)
        self.reload(self.daemon, self.with_workers(2))
        self.assertEqual(self.control.status()["pending_restart"], [])

    def test_keys_beside_restart_keys_are_applied(self):
        answer = self.reload(self.daemon, self.with_workers(3, listener="backlog: 100", control='mode: "0600"'))
        self.assertEqual((answer["result"], answer["generation"]), ("applied", 2))
        self.assertEqual(sorted(answer["pending_restart"]), ["control.mode", "workers"])
        self.assertEqual(sorted(change["path"] for change in answer["changes"]),
                         ["control.mode", "listeners.main.backlog", "workers"])
        self.assertEqual(Path(self.control.path).stat().st_mode & 0o777, 0o660)
        self.assert_served(self.daemon.address())


class LogLevel(ControlledTest):
    """No session begins or ends while records of sessions are off: each is to have one."""

    def test_log_level_follows_the_file(self):
        endpoint = self.serve(echo)
        texts = [self.config(endpoint.address, top=f"log: {{level: {level}}}") for level in ["info", "error"]]
        daemon = self.start(texts[0])
        self.reload(daemon, texts[1])
        daemon.log.wait("reloaded")
        since = len(daemon.log.records)
        self.control.ask("pause")
        self.control.ask("resume")
        self.reload(daemon, texts[0])
        self.assertEqual(daemon.log.records[since:], [])
        self.assert_served(daemon.address())
        daemon.wait_session()

    def test_command_line_level_precedes_the_file(self):
        endpoint = self.serve(echo)
        daemon = self.start(self.config(endpoint.address), args=["--log-level", "info"])
        self.reload(daemon, self.config(endpoint.address, top="log: {level: error}"))
        self.assert_served(daemon.address())
        daemon.wait_session()


class NoFile(ControlledTest):
    def test_reload_needs_a_file(self):
        command = [DUPLEXD, "--listen", "127.0.0.1:0", "--upstream", self.serve(echo).address, "--log-format", "json"]
        daemon = Daemon(command, env={**os.environ, "RUNTIME_DIRECTORY": self.folder})
        self.addCleanup(daemon.kill)
        daemon.wait_ready()
        result = self.control.run("reload")
        self.assertEqual(result.returncode, os.EX_CONFIG)
        self.assertIn("there is no file to read again", result.stderr)
        daemon.signal(signal.SIGHUP)
        daemon.log.wait("reload_refused", times=2)
        self.assert_served(daemon.address("adhoc"))
        self.assert_leaves_cleanly(daemon)


class Files(ControlledTest):
    """A file that is included brings a listener, and takes it with it."""

    def setUp(self):
        super().setUp()
        self.parts = Path(self.folder) / "conf.d"
        self.parts.mkdir()
        text = self.config(self.serve(echo).address, top="include: conf.d/*.yaml")
        self.daemon = self.start(text)

    def test_listener_follows_its_own_file(self):
        part, address = self.parts / "extra.yaml", f"127.0.0.1:{free_port()}"
        part.write_text(f'listeners: {{extra: {{bind: "{address}", upstream: main}}}}\n')
        change, = self.control.ask("reload")["changes"]
        self.assertEqual((change["path"], change["class"]), ("listeners.extra", "rebind"))
        self.daemon.log.wait("listening", listener="extra", address=address)
        session = self.connect(address)
        self.assert_echoes(session)
        part.unlink()
        self.control.ask("reload")
        with self.assertRaises(ConnectionRefusedError):
            connect(address)
        self.assert_echoes(session)
        extra = next(row for row in self.control.status()["listeners"] if row["name"] == "extra")
        self.assertEqual((extra["addresses"], extra["live"], extra["removed"]), ([], 1, True))

    def test_mistake_is_named_by_its_file(self):
        part = self.parts / "extra.yaml"
        part.write_text("upstreams: {main: {endpoints: []}}\n")
        result = self.control.run("reload")
        self.assertEqual(result.returncode, os.EX_CONFIG)
        self.assertIn(f"{part}:1:", result.stderr)
        self.assert_served(self.daemon.address())


if __name__ == "__main__":
    unittest.main()
