"""Debian's Chromium without a window, driven over HTTP by its chromedriver (W3C WebDriver)."""

import base64
import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess

from harness.daemon import TETHER
from harness.sockets import connect, free_port
from harness.waiting import DEADLINE, eventually

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
           "--disable-background-networking", "--disable-component-update", "--hide-scrollbars"]


def why_no_browser():
    """Empty: there is one."""
    missing = [name for name in ("chromium", "chromedriver") if not shutil.which(name)]
    return f"{' and '.join(missing)} not installed" if missing else ""


class Browser:
    def __init__(self, folder):
        self._port = free_port()
        self._driver = subprocess.Popen([*TETHER, "chromedriver", f"--port={self._port}", "--log-level=SEVERE"],
                                        env={**os.environ, "HOME": folder, "TMPDIR": folder}, stdout=subprocess.DEVNULL)
        eventually(self._is_ready, every=0.05, what="chromedriver")
        wanted = {"browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
                  "goog:chromeOptions": {"binary": shutil.which("chromium"), "args": [*OPTIONS, f"--user-data-dir={folder}/chromium"]}}
        started = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{started['sessionId']}"
        self._chromium = started["capabilities"].get("goog:processID")

    def close(self):
        with contextlib.suppress(OSError, AssertionError, http.client.HTTPException):
            self._ask("DELETE", self._session)
        self._driver.terminate()
        self._driver.wait(DEADLINE)
        if self._chromium:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._chromium, signal.SIGKILL)

    def open(self, address):
        self._command("url", url=address)

    def run(self, script, *args):
        """The value that a JavaScript function with this body returns."""
        return self._command("execute/sync", script=script, args=args)

    def run_async(self, script, *args):
        """The same of one that calls its last argument with the value."""
        return self._command("execute/async", script=script, args=args)

    def type(self, selector, keys):
        element = self._command("element", using="css selector", value=selector)[ELEMENT]
        self._command(f"element/{element}/value", text=keys)

    def press(self, *keys):
        """For whatever has the focus."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._command("actions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])

    def new_tab(self):
        """Goes to it, so that the tab before is hidden; returns how to go back."""
        before = self._ask("GET", f"{self._session}/window")
        self._command("window", handle=self._command("window/new", type="tab")["handle"])

        def back():
            self._ask("DELETE", f"{self._session}/window")
            self._command("window", handle=before)
        return back

    def resize(self, width, height=900):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)

    def prefer(self, **features):
        """Media features; `_` in a name is a hyphen."""
        asked = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.devtools("Emulation.setEmulatedMedia", features=asked)

    def picture(self, width, height):
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        taken = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(taken["data"])

    def complaints(self):
        """What pages have written to the console since it was asked last, violations of their policy among it."""
        return [f"{entry['level']}: {entry['message']}" for entry in self._command("se/log", type="browser")]

    def devtools(self, command, **params):
        return self._command("goog/cdp/execute", cmd=command, params=params)

    def _command(self, name, **params):
        return self._ask("POST", f"{self._session}/{name}", params)

    def _is_ready(self):
        try:
            connect(f"127.0.0.1:{self._port}").close()
            return True
        except OSError:
            return False

    def _ask(self, method, path, params=None):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=DEADLINE)
        try:
            connection.request(method, path, None if params is None else json.dumps(params))
            response = connection.getresponse()
            value = json.loads(response.read())["value"]
        finally:
            connection.close()
        if response.status != 200:
            raise AssertionError(f"{path}: {value['error']}: {value['message']}")
        return value
