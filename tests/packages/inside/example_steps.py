"""The drop-ins and the socket unit that come with the packages, used as they say."""

import contextlib
import shutil
import socket
import time
from pathlib import Path

from load import session
from machine import configuration, main_pid, restart_with, run, show, state, systemctl, until
from package_steps import process_status

EXAMPLES = Path("/usr/share/doc/duplexd/examples/systemd")
UNITS = Path("/etc/systemd/system")
DROP_INS = UNITS / "duplexd.service.d"


@contextlib.contextmanager
def installed(example, folder):
    folder.mkdir(exist_ok=True)
    copy = folder / example
    shutil.copy(EXAMPLES / example, copy)
    systemctl("daemon-reload")
    try:
        yield
    finally:
        copy.unlink()
        if folder == DROP_INS:
            folder.rmdir()
        systemctl("daemon-reload")


def no_capabilities():
    with installed("no-capabilities.conf", DROP_INS), installed("duplexd.socket", UNITS):
        try:
            systemctl("stop", "duplexd.service")
            systemctl("start", "duplexd.socket")
            restart_with(configuration(web="systemd:web"))
            assert session(80) == "ok", f"port 80: {session(80)}"
            assert int(process_status()["CapEff"], 16) == 0, "it has capabilities"
            return "port 80 served without any"
        finally:
            systemctl("stop", "duplexd.service", "duplexd.socket")


def ends_when_idle():
    """The process ends by itself; the next client starts another one, which serves it."""
    with installed("duplexd.socket", UNITS):
        try:
            systemctl("stop", "duplexd.service")
            systemctl("start", "duplexd.socket")
            restart_with(configuration("exit_when_idle: 1s", web="systemd:web"))
            first = main_pid()
            assert session(80) == "ok", f"port 80: {session(80)}"
            idle = until(lambda: state("is-active") == "inactive", "the idle process ends")
            assert show("Result") == "success", show("Result")
            began = time.monotonic()
            assert session(80) == "ok", f"the client that starts it: {session(80)}"
            waited = time.monotonic() - began
            assert main_pid() not in (0, first), "no other process"
            assert show("NRestarts") == "0", "it was restarted for a failure"
            return f"ended after {idle:.1f} s, the next client served in {waited:.2f} s"
        finally:
            systemctl("stop", "duplexd.service", "duplexd.socket")


def socket_group():
    path = "/run/duplexd/web.sock"
    text = configuration(web=f"unix:{path}").replace("upstream: echo}", "upstream: echo, unix: {group: www-data}}", 1)
    with installed("socket-group.conf", DROP_INS):
        restart_with(text)
        found = run("stat", "--format=%A %U %G", path).stdout.strip()
        assert found == "srw-rw---- duplexd www-data", found
        assert session(path, family=socket.AF_UNIX) == "ok"
    return found
