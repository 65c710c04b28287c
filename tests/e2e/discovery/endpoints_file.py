"""The endpoints of an upstream are in a file of their own, which changes while clients come and go."""

import unittest
from pathlib import Path

from harness import ControlledTest, Newcomers, Streams, connect, echo, eventually, run

CONFIG_ERROR = 78
MANY = 10
SESSIONS = 40


class EndpointsFile(ControlledTest):
    def setUp(self):
        super().setUp()
        self.file = Path(self.folder, "pool.yaml")

    def text(self, upstream=""):
        return "\n".join([f"control: {{socket: {self.control.path}}}", "listeners:",
                          "  main: {bind: '127.0.0.1:0', upstream: main}", "upstreams:", "  main:",
                          f"    endpoints_file: {self.file}", f"    {upstream}", ""])

    def put(self, *endpoints):
        """Replaces the file, as whoever discovers endpoints should do it."""
        new = self.file.with_suffix(".new")
        new.write_text("[" + ", ".join(f'"{endpoint}"' for endpoint in endpoints) + "]\n")
        new.replace(self.file)

    def addresses(self, count=MANY):
        return [self.serve(echo).address for _ in range(count)]

    def in_use(self):
        upstream, = self.control.status()["upstreams"]
        return sorted(row["name"] for row in upstream["endpoints"] if not row["removed"])

    def wait_changed(self, daemon, count):
        daemon.log.wait("endpoints_changed", upstream="main", count=count)

    def test_list_comes_back_under_load(self):
        endpoints = self.addresses()
        self.put(*endpoints)
        daemon = self.start(self.text())
        streams = Streams([daemon.address()], SESSIONS)
        self.addCleanup(streams.close)
        newcomers = Newcomers([daemon.address()])
        newcomers.wait_served(50)
        newcomers.stop()
        self.assertEqual(newcomers.failures, {})
        before = streams.bytes
        self.put()
        self.wait_changed(daemon, 0)
        self.assertEqual(self.in_use(), [])
        with connect(daemon.address()) as client:
            self.assert_turned_away(client)
        daemon.wait_session(reason="no_endpoint")
        eventually(lambda: streams.bytes > before + 1_000_000, what="bytes of sessions that were there")
        self.put(*endpoints)
        self.wait_changed(daemon, MANY)
        self.assertEqual(self.in_use(), sorted(endpoints))
        newcomers = Newcomers([daemon.address()])
        newcomers.wait_served(50)
        newcomers.stop()
        streams.settle()
        self.assertEqual((newcomers.failures, streams.cut, streams.wrong), ({}, 0, 0))

    def test_faults_leave_the_last_good_list(self):
        first, second = self.addresses(2)
        self.put(first)
        daemon = self.start(self.text())
        for fault, words in [("- {address: 10.0.0.1:80, wieght: 1}\n", ":1:26: error: unknown key 'wieght'"),
                             ("", "the file is empty"), (None, "No such file or directory")]:
            self.file.unlink()
            if fault is not None:
                self.file.write_text(fault)
            daemon.log.wait("endpoints_failed", upstream="main")
            eventually(lambda: words in daemon.log.find("endpoints_failed")[-1]["error"], what=words)
            self.assert_served(daemon.address())
            self.assertEqual(self.in_use(), [first])
        self.assertEqual(len(daemon.log.find("endpoints_failed")), 3)
        self.put(second)
        self.wait_changed(daemon, 1)
        self.assertEqual(self.in_use(), [second])

    def test_removed_endpoint_ends_its_sessions(self):
        first, second = self.addresses(2)
        self.put(first)
        daemon = self.start("defaults: {timeouts: {close_spread: off}}\n" + self.text("on_removed: close"))
        client = self.connect(daemon.address())
        self.assert_echoes(client)
        self.put(second)
        self.assertEqual(daemon.wait_session()["reason"], "removed")
        self.assert_served(daemon.address())

    def test_reload_reads_the_file(self):
        first, second = self.addresses(2)
        self.put(first)
        daemon = self.start(self.text())
        self.put(second)
        self.control.ask("reload")
        self.assertEqual(self.in_use(), [second])
        self.assertEqual(self.control.ask("reload")["result"], "unchanged")
        self.file.write_text("- nonsense\n")
        self.assert_refused(daemon, self.text(), f"{self.file}:1:3: error: endpoints[0].address")
        self.assert_served(daemon.address())

    def test_bad_file_prevents_the_start(self):
        config = Path(self.folder, "duplexd.yaml")
        config.write_text(self.text())
        result = run("--config", config)
        self.assertEqual(result.returncode, CONFIG_ERROR)
        self.assertIn("cannot be read: No such file or directory", result.stderr)
        self.file.write_text("- 10.0.0.1\n")
        result = run("--check", "--config", config)
        self.assertEqual(result.returncode, CONFIG_ERROR)
        self.assertIn(f"{self.file}:1:3: error: ", result.stderr)


if __name__ == "__main__":
    unittest.main()
