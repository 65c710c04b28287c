"""The log goes to files and to syslog servers, and what becomes of them costs no session."""

import json
import os
import re
import signal
import socket
import threading
import unittest
from pathlib import Path

from harness import E2eTest, config, echo, eventually, hang_up, proc

# RFC 5424, section 6: the parts of a message, and its text.
RFC5424 = re.compile(rb"<(?P<priority>\d{1,3})>1 (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (?P<host>[!-~]{1,255}) "
                     rb"(?P<tag>[!-~]{1,48}) (?P<process>[!-~]{1,128}) (?P<event>[!-~]{1,32}) - (?P<text>.*)", re.DOTALL)
RFC3164 = re.compile(rb"<(?P<priority>\d{1,3})>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?P<tag>[!-~]+)\[(?P<process>\d+)\]: "
                     rb"(?P<text>.*)", re.DOTALL)
LOCAL0, INFO = 16, 6


def parsed(message, syntax=RFC5424):
    """The fields of a message; its text is JSON here."""
    match = syntax.fullmatch(message)
    if not match:
        raise AssertionError(f"{message!r} is no message")
    fields = {key: value.decode() for key, value in match.groupdict().items()}
    return {**fields, "priority": int(fields["priority"]), "text": json.loads(fields["text"])}


def framed(stream):
    """The messages of a stream with octet counting (RFC 6587, 3.4.1), and what is left."""
    messages = []
    while match := re.match(rb"([1-9]\d*) ", stream):
        size = int(match[1])
        if len(stream) < match.end() + size:
            break
        messages.append(stream[match.end():match.end() + size])
        stream = stream[match.end() + size:]
    return messages, stream
LISTENERS = 200


class Collector:
    """A syslog server; `messages` grows as they come."""

    def __init__(self, server):
        self.socket = server
        self.messages = []
        self._connections = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def port(self):
        return self.socket.getsockname()[1]

    def events(self, syntax=RFC5424):
        return [parsed(message, syntax)["text"]["event"] for message in self.messages]

    def close(self):
        for one in [self.socket, *self._connections]:
            hang_up(one)
            one.close()
        self._thread.join(5)

    def _serve(self):
        try:
            self._receive_datagrams() if self.socket.type == socket.SOCK_DGRAM else self._accept()
        except OSError:
            pass  # closed

    def _receive_datagrams(self):
        while message := self.socket.recv(65536):
            self.messages.append(message)

    def _accept(self):
        while True:
            connection, _ = self.socket.accept()
            self._connections.append(connection)
            self._receive_stream(connection)

    def _receive_stream(self, connection):
        stream = b""
        while some := connection.recv(65536):
            messages, stream = framed(stream + some)
            self.messages += messages


def udp_server():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    server.bind(("127.0.0.1", 0))
    return server


def unix_server(path):
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(path)
    return server


class LogTest(E2eTest):
    def text(self, *outputs, log=""):
        return config(self.serve(echo).address, top=f"log: {{output: [stderr, {', '.join(outputs)}], {log}}}")

    def start_with(self, *outputs, log="", **options):
        return self.start(self.text(*outputs, log=log), **options)

    def collect(self, server):
        collector = Collector(server)
        self.addCleanup(collector.close)
        return collector


class LogFile(LogTest):
    def setUp(self):
        super().setUp()
        self.path = Path(self.folder) / "duplexd.log"

    def events(self, path=None):
        return [json.loads(line)["event"] for line in (path or self.path).read_text().splitlines()]

    def serve_one(self, daemon):
        before = len(daemon.sessions())
        self.assert_served(daemon.address())
        daemon.log.wait("session", times=before + 1)

    def test_file_has_what_stderr_has(self):
        daemon = self.start_with(str(self.path))
        self.serve_one(daemon)
        eventually(lambda: "session" in self.events(), what="the record in the file")
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o640)
        self.assertEqual(self.path.read_text().splitlines(), [line.strip() for line in daemon.log.lines])

    def test_lines_are_appended(self):
        self.path.write_text('{"event":"of_yesterday"}\n')
        self.start_with(str(self.path))
        eventually(lambda: "ready" in self.events(), what="the start in the file")
        self.assertEqual(self.events()[0], "of_yesterday")

    def test_renamed_file_is_followed_by_another(self):
        daemon = self.start_with(str(self.path))
        old = self.path.rename(self.path.with_suffix(".1"))

        def is_there():
            self.serve_one(daemon)
            return self.path.exists() and "session" in self.events()
        eventually(is_there, every=0.05, what="a new file")
        eventually(lambda: len(daemon.sessions()) == self.events(old).count("session") + self.events().count("session"),
                   what="every record in one of the two")

    def test_sighup_opens_the_file_anew(self):
        daemon = self.start_with(str(self.path))
        self.path.rename(self.path.with_suffix(".1"))
        daemon.signal(signal.SIGHUP)
        daemon.log.wait("reloaded")
        eventually(self.path.exists, what="a new file")

    def test_unopened_file_is_told(self):
        """logrotate made a file that the process may not write, or a disk is away."""
        folder = Path(self.folder) / "logs"
        folder.mkdir()
        self.path = folder / "duplexd.log"
        daemon = self.start_with(str(self.path))
        old = folder.rename(Path(self.folder) / "away")
        folder.write_text("")
        daemon.signal(signal.SIGHUP)
        failed = daemon.log.wait("output_failed")[0]
        self.assertEqual((failed["output"], failed["errno"]), (str(self.path), "ENOTDIR"))
        for _ in range(3):
            self.serve_one(daemon)
        eventually(lambda: daemon.totals().process["log_dropped"] >= 3, what="lost lines to be counted")
        self.assertEqual(self.events(old / "duplexd.log").count("session"), 3, "what had the name goes on")
        folder.unlink()
        folder.mkdir()
        eventually(lambda: self.serve_one(daemon) or self.path.exists(), every=0.05, what="a new file")
        eventually(lambda: {"dropped", "session"} <= set(self.events()), what="the loss to be told in it")

    def test_standard_error_without_log_is_told(self):
        folder = Path(self.folder) / "logs"
        folder.mkdir()
        text = self.text(str(folder / "duplexd.log")).replace("output: [stderr, ", "output: [")
        daemon = self.start(text, ready=False)
        eventually(lambda: (folder / "duplexd.log").exists() and "ready" in self.events(folder / "duplexd.log"), what="the start")
        folder.rename(Path(self.folder) / "away")
        folder.write_text("")
        daemon.signal(signal.SIGHUP)
        self.assertEqual(daemon.log.wait("output_failed")[0]["errno"], "ENOTDIR")

    def test_unopened_file_refuses_the_start(self):
        daemon = self.start_with(f"{self.folder}/missing/duplexd.log", ready=False)
        self.assertEqual(daemon.process.wait(20), os.EX_OSERR)
        daemon.wait_exit()
        self.assertIn("missing/duplexd.log: No such file or directory", "".join(daemon.log.lines))

    def test_full_disk_costs_only_lines(self):
        daemon = self.start_with("/dev/full")
        for _ in range(20):
            self.serve_one(daemon)
        self.assertEqual(daemon.log.wait("output_failed")[0]["output"], "/dev/full")
        self.assertGreaterEqual(daemon.totals().process["log_dropped"], 20)
        self.assertEqual(daemon.log.find("dropped"), [], "standard error has got all of it")


class SyslogServer(LogTest):
    def check(self, daemon, collector, syntax=RFC5424):
        self.assert_served(daemon.address())
        eventually(lambda: "session" in collector.events(syntax), what="the record at the server")
        message = next(each for each in (parsed(each, syntax) for each in collector.messages)
                       if each["text"]["event"] == "session")
        self.assertEqual(message["priority"], LOCAL0 * 8 + INFO)
        self.assertEqual(message["tag"], "edge")
        self.assertEqual(message["process"], str(daemon.pid))
        self.assertEqual(message["text"], daemon.wait_session())
        return message

    def test_udp_takes_datagrams(self):
        collector = self.collect(udp_server())
        daemon = self.start_with(f"{{to: 'udp://127.0.0.1:{collector.port()}', facility: local0, tag: edge}}")
        message = self.check(daemon, collector)
        self.assertEqual(message["event"], "session")
        self.assertEqual(message["host"], socket.gethostname())
        self.assertEqual(message["time"], message["text"]["time"])

    def test_tcp_takes_counted_messages(self):
        collector = self.collect(socket.create_server(("127.0.0.1", 0)))
        daemon = self.start_with(f"{{to: 'tcp://127.0.0.1:{collector.port()}', facility: local0, tag: edge}}")
        eventually(lambda: collector.messages, what="the connection, which lasts as long as the daemon")
        daemon.lasting_at_start = proc.lasting_descriptors(daemon.pid)
        self.check(daemon, collector)

    def test_unix_socket_takes_what_syslog_writes(self):
        path = f"{self.folder}/log"
        collector = self.collect(unix_server(path))
        daemon = self.start_with(f"{{to: 'unix:{path}', facility: local0, tag: edge}}")
        self.check(daemon, collector, RFC3164)

    def test_unix_socket_takes_rfc5424(self):
        path = f"{self.folder}/log"
        collector = self.collect(unix_server(path))
        daemon = self.start_with(f"{{to: 'unix:{path}', syntax: rfc5424, facility: local0, tag: edge}}")
        self.check(daemon, collector)


class LostServer(LogTest):
    def assert_leaves_cleanly(self, daemon):
        """The connection to a server comes and goes, with the lines that are written meanwhile."""
        daemon.lasting_at_start = eventually(lambda: self.settled_descriptors(daemon), what="the connection to settle")
        super().assert_leaves_cleanly(daemon)

    def settled_descriptors(self, daemon):
        """Their number if it stays the same over lines of the log."""
        before = proc.lasting_descriptors(daemon.pid)
        daemon.totals()
        return before if before == proc.lasting_descriptors(daemon.pid) else None

    def assert_costs_only_lines(self, output):
        daemon = self.start_with(output)
        for _ in range(20):
            self.assert_served(daemon.address())
        daemon.log.wait("session", times=20)
        return daemon

    def free_port(self, kind):
        with socket.socket(socket.AF_INET, kind) as free:
            free.bind(("127.0.0.1", 0))
            return free.getsockname()[1]

    def test_missing_udp_server_costs_lines(self):
        daemon = self.assert_costs_only_lines(f"'udp://127.0.0.1:{self.free_port(socket.SOCK_DGRAM)}'")
        eventually(lambda: daemon.totals().process["log_dropped"] > 0, what="lost lines to be counted")

    def test_missing_unix_server_costs_lines(self):
        daemon = self.assert_costs_only_lines(f"'unix:{self.folder}/nobody'")
        daemon.log.wait("output_failed", output=f"unix:{self.folder}/nobody")
        self.assertGreaterEqual(daemon.totals().process["log_dropped"], 20)

    def test_late_tcp_server_gets_all(self):
        port = self.free_port(socket.SOCK_STREAM)
        self.assert_costs_only_lines(f"'tcp://127.0.0.1:{port}'")
        collector = self.collect(socket.create_server(("127.0.0.1", port)))
        eventually(lambda: collector.events().count("session") == 20, what="the records that were kept")
        self.assertEqual(collector.events()[0], "listening")

    def test_tcp_server_that_restarts_goes_on(self):
        first = self.collect(socket.create_server(("127.0.0.1", 0)))
        daemon = self.assert_costs_only_lines(f"'tcp://127.0.0.1:{first.port()}'")
        eventually(lambda: first.events().count("session") == 20, what="the first records")
        port = first.port()
        first.close()
        second = self.collect(socket.create_server(("127.0.0.1", port)))
        self.assert_served(daemon.address())
        eventually(lambda: "session" in second.events(), what="a record at the second server")

    def test_silent_tcp_server_costs_lines(self):
        """Lines are kept up to a limit, then they are lost and counted."""
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        server.bind(("127.0.0.1", 0))
        server.listen()
        self.addCleanup(server.close)
        listeners = "".join(f"  l{i}: {{bind: '127.0.0.1:0', upstream: main}}\n" for i in range(LISTENERS))
        text = self.text(f"'tcp://127.0.0.1:{server.getsockname()[1]}'").replace("upstreams:\n", f"{listeners}upstreams:\n")
        daemon = self.start(text)

        def has_lost_lines():
            self.assert_served(daemon.address())
            return daemon.totals().process["log_dropped"] > 0  # a line for each listener
        eventually(has_lost_lines, within=120, every=0, what="the limit of what is kept")
        self.assertIn("tcp://", daemon.log.wait("output_failed")[0]["output"])


if __name__ == "__main__":
    unittest.main()
