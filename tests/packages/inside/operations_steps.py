"""What shows an operator how the service fares, in its sandbox: metrics, sessions, the log in files and in syslog."""

import contextlib
import http.client
import json
import re
from pathlib import Path

from load import Load, Stream, connect, receive, session
from machine import ECHO, PLAIN, WEB, Journal, configuration, local, main_pid, restart_with, run, until
from service_steps import accepted

ADMIN = 9100
LOG = "/var/log/duplexd/duplexd.log"
OUTPUTS = f"log: {{output: [{LOG}, 'unix:/dev/log']}}"


def read(path):
    """The status and the text of an answer of the admin listener."""
    connection = http.client.HTTPConnection("127.0.0.1", ADMIN, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def metric(text, name):
    return float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1])


def admin_listener():
    """A reload opens it. What it says agrees with systemd and with the kernel, which the sandbox may hide."""
    restart_with(PLAIN)
    took = accepted(configuration(f"admin: {{bind: ['127.0.0.1:{ADMIN}']}}", web=local(WEB)))
    assert [read(path)[0] for path in ("/healthz", "/readyz", "/status", "/dashboard/")] == [200, 200, 200, 200]
    assert session(WEB) == "ok"
    status, text = read("/metrics")
    assert status == 200, text
    ports, limit = metric(text, "duplexd_source_ports"), metric(text, "process_max_fds")
    assert ports > 1000, f"{ports} source ports: the sandbox hides them"
    used, left = (metric(text, rf'duplexd_endpoint_source_ports_{what}{{.*source=""}}') for what in ("used", "left"))
    assert used > 0 and used + left == ports, f"{used} source ports used, {left} left: the sandbox hides them"
    limits = Path(f"/proc/{main_pid()}/limits").read_text()
    assert limit == int(re.search(r"^Max open files +(\d+)", limits, re.MULTILINE)[1]), f"{limit} descriptors"
    assert metric(text, "process_resident_memory_bytes") > 1 << 20
    return f"in {took}, {len(text.splitlines())} lines, {ports:.0f} source ports, {limit:.0f} descriptors"


def listed(*filters):
    return json.loads(run("duplexctl", "--json", "sessions", "--tcp", *filters).stdout)["sessions"]


def sessions():
    """A stream is seen with its sockets, one that nobody reads is named, and a kill leaves its record."""
    restart_with(PLAIN)
    with Stream(WEB) as stream, connect(WEB) as idle:
        idle.sendall(b"here")
        assert receive(idle, 4) == b"here"
        stream.more()
        (quiet,) = [each for each in listed() if each["client"].endswith(f":{idle.getsockname()[1]}")]
        journal = Journal()
        killed = json.loads(run("duplexctl", "--json", "kill", quiet["id"]).stdout)
        assert killed["ended"] == 1, killed
        until(lambda: "reason=killed" in journal.text(), "its record")
        assert "killed" in run("duplexctl", "recent").stdout
        run("duplexctl", "who-is-slow")
        return f"{stream.more()} went on beside a killed one"


def answers():
    """What an operator asks before anything happens, and what stands in a terminal."""
    restart_with(PLAIN)
    where = run("duplexctl", "explain", "--listener", "web", "--source", "192.0.2.1").stdout
    assert f"127.0.0.1:{ECHO}" in where, where
    probed = run("duplexd", "--check", "--probe").stdout
    assert "failed" not in probed.replace("0 failed", ""), probed
    with Stream(WEB) as stream:
        stream.more()
        frame = json.loads(run("duplexctl", "--json", "top", "--batch", "--interval", "0.5").stdout)
        assert frame["rows"], frame
    tracer = "/usr/share/duplexd/bpftrace/slow_sessions.bt"
    assert Path(tracer).is_file(), f"{tracer} is missing"
    return f"{len(probed.splitlines())} items probed, {frame['rows'][0]['client']} on top"


def records_in(*files):
    """How many; a file that is not there yet has none."""
    found = 0
    for file in files:
        with contextlib.suppress(FileNotFoundError), open(file, encoding="utf-8") as lines:
            found += sum("event=session " in line for line in lines)
    return found


def log_outputs():
    """One file and the socket of syslog. logrotate renames the file under load; no line is lost."""
    restart_with(PLAIN + OUTPUTS + "\n")
    journal = Journal()
    with Load(WEB) as load:
        until(lambda: records_in(LOG), "a record in the file")
        run("logrotate", "--force", "/etc/logrotate.d/duplexd")
        until(lambda: records_in(LOG), "a record in the new file")
    load.assert_all_served()
    served, both = load.counts["ok"], (LOG, f"{LOG}.1")
    until(lambda: records_in(*both) >= served, f"{served} records in both files")
    assert records_in(*both) == served, f"{records_in(*both)} records of {served} sessions"
    until(lambda: "event=session " in journal.text(), "a record by syslog")
    return f"{served} sessions, as many records in {' and '.join(both)}"
