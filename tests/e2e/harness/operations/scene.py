"""A daemon with traffic of every kind, for those who look at it: what goes well, who is slow, and what is down."""

import contextlib
import threading

from harness.control import ControlledTest
from harness.edge import Authority
from harness.endpoints import discard, echo, flood
from harness.sockets import connect, free_port, hang_up
from harness.threads import join_all
from harness.waiting import DEADLINE, eventually

PART = b"x" * 65536
# The worst that an address allows. A page that took it for HTML would run it.
HOSTILE = "<img src=x onerror=document.title=1>"
CONFIG = """
control: {{socket: "{control}"}}
admin: {{bind: "{admin}", {keys}}}
limits: {{sessions: 1000}}
listeners:
  web: {{bind: "127.0.0.1:0", upstream: web}}
  secure: {{bind: "127.0.0.1:0", upstream: web, tls: {{certificates: "{certificate}"}}}}
  database: {{bind: "127.0.0.1:0", upstream: database}}
  downloads: {{bind: "127.0.0.1:0", upstream: downloads}}
upstreams:
  web: {{endpoints: ["{web}", "unix:{local}"]}}
  database: {{endpoints: ["{mute}", "{down}"], check: {{type: tcp, interval: 200ms, fall: 1}}}}
  downloads: {{endpoints: ["{flood}"]}}
"""


class Traffic:
    """Clients of the daemon. Those with work to do have a thread each, and a pause between its turns."""

    def __init__(self, daemon):
        self._daemon = daemon
        self._stopping = threading.Event()
        self._clients, self._threads = [], []

    def dial(self, listener, **options):
        client = connect(self._daemon.address(listener), **options)
        self._clients.append(client)
        return client

    def repeat(self, work, pause):
        def run():
            with contextlib.suppress(OSError):
                while not self._stopping.wait(pause):
                    work()
        self._threads.append(threading.Thread(target=run, daemon=True))
        self._threads[-1].start()

    def talk(self, listener, size, pause):
        client = self.dial(listener)

        def once():
            client.sendall(PART[:size])
            client.recv(size)
        self.repeat(once, pause)

    def read(self, listener, pause):
        client = self.dial(listener)
        self.repeat(lambda: client.recv(65536), pause)

    def ask(self, listener, pause):
        """Sends, and expects nothing."""
        client = self.dial(listener)
        self.repeat(lambda: client.sendall(b"please answer"), pause)

    def visit(self, listener, pause):
        """New sessions, one after the other."""
        def once():
            with connect(self._daemon.address(listener)) as client:
                client.sendall(b"hello")
                client.recv(5)
        self.repeat(once, pause)

    def stop(self):
        self._stopping.set()
        for client in self._clients:
            hang_up(client)
        join_all(self._threads)
        for client in self._clients:
            client.close()


class SceneTest(ControlledTest):
    """Its daemon listens for the page at self.address."""

    socket_name = HOSTILE

    def setUp(self):
        super().setUp()
        self.address = f"127.0.0.1:{free_port()}"
        local = f"{self.folder}/{self.socket_name}"
        pair = Authority(self.folder).sign("www.example.test", days=12)
        self.endpoints = {"web": self.serve(echo).address, "local": local, "mute": self.serve(discard).address,
                          "down": f"127.0.0.1:{free_port()}", "flood": self.serve(flood).address, "certificate": pair.both}
        self.serve(echo, f"unix:{local}")

    def text(self, keys=""):
        return CONFIG.format(control=self.control.path, admin=self.address, keys=keys, **self.endpoints)

    def begin(self, keys=""):
        daemon = self.start(self.text(keys))
        self.traffic = Traffic(daemon)
        self.addCleanup(self.traffic.stop)
        return daemon

    def hold_up(self):
        """Two sessions, by different sides. Returns when duplexd says so."""
        self.traffic.dial("downloads")
        self.traffic.dial("database").sendall(b"please answer")
        eventually(lambda: len(self.control.ask("who-is-slow")["slow"]) == 2, within=DEADLINE, every=0.2, what="two slow sessions")
