"""duplexd --check --probe: good and bad items side by side, each with its own verdict, and nothing but checks is sent."""

import os
import socket
import subprocess
import unittest
from pathlib import Path

from harness import E2eTest, echo, free_port, listen, run

REFUSED = "127.0.0.1:1"  # nobody listens there


class CheckProbe(E2eTest):
    def probe(self, text, *options, **popen):
        file = Path(self.folder) / "duplexd.yaml"
        file.write_text(text)
        return run("--check", "--probe", "--config", file, *options, **popen)

    def verdicts(self, result):
        """What was said of each item."""
        lines = [line.split(None, 1) for line in result.stdout.splitlines()]
        return {rest.split(": ", 1)[0]: (word, rest.split(": ", 1)[1]) for word, rest in lines
                if word in ("ok", "warn", "failed")}

    def text(self, *endpoints, bind="127.0.0.1:0", listener="", upstream=""):
        return (f"listeners: {{main: {{bind: '{bind}', upstream: main, {listener}}}}}\n"
                f"upstreams: {{main: {{endpoints: [{', '.join(repr(each) for each in endpoints)}], {upstream}}}}}\n")

    def assert_verdicts(self, result, expected, failed):
        self.assertEqual(result.returncode, os.EX_CONFIG if failed else 0, result.stdout + result.stderr)
        verdicts = self.verdicts(result)
        for item, (word, evidence) in expected.items():
            self.assertIn(item, verdicts, result.stdout)
            self.assertEqual(verdicts[item][0], word, result.stdout)
            self.assertIn(evidence, verdicts[item][1])

    def test_good_configuration_has_no_failure(self):
        endpoint = self.serve(echo)
        result = self.probe(self.text(endpoint.address, upstream="check: tcp"))
        self.assert_verdicts(result, {
            "descriptors": ("ok", "sessions"),
            "listener main 127.0.0.1:0": ("ok", "can be bound"),
            f"endpoint of main {endpoint.address}": ("ok", "connected"),
            f"check of main {endpoint.address}": ("ok", "connected"),
            "local ports of upstream main": ("ok", "ports"),
        }, failed=False)

    def test_bad_endpoint_stands_beside_good_one(self):
        endpoint = self.serve(echo)
        result = self.probe(self.text(endpoint.address, REFUSED))
        self.assert_verdicts(result, {f"endpoint of main {endpoint.address}": ("ok", "connected"),
                                      f"endpoint of main {REFUSED}": ("failed", "refused")}, failed=True)
        self.assertNotIn("check of main", result.stdout)

    def test_check_fails_where_dialling_does_not(self):
        endpoint = self.serve(echo)
        result = self.probe(self.text(endpoint.address, upstream="check: {type: redis, timeout: 2s}"))
        self.assert_verdicts(result, {f"endpoint of main {endpoint.address}": ("ok", "connected"),
                                      f"check of main {endpoint.address}": ("failed", "")}, failed=True)

    def test_silent_endpoint_costs_its_timeout_only(self):
        with listen("127.0.0.1:0") as silent:
            address = "%s:%d" % silent.getsockname()
            result = self.probe(self.text(address, upstream="check: {type: redis, timeout: 500ms}"), within=20)
        self.assert_verdicts(result, {f"endpoint of main {address}": ("ok", "connected"),
                                      f"check of main {address}": ("failed", "500ms")}, failed=True)

    def test_names_are_looked_up(self):
        endpoint = self.serve(echo)
        port = endpoint.address.rpartition(":")[2]
        result = self.probe(self.text(f"localhost:{port}", "no-such-host.invalid:80"))
        self.assert_verdicts(result, {"name localhost": ("ok", "address"),
                                      f"endpoint of main localhost:{port} at {endpoint.address}": ("ok", "connected"),
                                      "name no-such-host.invalid": ("failed", "")}, failed=True)

    def test_running_daemon_keeps_its_address(self):
        endpoint = self.serve(echo)
        bind = f"127.0.0.1:{free_port()}"
        daemon = self.start(self.text(endpoint.address, bind=bind))
        result = self.probe(self.text(endpoint.address, bind=bind))
        self.assert_verdicts(result, {f"listener main {bind}": ("warn", "in use")}, failed=False)
        self.assert_served(bind)
        self.assertEqual(len(daemon.log.wait("session")), 1, "the probe is no client")

    def test_address_of_another_host_fails(self):
        endpoint = self.serve(echo)
        result = self.probe(self.text(endpoint.address, bind="192.0.2.1:4000"))
        self.assert_verdicts(result, {"listener main 192.0.2.1:4000": ("failed", "assign")}, failed=True)

    def test_unix_sockets_are_told_apart(self):
        endpoint = self.serve(echo)
        free, taken = f"unix:{self.folder}/free", f"unix:{self.folder}/taken"
        other = self.serve(echo, taken)
        for bind, word, evidence in [(free, "ok", "can be bound"), (taken, "warn", "in use"),
                                     (f"unix:{self.folder}/none/x", "failed", "folder")]:
            result = self.probe(self.text(endpoint.address, bind=bind))
            self.assert_verdicts(result, {f"listener main {bind}": (word, evidence)}, failed=word == "failed")
        self.assertFalse(Path(self.folder, "free").exists(), "nothing was made")
        self.assertEqual(other.connections, [])

    def test_large_backlog_is_a_warning(self):
        endpoint = self.serve(echo)
        most = int(Path("/proc/sys/net/core/somaxconn").read_text())
        if most >= 65535:
            self.skipTest("net.core.somaxconn is as large as a backlog may be")
        result = self.probe(self.text(endpoint.address, listener=f"backlog: {most + 1}"))
        self.assert_verdicts(result, {"backlog of listener main": ("warn", str(most))}, failed=False)

    def test_few_ports_are_a_warning(self):
        endpoint = self.serve(echo)
        result = self.probe(self.text(endpoint.address, listener="limits: {sessions: 70000}"))
        self.assert_verdicts(result, {"local ports of upstream main": ("warn", "70000")}, failed=False)

    def test_too_few_descriptors_fail(self):
        endpoint = self.serve(echo)
        text = "limits: {sessions: 5000}\n" + self.text(endpoint.address)
        result = self.probe(text, wrapper=["prlimit", "--nofile=1024:1024"])
        self.assert_verdicts(result, {"descriptors": ("failed", "RLIMIT_NOFILE")}, failed=True)

    def certificate(self, days):
        """With its key in the same file."""
        file = Path(self.folder) / f"{days}.pem"
        key = subprocess.run(["openssl", "genpkey", "-algorithm", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
                             check=True, capture_output=True, text=True).stdout
        file.write_text(key)
        certificate = subprocess.run(["openssl", "req", "-x509", "-key", file, "-days", str(days), "-subj", "/CN=a.example"],
                                     check=True, capture_output=True, text=True).stdout
        file.write_text(certificate + key)
        return file

    def test_certificate_tells_its_days(self):
        endpoint = self.serve(echo)
        for days, word in [(9, "warn"), (90, "ok")]:
            file = self.certificate(days)
            result = self.probe(f"admin: {{bind: '127.0.0.1:0', tls: {{certificate_file: {file}}}}}\n" +
                                self.text(endpoint.address, listener=f"tls: {{certificates: [{{certificate_file: {file}}}]}}"))
            self.assert_verdicts(result, {f"certificate of listener main {file}": (word, "a.example"),
                                          f"certificate of admin {file}": (word, "a.example")}, failed=False)

    def test_endpoint_gets_no_byte_without_check(self):
        heard = []

        def handler(connection):
            heard.append(connection.recv(100))
        endpoint = self.serve(handler)
        self.probe(self.text(endpoint.address, upstream="proxy_protocol: v2"))
        self.assertEqual(set(heard), {b""})

    def test_admin_listener_is_bound(self):
        endpoint = self.serve(echo)
        token = Path(self.folder) / "token"
        token.write_text("0123456789abcdef\n")
        token.chmod(0o600)
        files = f", token_file: {token}, tls: {{certificate_file: {self.certificate(90)}}}"
        with listen("127.0.0.1:0") as taken:
            for bind, word, evidence in [("127.0.0.1:0", "ok", "can be bound"),
                                         ("%s:%d" % taken.getsockname(), "warn", "in use"),
                                         ("192.0.2.1:4000", "failed", "assign")]:
                result = self.probe(f"admin: {{bind: '{bind}'{files}}}\n" + self.text(endpoint.address))
                self.assert_verdicts(result, {f"admin {bind}": (word, evidence)}, failed=word == "failed")

    def test_files_of_the_process_are_tried(self):
        endpoint = self.serve(echo)
        here, none = f"{self.folder}/here", f"{self.folder}/none/here"
        for path, word, evidence in [(here, "ok", "can be"), (none, "failed", "its folder: No such file")]:
            result = self.probe(f"control: {{socket: {path}.sock, state_file: {path}.state}}\n"
                                f"log: {{output: [{path}.log]}}\n" + self.text(endpoint.address))
            self.assert_verdicts(result, {f"{item} {path}.{ending}": (word, evidence)
                                          for item, ending in [("control socket", "sock"), ("state file", "state"),
                                                               ("log", "log")]}, failed=word == "failed")
        self.assertEqual([path.name for path in Path(self.folder).glob("here*")], [], "nothing was made")
        result = self.probe(f"log: {{output: [{self.folder}]}}\n" + self.text(endpoint.address))
        self.assert_verdicts(result, {f"log {self.folder}": ("failed", "Is a directory")}, failed=True)

    def test_log_servers_are_tried(self):
        endpoint = self.serve(echo)
        path = f"{self.folder}/syslog"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as syslog, listen("127.0.0.1:0") as server:
            syslog.bind(path)
            tcp = "tcp://%s:%d" % server.getsockname()
            servers = {f"unix:{path}": ("ok", "is there"), f"unix:{path}.none": ("warn", "No such file"),
                       tcp: ("ok", "connected"), f"tcp://{REFUSED}": ("warn", "refused"),
                       f"udp://{REFUSED}": ("ok", "not tried")}
            result = self.probe(f"log: {{output: [{', '.join(servers)}]}}\n" + self.text(endpoint.address))
            self.assert_verdicts(result, {f"log {server}": verdict for server, verdict in servers.items()},
                                 failed=False)
            syslog.setblocking(False)
            self.assertRaises(BlockingIOError, syslog.recv, 1)

    def test_bad_configuration_is_not_probed(self):
        result = self.probe("listeners: {main: {bind: 1}}\n")
        self.assertEqual(result.returncode, os.EX_CONFIG)
        self.assertNotIn("probe:", result.stdout)
        result = run("--probe")
        self.assertEqual(result.returncode, os.EX_USAGE)
        self.assertIn("--probe needs --check", result.stderr)


if __name__ == "__main__":
    unittest.main()
