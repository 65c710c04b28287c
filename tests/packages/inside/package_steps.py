"""Installing, upgrading and removing."""

import json
import pwd
import re

from load import Load, Stream, bulk, session
from machine import CONFIG, PLAIN, WEB, Journal, main_pid, program_version, restart_with, run, show, state
from formats import PACKAGES

CAP_NET_BIND_SERVICE = 1 << 10
MIB = 1 << 20
BULK = 64 * MIB


def version_of(release):
    names = (file.name for file in PACKAGES.glob(f"{release}/*"))
    return next(found[1] for name in names if (found := re.match(r"duplexd[_-]([0-9.]+)-", name)))


def process_status():
    with open(f"/proc/{main_pid()}/status") as lines:
        return dict(line.rstrip("\n").split(":\t", 1) for line in lines)


def confined():
    status = process_status()
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", "it runs without its sandbox"
    assert int(status["CapEff"], 16) == CAP_NET_BIND_SERVICE, f"its capabilities are {status['CapEff']}"
    assert int(status["Uid"].split()[0]) == pwd.getpwnam("duplexd").pw_uid, f"it runs as {status['Uid']}"
    verdict = run("systemd-analyze", "security", "--no-pager", "--threshold=18", "duplexd.service").stdout
    return re.search(r"Overall exposure level .*: ([0-9.]+)", verdict)[1]


def install(package):
    package.install()
    assert state("is-active") == "active" and state("is-enabled") == "enabled"
    assert pwd.getpwnam("duplexd").pw_shell.endswith("nologin")
    assert program_version() == version_of("this")
    run("systemd-analyze", "verify", "--man=no", "duplexd.service")
    return f"{version_of('this')} active and enabled, exposure {confined()}"


def serve():
    """Bulk has to be spliced inside the sandbox: most of it, because it begins by copying."""
    restart_with(PLAIN)
    assert session(WEB) == "ok"
    journal = Journal()
    assert bulk(WEB, BULK), "what came back is not what was sent"
    (listener,) = json.loads(run("duplexctl", "--json", "status").stdout)["listeners"]
    moved, spliced = (listener[key] // MIB for key in ("upstream_bytes", "spliced_bytes"))
    assert spliced > BULK // MIB, f"{spliced} MiB of {2 * moved} were spliced: {journal.text()}"
    assert "zero_copy_refused" not in journal.text(), journal.text()
    return f"{BULK // MIB} MiB there and back, byte for byte, {spliced} MiB of both ways spliced"


def replace(package, change, release):
    """A new version in the place of another: sessions go on in a process of it."""
    restart_with(PLAIN)
    with Stream(WEB) as stream, Load(WEB) as load:
        stream.more()
        change()
        assert program_version() == version_of(release), f"{program_version()} runs after the upgrade"
        assert state("is-active") == "active"
        figures = stream.more()
    load.assert_all_served(within=1)
    assert CONFIG.read_text() == PLAIN, "the edited configuration was replaced"
    assert session(WEB) == "ok"
    return f"{figures} went on, {load}, the edited configuration stayed, {version_of(release)} runs"


def upgrade(package):
    figures = replace(package, package.upgrade, "next")
    assert package.other_configuration.exists(), f"{package.other_configuration} is missing"
    return figures


def remove(package):
    package.remove()
    assert session(WEB) == "refused", "somebody still listens"
    assert show("LoadState") == "not-found", "the unit is still there"
    return "stopped, port closed, unit gone, configuration kept"


def purge(package):
    expected = package.purge()
    found = run("find", "/", "/run", "-xdev", "-name", "*duplexd*", "-not", "-path", "/test*").stdout.split()
    assert sorted(found) == sorted(expected), f"left behind: {found}, expected: {expected}"
    return f"left behind: {' '.join(found) or 'nothing'}, and the user"
