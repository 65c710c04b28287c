"""The base of every test case: starts what a test needs, and at its end asserts what must always hold."""

import os
import resource
import signal
import tempfile
import textwrap
import unittest

from harness import proc
from harness.daemon import Daemon, ended
from harness.endpoints import Endpoint
from harness.sockets import connect
from harness.streams import receive_exactly
from harness.threads import Deaths
from harness.waiting import eventually

_SCALE = float(os.environ.get("DUPLEXD_TEST_SCALE", "1"))


FORMER = "(former)"


def scaled(amount):
    """A volume of work, made smaller by DUPLEXD_TEST_SCALE where the build is slow."""
    return max(1, int(amount * _SCALE))


def config(*endpoints, bind="127.0.0.1:0", listener="", upstream="", top=""):
    """A configuration of one listener, "main", in front of one upstream, "main"; the rest are lines of YAML.
    Unless they say something about `retry`, a session tries each endpoint once."""
    if "retry:" not in upstream + top:
        upstream = textwrap.dedent(upstream) + "\nretry: {rounds: 0}"
    binds = [bind] if isinstance(bind, str) else bind
    return "\n".join([
        textwrap.dedent(top),
        "listeners:", "  main:",
        "    bind: [" + ", ".join(f'"{address}"' for address in binds) + "]",
        "    upstream: main", textwrap.indent(textwrap.dedent(listener), "    "),
        "upstreams:", "  main:",
        "    endpoints: [" + ", ".join(f'"{address}"' for address in endpoints) + "]",
        textwrap.indent(textwrap.dedent(upstream), "    "), ""])


class E2eTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        if _SCALE != 1:
            print(f"volumes scaled by DUPLEXD_TEST_SCALE={_SCALE}", flush=True)

    def setUp(self):
        self.addCleanup(Deaths().assert_none)
        folder = tempfile.TemporaryDirectory(prefix="duplexd-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, text, ready=True, **options):
        """Starts the daemon. When the test ends, so do its peers, then the daemon, which must leave cleanly."""
        daemon = Daemon.start(self.folder, text, **options)
        self.addCleanup(daemon.kill)
        if ready:
            daemon.wait_ready()
            self.addCleanup(self.assert_leaves_cleanly, daemon)
        return daemon

    def serve(self, handler, address="127.0.0.1:0"):
        endpoint = Endpoint(handler, address)
        self.addCleanup(endpoint.close)
        return endpoint

    def connect(self, address, **options):
        connection = connect(address, **options)
        self.addCleanup(connection.close)
        return connection

    def assert_echoes(self, connection, message=b"is anybody there?"):
        connection.sendall(message)
        self.assertEqual(receive_exactly(connection, len(message)), message)

    def assert_last_are_served(self, daemon, addresses):
        """Clients who wait in the backlogs when an echoing daemon is told to stop, and then it ends."""
        daemon.signal(signal.SIGSTOP)
        clients = [self.connect(address) for address in addresses]
        for client in clients:
            client.sendall(b"hello")
        daemon.signal(signal.SIGTERM)
        daemon.signal(signal.SIGCONT)
        for client in clients:
            self.assertEqual(client.recv(5), b"hello")
            client.close()
        self.assertEqual(daemon.wait_exit(), 0)

    def assert_served(self, address, **options):
        """A new client gets through to an echoing endpoint and back."""
        with connect(address, **options) as connection:
            self.assert_echoes(connection)

    def assert_turned_away(self, client):
        """By an end of stream or a reset: both tell the client that nobody will answer."""
        try:
            self.assertEqual(client.recv(1), b"")
        except ConnectionResetError:
            pass

    def assert_leaves_cleanly(self, daemon):
        if daemon.is_running():
            self._assert_at_rest(daemon)
            daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait_exit(), 0, "".join(daemon.log.text_lines()) + daemon.log.tail())
        self.assertEqual(daemon.log.sanitizer_lines(), [])
        self.assertEqual(daemon.log.text_lines(), [], "lines that are no record")
        self._assert_adds_up(daemon, daemon.last_totals())

    def _assert_at_rest(self, daemon):
        eventually(lambda: all(row["live"] == 0 for row in daemon.totals().listeners.values()), every=0.05,
                   what="all sessions to end")
        self.assert_descriptors_closed(daemon)

    def assert_descriptors_closed(self, daemon):
        eventually(lambda: proc.lasting_descriptors(daemon.pid) == daemon.lasting_at_start,
                   what="the descriptors to be closed")

    def _assert_adds_up(self, daemon, totals):
        self.assertEqual(totals.process["handler_memory_fallbacks"], 0)
        for name, row in totals.listeners.items():
            self.assertEqual(row["accepted"], ended(row) + row["live"], row)
            self.assertEqual(row["live"], 0, row)
            if totals.process["log_dropped"] == 0:
                self.assertEqual(self._records(daemon, totals, name), row["accepted"], "one record a session")

    def _records(self, daemon, totals, listener):
        """How many sessions of it were recorded. One row is the sum of all listeners that are no more."""
        if listener != FORMER:
            return len(daemon.sessions(listener=listener))
        return sum(record["listener"] not in totals.listeners for record in daemon.sessions())
