"""The drop-ins and the socket unit that come with the packages, used as they say."""

import contextlib
import shutil
import socket
from pathlib import Path

from load import session
from machine import configuration, restart_with, run, systemctl
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


def socket_group():
    path = "/run/duplexd/web.sock"
    text = configuration(web=f"unix:{path}").replace("upstream: echo}", "upstream: echo, unix: {group: www-data}}", 1)
    with installed("socket-group.conf", DROP_INS):
        restart_with(text)
        found = run("stat", "--format=%A %U %G", path).stdout.strip()
        assert found == "srw-rw---- duplexd www-data", found
        assert session(path, family=socket.AF_UNIX) == "ok"
    return found
