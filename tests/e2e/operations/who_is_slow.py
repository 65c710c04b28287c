"""Sessions that are held up for different reasons, side by side: each is named with who is to blame, and why."""

import contextlib
import ctypes
import os
import shutil
import subprocess
import threading
import time
import unittest

from harness import DEADLINE, ControlledTest, discard, echo, eventually, flood, hang_up
from harness.threads import join_all

CLONE_NEWNET = 0x40000000
LOSSY_PORT = 7461
LOSS = f"""
table inet loss {{
  chain input {{
    type filter hook input priority filter;
    tcp sport {LOSSY_PORT} numgen random mod 100 < 10 drop
  }}
}}
"""
PART = b"x" * 65536


def why_not():
    """Why no packets can be lost; empty if they can."""
    if os.geteuid() != 0:
        return "only root may lose packets"
    if not shutil.which("nft"):
        return "nftables is not installed"
    trial = subprocess.run(["unshare", "--net", "nft", "--file", "-"], input=LOSS, capture_output=True, text=True, check=False)
    return f"this kernel has no such nftables: {trial.stderr.strip()}" if trial.returncode else ""


@unittest.skipIf(why_not(), why_not())
class WhoIsSlow(ControlledTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
            raise unittest.SkipTest(os.strerror(ctypes.get_errno()))
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        subprocess.run(["nft", "--file", "-"], input=LOSS, text=True, check=True)

    def setUp(self):
        super().setUp()
        self.stopping = threading.Event()
        self.threads = []
        flooding = self.serve(flood).address
        endpoints = {"slow_reader": flooding, "deaf_client": flooding, "lossy": flooding,
                     "mute": self.serve(discard).address, "deaf_endpoint": self.serve(self.ignore).address,
                     "well": self.serve(echo).address}
        self.daemon = self.start(self.text(endpoints))
        self.addCleanup(self.stop)

    def text(self, endpoints):
        listeners = "".join(f"""
  {name}:
    bind: ["127.0.0.1:{LOSSY_PORT if name == 'lossy' else 0}"]
    endpoints: ["{endpoint}"]""" for name, endpoint in endpoints.items())
        return f"control: {{socket: {self.control.path}}}\nlisteners:{listeners}\n"

    def stop(self):
        self.stopping.set()
        join_all(self.threads)

    def ignore(self, _):
        self.stopping.wait(DEADLINE * 5)

    def dial(self, name, **options):
        client = self.connect(self.daemon.address(name), **options)
        self.addCleanup(hang_up, client)
        return client

    def run_thread(self, work, client):
        def run():
            with contextlib.suppress(OSError):
                while not self.stopping.is_set():
                    work(client)
        self.threads.append(threading.Thread(target=run, daemon=True))
        self.threads[-1].start()

    def slow(self):
        """Who is blamed for the sessions of each listener, and why."""
        answer = self.control.ask("who-is-slow")
        return {session["listener"]: (session["verdict"]["who"], session["verdict"]["evidence"]) for session in answer["slow"]}

    def assert_named(self, wanted):
        def is_named():
            slow = self.slow()
            return all(name in slow and slow[name][0] == who and words in slow[name][1]
                       for name, (who, words) in wanted.items())
        eventually(is_named, what="each to be named", every=0.2)

    def test_each_is_named(self):
        def read_slowly(client):
            client.recv(4096)
            time.sleep(0.01)

        def ask_and_wait(client):
            client.sendall(b"ping")
            client.recv(4)
            time.sleep(0.05)

        self.run_thread(read_slowly, self.dial("slow_reader"))
        self.run_thread(lambda client: client.recv(1 << 20), self.dial("lossy"))
        self.run_thread(lambda client: client.sendall(PART), self.dial("deaf_endpoint"))
        self.run_thread(ask_and_wait, self.dial("well"))
        self.dial("deaf_client")
        self.dial("mute").sendall(b"please answer")
        wanted = {"slow_reader": ("client", "reads slowly"), "deaf_client": ("client", "does not read"),
                  "lossy": ("client_path", "loses segments"), "mute": ("endpoint", "does not answer"),
                  "deaf_endpoint": ("endpoint", "does not read")}
        self.assert_named(wanted)
        told = self.control.run("who-is-slow").stdout
        print(told, flush=True)
        for who, words in wanted.values():
            self.assertRegex(told, f"{who}, for [0-9.]+ s: session [0-9a-f]{{16}} of .*\n .*{words}")
        self.assertNotIn("well", self.slow())

    def test_longest_come_first(self):
        self.dial("mute").sendall(b"please answer")
        self.assert_named({"mute": ("endpoint", "does not answer")})
        self.dial("mute").sendall(b"please answer me, too")
        eventually(lambda: len(self.control.ask("who-is-slow")["slow"]) == 2, what="the other to be slow")
        first, second = self.control.ask("who-is-slow")["slow"]
        self.assertGreater(first["verdict"]["held_up_ms"], second["verdict"]["held_up_ms"])
        self.assertEqual(self.control.ask("who-is-slow", "-n", "1")["slow"][0]["id"], first["id"])
        self.assertEqual(self.control.ask("who-is-slow", "--listener", "well"), {"judged": 0, "slow": []})
