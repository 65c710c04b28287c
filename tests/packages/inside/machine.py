"""The machine that the packages are tried on, and its service."""

import subprocess
import time
from pathlib import Path

CONFIG = Path("/etc/duplexd/duplexd.yaml")
WEB, MORE, TAKEN, ECHO = 9000, 9001, 9002, 9099
DRAIN = 4  # seconds


def run(*command, check=True):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert not check or done.returncode == 0, f"{' '.join(command)}: exit status {done.returncode}: {done.stdout}"
    return done


def systemctl(*arguments, check=True):
    return run("systemctl", *arguments, check=check)


def show(name):
    return systemctl("show", "--value", f"--property={name}", "duplexd.service").stdout.strip()


def main_pid():
    return int(show("MainPID"))


def state(query):
    """active, inactive, enabled, ... is-active and is-enabled also say it by their exit status."""
    return systemctl(query, "duplexd.service", check=False).stdout.strip()


def until(condition, what, seconds=30):
    """Asks until the condition holds; returns the seconds that it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.005)
    return time.monotonic() - began


class Journal:
    """What the unit says from here on."""

    def __init__(self):
        last = run("journalctl", "--quiet", "--lines=1", "--show-cursor").stdout
        self._cursor = last.rpartition("-- cursor: ")[2].strip()

    def text(self):
        run("journalctl", "--sync")
        return run("journalctl", "--quiet", "--unit=duplexd", "--output=cat", f"--after-cursor={self._cursor}").stdout


def configuration(extra="", **listeners):
    """The text of a configuration with these listeners, NAME=BIND, in front of the echo."""
    return "\n".join([
        "include: conf.d/*.yaml",
        f"defaults: {{timeouts: {{drain: {DRAIN}s}}}}",
        "listeners:",
        *(f"  {name}: {{bind: '{bind}', upstream: echo}}" for name, bind in listeners.items()),
        "upstreams:",
        f"  echo: {{endpoints: ['127.0.0.1:{ECHO}']}}",
        extra,
    ])


def local(port):
    return f"127.0.0.1:{port}"


PLAIN = configuration(web=local(WEB))


def restart_with(text):
    CONFIG.write_text(text)
    systemctl("restart", "duplexd.service")


def program_version():
    """Of the file that the service runs, which may have been replaced since."""
    return run(f"/proc/{main_pid()}/exe", "--version").stdout.split()[-1]
