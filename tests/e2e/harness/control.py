"""duplexctl, and the control socket that it asks."""

import http.client
import json
import os
import subprocess
import textwrap

from harness.case import E2eTest, config
from harness.daemon import TETHER
from harness.sockets import connect
from harness.waiting import DEADLINE

DUPLEXCTL = os.environ.get("DUPLEXCTL", "duplexctl")


class HttpConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("duplexd", timeout=DEADLINE)
        self._path = path

    def connect(self):
        self.sock = connect(f"unix:{self._path}")


class Control:
    """The control socket at `path`."""

    def __init__(self, path):
        self.path = path

    def command(self, *args):
        return [DUPLEXCTL, "--socket", self.path, *args]

    def run(self, *args, **popen):
        """Runs duplexctl, and returns its output and exit code."""
        return subprocess.run(self.command(*args), capture_output=True, text=True, timeout=DEADLINE,
                              stdin=subprocess.DEVNULL, check=False, **popen)

    def begin(self, *args):
        """Starts duplexctl without waiting for it."""
        return subprocess.Popen([*TETHER, *self.command(*args)], text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ask(self, *args):
        """What duplexctl --json prints; it must succeed."""
        result = self.run("--json", *args)
        if result.returncode != 0:
            raise AssertionError(f"duplexctl {args}: exit code {result.returncode}\n{result.stdout}{result.stderr}")
        return json.loads(result.stdout)

    def status(self):
        return self.ask("status")

    def request(self, method, target):
        """Without duplexctl: the HTTP status, and the JSON of the answer."""
        connection = HttpConnection(self.path)
        try:
            connection.request(method, target)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


class ControlledTest(E2eTest):
    """Its daemons have a control socket."""

    def setUp(self):
        super().setUp()
        self.control = Control(f"{self.folder}/control.sock")

    def config(self, *endpoints, top="", control="", **rest):
        """`control` are further keys of it."""
        key = f"control: {{socket: {self.control.path}, {control}}}"
        return config(*endpoints, top=f"{key}\n{textwrap.dedent(top)}", **rest)

    def reload(self, daemon, text):
        """Goes over to a configuration that is a good one; returns the answer."""
        daemon.write_config(text)
        return self.control.ask("reload")

    def assert_refused(self, daemon, text, *says):
        """Does not go over to a configuration, says why, and serves as before."""
        daemon.write_config(text)
        result = self.control.run("reload")
        self.assertEqual(result.returncode, os.EX_CONFIG, result.stdout + result.stderr)
        for text in says:
            self.assertIn(text, result.stderr)
        return result.stderr
