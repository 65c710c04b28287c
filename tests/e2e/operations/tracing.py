"""Probes that tracers stop at: they are in the file, bpftrace understands the scripts, and sees sessions come and go."""

import errno
import os
import re
import shutil
import signal
import subprocess
import unittest
from pathlib import Path

from harness import DUPLEXD, TETHER, ControlledTest, echo, eventually, free_port

SCRIPTS = Path(__file__).parents[3] / "etc/bpftrace"
INSTALLED = "/usr/sbin/duplexd"
ARGUMENTS = {"open": 3, "connect": 4, "splice": 3, "close": 6, "reload": 3}


def notes():
    """Of each probe: where it is and what its arguments are, as readelf(1) tells."""
    text = subprocess.run(["readelf", "--notes", "--wide", DUPLEXD], capture_output=True, text=True, check=True).stdout
    row = re.compile(r"Provider: (\S+)\s+Name: (\S+)\s+Location: 0x([0-9a-f]+), Base: \S+ Semaphore: 0x([0-9a-f]+)\s+"
                     r"Arguments: (.*)")
    return [dict(zip(("provider", "name", "location", "semaphore", "arguments"), found)) for found in row.findall(text)]


def why_no_probes():
    if not shutil.which("readelf"):
        return "readelf is not installed"
    return "" if notes() else "duplexd was built without <sys/sdt.h>"


def why_not_traced():
    if not shutil.which("bpftrace"):
        return "bpftrace is not installed"
    if os.geteuid() != 0:
        return "bpftrace needs root"
    trial = subprocess.run(["bpftrace", "-e", f"uprobe:{DUPLEXD}:main {{ }} BEGIN {{ exit(); }}"], capture_output=True, text=True,
                           check=False)
    return "" if trial.returncode == 0 else f"there are no uprobes here: {trial.stderr.strip()}"


@unittest.skipIf(why_no_probes(), why_no_probes())
class Probes(unittest.TestCase):
    def test_all_are_in_the_file(self):
        self.assertEqual({note["name"] for note in notes()}, set(ARGUMENTS))
        for note in notes():
            self.assertEqual(note["provider"], "duplexd")
            self.assertEqual(len(note["arguments"].split()), ARGUMENTS[note["name"]], note)

    def test_none_asks_for_tracers(self):
        self.assertEqual({int(note["semaphore"], 16) for note in notes()}, {0})

    @unittest.skipUnless(shutil.which("objdump"), "objdump is not installed")
    def test_sites_are_single_nops(self):
        for note in notes():
            at = int(note["location"], 16)
            code = subprocess.run(["objdump", "--disassemble", f"--start-address={at}", f"--stop-address={at + 1}", DUPLEXD],
                                  capture_output=True, text=True, check=True).stdout
            self.assertRegex(code, r"(?m)^\s*[0-9a-f]+:\s+90\s+nop$", note)


@unittest.skipIf(why_no_probes() or why_not_traced(), why_no_probes() or why_not_traced())
class Scripts(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)
        self.refused = f"127.0.0.1:{free_port()}"
        self.daemon = self.start(self.config(self.refused, self.endpoint.address))

    def trace(self, name, *args):
        """The script with this program in the place of the installed one, for the one process of it."""
        script, said = Path(self.folder) / name, Path(self.folder) / f"{name}.out"
        script.write_text((SCRIPTS / name).read_text().replace(f"usdt:{INSTALLED}:", f"usdt:{DUPLEXD}:"))
        with said.open("w") as out:
            tracer = subprocess.Popen([*TETHER, "bpftrace", "-p", str(self.daemon.pid), script, *args], stdout=out,
                                      stderr=subprocess.STDOUT)
        self.addCleanup(self.end, tracer)
        eventually(lambda: "Ctrl-C" in said.read_text() or tracer.poll() is not None, what="bpftrace to attach")
        self.assertIsNone(tracer.poll(), said.read_text())
        return tracer, said

    def end(self, tracer):
        tracer.send_signal(signal.SIGINT)
        tracer.wait()

    def said(self, traced):
        tracer, said = traced
        self.end(tracer)
        return said.read_text()

    def wait_said(self, traced, pattern):
        """bpftrace prints what it was told of now and then, and not what is left at its end."""
        _, said = traced
        eventually(lambda: re.search(pattern, said.read_text()), what=f"bpftrace to print {pattern}")

    def visit(self, message=b"x" * 1000):
        client = self.connect(self.daemon.address())
        self.assert_echoes(client, message)
        return client

    def test_connect_times_and_errors(self):
        traced = self.trace("connect_latency.bt")
        for _ in range(2):
            self.visit().close()
        self.daemon.log.wait("session", times=2)
        said = self.said(traced)
        self.assertRegex(said, rf"@connected_us\[{re.escape(self.endpoint.address)}\]:")
        self.assertIn(f"@failed[{self.refused}, {errno.ECONNREFUSED}]: ", said)

    def test_ends_by_reason(self):
        traced = self.trace("sessions_by_reason.bt")
        self.visit().close()
        record = self.daemon.log.wait("session")[0]
        said = self.said(traced)
        self.assertIn(f"@ended[main, {record['reason']}]: 1", said)
        self.assertIn(f"@upstream_bytes[main, {record['reason']}]: 1000", said)
        self.assertIn(f"@downstream_bytes[main, {record['reason']}]: 1000", said)

    def test_reloads_are_told(self):
        traced = self.trace("sessions_by_reason.bt")
        self.assertEqual(self.control.ask("reload")["result"], "unchanged")
        self.wait_said(traced, "reload: unchanged, generation 1")

    def test_open_sessions_stay_listed(self):
        traced = self.trace("slow_sessions.bt", "1000")
        stays = self.visit()
        self.visit().close()
        ended = self.daemon.log.wait("session")[0]
        [lives] = self.control.ask("sessions")["sessions"]
        said = self.said(traced)
        self.assertIn(f"@open_since_second[{int(lives['id'], 16)}]: ", said)
        self.assertNotIn(f"@open_since_second[{int(ended['id'], 16)}]", said)
        stays.close()

    def test_long_sessions_are_told(self):
        traced = self.trace("slow_sessions.bt", "1")
        client = self.visit()
        eventually(lambda: self.control.ask("sessions")["sessions"][0]["age_ms"] > 20, what="the session to last")
        client.close()
        ended = self.daemon.log.wait("session")[0]
        self.wait_said(traced, rf"{ended['id']} end +\d+  main, {ended['reason']}, 1000 bytes up, 1000 down")
