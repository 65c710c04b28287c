"""What duplexctl --json prints is what etc/duplexctl.schema.json says, and each exit status is that of the manual."""

import json
import os
import re
import resource
import signal
import subprocess
import unittest
from pathlib import Path

from harness import Control, ControlledTest, Crowd, eventually, flood

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = ROOT / "etc/duplexctl.schema.json"
MANUAL = ROOT / "packaging/man/duplexctl.1.scd"

try:
    import jsonschema
except ImportError:
    jsonschema = None


@unittest.skipUnless(jsonschema, "python3-jsonschema is not installed")
class JsonAnswers(ControlledTest):
    def setUp(self):
        super().setUp()
        self.crowd = Crowd()
        self.addCleanup(self.crowd.close)
        self.daemon = self.start(self.text())
        self.schema = json.loads(SCHEMA.read_text())

    def text(self, **rest):
        return self.config(self.crowd.address, "127.0.0.1:1", top="workers: 2", **rest)

    def assert_valid(self, name, answer):
        """Against the definition of this name."""
        validator = jsonschema.Draft202012Validator({**self.schema, "$ref": f"#/$defs/{name}"})
        problems = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator.iter_errors(answer)]
        self.assertEqual(problems, [], name)

    def ask(self, name, *args, code=0):
        """What is printed by a command, whose name is the first words of it."""
        result = self.control.run("--json", *name.split(), *args)
        self.assertEqual(result.returncode, code, result.stderr)
        answer = json.loads(result.stdout)
        self.assert_valid({0: re.sub(" (--)?", "-", name), 78: "refusal"}.get(code, "error"), answer)
        return answer

    def open_session(self):
        client = self.connect(self.daemon.address())
        self.assert_echoes(client)
        return client

    def test_new_field_needs_its_schema(self):
        with self.assertRaises(AssertionError):
            self.assert_valid("kill", {"matched": 1, "ended": 1, "dry_run": False, "new": 1})
        for name, definition in self.schema["$defs"].items():
            if definition.get("type") == "object":
                self.assertIn("additionalProperties", definition, name)

    def test_process_is_told(self):
        self.open_session()
        for name in ["status", "metrics", "recent", "plan", "plan --upgrade", "pause", "resume", "reload"]:
            with self.subTest(name):
                self.ask(name)

    def test_sessions_are_told(self):
        self.open_session()
        self.assertTrue(self.ask("sessions")["sessions"])
        self.assertTrue(self.ask("sessions", "--tcp")["sessions"][0]["client_tcp"])
        self.ask("kill", "--listener", "main", "--dry-run")
        self.assertEqual(self.ask("kill", "--listener", "main")["ended"], 1)
        eventually(lambda: self.ask("recent")["ends"], what="the record")

    def test_slow_sessions_are_told(self):
        self.reload(self.daemon, self.config(self.serve(flood).address, top="workers: 2"))
        self.connect(self.daemon.address())  # it reads nothing
        self.assertTrue(eventually(lambda: self.ask("who-is-slow")["slow"], what="a slow session"))
        self.ask("sessions", "--tcp")

    def test_endpoints_are_told(self):
        self.reload(self.daemon, self.text(upstream="check: {interval: 1h}"))
        for word in ["drain", "disable", "enable"]:
            self.ask(f"endpoint {word}", "main", "127.0.0.1:1")
        self.ask("endpoint weight", "main", "127.0.0.1:1", "3")
        self.ask("endpoint check", "main", self.crowd.address)
        eventually(lambda: any(address["last_check"] for endpoint in self.ask("endpoint list")["endpoints"]
                               for address in endpoint["addresses"]), what="a check")
        self.ask("status")

    def test_changes_are_told(self):
        self.open_session()
        self.ask("endpoint weight", "main", "127.0.0.1:1", "3")
        self.daemon.write_config(self.text(listener="limits: {sessions: 50}") + "\nlimits: {sessions: 90}\n")
        self.assertTrue(self.ask("plan")["changes"])
        self.assertTrue(self.ask("reload")["changes"])
        self.daemon.write_config("nonsense: 1\n")
        self.ask("plan", code=os.EX_CONFIG)
        self.ask("reload", code=os.EX_CONFIG)
        self.ask("status")

    def test_explanations_are_told(self):
        self.ask("explain", "--listener", "main", "--source", "192.0.2.1")
        access = "routes: [{sni: a.test, upstream: main}, {reject: true}]\naccess: {deny: [10.0.0.0/8]}\nlimits: {sessions: 9}"
        self.reload(self.daemon, self.text(listener=access).replace("    upstream: main\n", "", 1))
        for client in [["--source", "192.0.2.1", "--sni", "a.test"], ["--source", "10.0.0.1:5000"], ["--source", "192.0.2.1"]]:
            with self.subTest(client):
                self.ask("explain", "--listener", "main", *client)

    def test_frames_are_told(self):
        self.open_session()
        for view in ["sessions", "listeners", "endpoints", "workers"]:
            with self.subTest(view):
                self.assertTrue(self.ask("top", "--view", view, "--interval", "0.2")["rows"])

    def test_imports_are_told(self):
        file = Path(self.folder) / "rinetd.conf"
        for text, code in [("127.0.0.1 80 10.0.0.1 80\n", 0), ("127.0.0.1 80 10.0.0.1 80\nlogcommon\n", 1), ("logcommon\n", 65)]:
            file.write_text(text)
            result = self.control.run("--json", "import", str(file))
            self.assertEqual(result.returncode, code, result.stderr)
            self.assert_valid("import", json.loads(result.stdout))

    def test_stop_is_told(self):
        self.ask("stop")
        self.assertEqual(self.daemon.wait_exit(), 0)

    def test_refused_words_are_told(self):
        self.ask("endpoint drain", "other", "127.0.0.1:1", code=os.EX_NOINPUT)
        self.ask("endpoint weight", "main", "127.0.0.1:1", "many", code=os.EX_USAGE)
        self.ask("sessions", "--state", "idle", code=os.EX_USAGE)
        self.ask("recent", "--count", "20000", code=os.EX_USAGE)


class ExitCodes(ControlledTest):
    """Each exit status in the manual's table is brought about here, and there is no other."""

    def in_manual(self):
        section = MANUAL.read_text().split("# EXIT STATUS\n")[1].split("\n# ")[0]
        return {int(code) for line in re.findall(r"^\*[0-9*, ]+$", section, re.MULTILINE) for code in re.findall(r"\d+", line)}

    def code(self, *args, **popen):
        return self.control.run(*args, **popen).returncode

    def written(self, name, text):
        file = Path(self.folder) / name
        file.write_text(text)
        return str(file)

    def test_each_is_that_of_the_manual(self):
        whole = self.written("whole.conf", "127.0.0.1 80 10.0.0.1 80\n")
        part = self.written("part.conf", "127.0.0.1 80 10.0.0.1 80\nlogcommon\n")
        rinetd = ["import", "--from", "rinetd"]
        seen = {69: self.code("status")}
        daemon = self.start(self.config("127.0.0.1:1"))
        with open("/dev/full", "w", encoding="ascii") as full:
            seen[74] = self._code_writing_to(full)
        seen |= {0: self.code("status"), 1: self.code(*rinetd, part), 64: self.code("--what"),
                 65: self.code(*rinetd, self.written("bad.conf", "logcommon\n")),
                 66: self.code("endpoint", "drain", "main", "nobody"),
                 71: self._code_without_descriptors(),
                 73: self.code(*rinetd, "--output", part, whole)}
        seen[70] = self._code_of_nonsense()
        daemon.signal(signal.SIGSTOP)
        seen[75] = self.code("--timeout", "200ms", "status")
        daemon.signal(signal.SIGCONT)
        daemon.write_config("nonsense: 1\n")
        seen[78] = self.code("reload")
        for code, got in seen.items():
            self.assertEqual(got, code)
        # The others are those of top, which e2e.top sees in a terminal.
        self.assertEqual(self.in_manual(), {*seen, 128 + signal.SIGHUP, 128 + signal.SIGTERM})

    def _code_writing_to(self, file):
        return subprocess.run(self.control.command("status"), stdout=file, stderr=subprocess.DEVNULL, check=False).returncode

    def _code_without_descriptors(self):
        environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # which takes a descriptor
        return self.code("status", preexec_fn=_without_descriptors, env=environment)

    def _code_of_nonsense(self):
        nonsense = self.serve(lambda connection: connection.sendall(b"this is no HTTP\r\n\r\n"), f"unix:{self.folder}/nonsense")
        return Control(nonsense.address.removeprefix("unix:")).run("status").returncode


def _without_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))  # one for ld.so, and then for the socket
