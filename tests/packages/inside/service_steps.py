"""What an operator does to the running service, and what happens to it."""

import os
import signal
import socket
import time

from load import Load, Stream, session
from machine import (CONFIG, DRAIN, MORE, PLAIN, TAKEN, WEB, Journal, configuration, local, main_pid, restart_with, run,
                     show, state, systemctl, until)

RESTARTS = 20


def reload_with(text):
    """Seconds that the reload took and its exit status."""
    CONFIG.write_text(text)
    began = time.monotonic()
    status = systemctl("reload", "duplexd.service", check=False).returncode
    return time.monotonic() - began, status


def accepted(text):
    took, status = reload_with(text)
    assert status == 0, f"exit status {status}"
    return f"{took * 1000:.0f} ms"


def refused(text, *words):
    """The reload fails, the journal says all of these words in one line, and all goes on as before."""
    before, journal = main_pid(), Journal()
    _, status = reload_with(text)
    assert status != 0, "it was accepted"
    said = [line for line in journal.text().splitlines() if all(word in line for word in words)]
    said = [line for line in said if not line.startswith("event=")]  # those of duplexctl, for who typed the command
    assert said, f"nothing in the journal has {words}"
    assert main_pid() == before and state("is-active") == "active" and session(WEB) == "ok"
    return f"exit status {status}, said: {said[0]}"


def good_reload():
    restart_with(PLAIN)
    before = main_pid()
    with Stream(WEB) as stream:
        took = accepted(configuration(web=local(WEB), more=local(MORE)))
        assert session(MORE) == "ok", f"the new listener: {session(MORE)}"
        assert main_pid() == before, "it was a restart"
        return f"in {took}, the new listener serves, {stream.more()} went on"


def bad_reload():
    line = PLAIN.count("\n") + 1
    return refused(PLAIN + "limtis: {sessions: 5}\n", f"{CONFIG}:{line}:1: error:", "limtis")


def second_reload():
    took = accepted(PLAIN)
    assert session(WEB) == "ok" and session(MORE) == "refused", f"the removed listener: {session(MORE)}"
    return f"in {took}, the removed listener is closed"


def port_in_use():
    with socket.create_server(("127.0.0.1", TAKEN)):
        return refused(configuration(web=local(WEB), taken=local(TAKEN)), str(TAKEN), "in use")


def restart_once():
    before = main_pid()
    systemctl("restart", "duplexd.service")
    assert main_pid() != before


def restart_under_load():
    restart_with(PLAIN)
    with Load(WEB) as load:
        for _ in range(RESTARTS):
            restart_once()
    load.assert_all_served()
    return f"{RESTARTS} restarts: {load}"


def restart_with_a_long_session():
    """It goes on in the next process, and no client waits for it."""
    restart_with(PLAIN)
    with Stream(WEB) as stream, Load(WEB) as load:
        for _ in range(RESTARTS):
            stream.more()
            restart_once()
        figures = stream.more()
    load.assert_all_served(within=1)
    return f"{figures} went on over {RESTARTS} restarts: {load}"


def restart_without_its_listener():
    """A session goes on whose listener and upstream the next configuration lacks."""
    both = configuration(web=local(WEB), more=local(MORE))
    restart_with(both)
    with Stream(MORE) as stream:
        stream.more()
        restart_with(PLAIN.replace("echo", "other"))
        assert session(MORE) == "refused", f"the removed listener: {session(MORE)}"
        return f"{stream.more()} went on"


def watchdog():
    """The seconds that it waits."""
    return int(show("WatchdogUSec").removesuffix("s"))


def upgrades():
    """By duplexctl, under the unit: the main process is another one, and systemd knows. They go on for longer than the
    watchdog waits, which no process lives to send a beat of its own within."""
    restart_with(PLAIN)
    count, end = 0, time.monotonic() + watchdog() + 2
    with Stream(WEB) as stream, Load(WEB) as load:
        while time.monotonic() < end:
            before, count = main_pid(), count + 1
            run("duplexctl", "upgrade")
            until(lambda: main_pid() not in (0, before), "systemd to know the new process")
            assert state("is-active") == "active"
            stream.more()
    load.assert_all_served(within=1)
    assert int(show("NRestarts")) == 0, "systemd has started it anew"
    return f"{stream.blocks * 16} KiB of a long stream went on over {count} upgrades: {load}"


def stop_drains():
    """A stop is no restart: the session has the drain time, then it ends. Later clients are refused, at once."""
    restart_with(PLAIN)
    with Stream(WEB) as stream:
        stream.more()
        began = time.monotonic()
        systemctl("stop", "--no-block", "duplexd.service")
        until(lambda: session(WEB) == "refused", "later clients to be refused", 2)
        stream.more()
        until(lambda: state("is-active") == "inactive", "the end", DRAIN + 3)
        took = time.monotonic() - began
    systemctl("start", "duplexd.service")
    assert took >= DRAIN, f"it took {took:.1f} s"
    return f"{took:.1f} s with a drain of {DRAIN} s, and later clients were refused"


def new_process(before):
    return main_pid() not in (0, before) and state("is-active") == "active"


def trouble(number, seconds):
    """Sends a signal that the process cannot help and waits for the next one, under load."""
    restart_with(PLAIN)
    before = main_pid()
    with Load(WEB) as load:
        until(lambda: load.counts["ok"] > 20, "sessions before the trouble")
        os.kill(before, number)
        took = until(lambda: new_process(before), "a new process", seconds)
        served = load.counts["ok"]
        until(lambda: load.counts["ok"] > served + 20, "sessions after the trouble")
    assert load.counts["refused"] == 0 and load.counts["wrong"] == 0, load
    return f"a new process after {took:.2f} s: {load}"


def killed():
    return trouble(signal.SIGKILL, 5)


def stopped():
    return f"watchdog of {watchdog()} s, " + trouble(signal.SIGSTOP, watchdog() + 10)
