"""Programs read over HTTP what duplexd does: probes, status, who may ask, and what a reload and an upgrade keep."""

import json
import os
import ssl
import threading
import unittest
from pathlib import Path

from harness import HttpConnection, connect, echo, eventually, free_port, run
from harness.edge import Authority
from harness.operations import Admin, AdminTest


class Answers(AdminTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)
        self.daemon = self.start(self.config(self.endpoint.address, admin="hosts: [proxy.test]"))

    def status_of(self, target, **request):
        return self.admin.ask(target, **request).status

    def test_status_is_that_of_control(self):
        answer = self.admin.ask("/status")
        self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, "application/json"))
        own, control = json.loads(answer.text), self.control.status()
        self.assertEqual(own.keys(), control.keys())
        self.assertEqual((own["pid"], own["admin"]["addresses"]), (self.daemon.pid, [self.admin.address]))
        self.assertIn(self.admin.address, self.control.run("status").stdout)

    def test_probes_follow_the_process(self):
        self.assertEqual(self.admin.ask("/readyz").text, "ok\n")
        self.control.ask("pause")
        answer = self.admin.ask("/readyz")
        self.assertEqual((answer.status, answer.text, self.status_of("/healthz")), (503, "paused\n", 200))
        self.control.ask("resume")
        session = self.connect(self.daemon.address())
        self.assert_echoes(session)
        self.control.ask("stop")
        answer = self.admin.ask("/readyz")
        self.assertEqual((answer.status, answer.text, self.status_of("/healthz")), (503, "stopping\n", 200))
        session.close()
        self.daemon.wait_exit()

    def test_head_has_no_body(self):
        answer = self.admin.ask("/healthz", method="HEAD")
        self.assertEqual((answer.status, answer.getheader("Content-Length"), answer.text), (200, "3", ""))

    def test_nothing_can_be_changed(self):
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]:
            answer = self.admin.ask("/status", method=method)
            self.assertEqual((answer.status, answer.getheader("Allow")), (405, "GET, HEAD"), method)
        self.assertEqual(self.status_of("/dashboard/", method="POST"), 405)
        for target in ["/v1/stop", "/v1/reload", "/v1/status", "/status/", "/../status"]:
            self.assertEqual(self.status_of(target, method="POST"), 404, target)
        self.assertEqual(self.status_of("/status"), 200)

    def test_metrics_are_those_of_control(self):
        control = HttpConnection(self.control.path)
        self.addCleanup(control.close)
        control.request("GET", "/v1/metrics")
        expected = control.getresponse()
        answer = self.admin.ask("/metrics")
        self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, expected.getheader("Content-Type")))
        self.assertEqual(self.names(answer.text), self.names(expected.read().decode()))

    @staticmethod
    def names(text):
        return [line.rsplit(" ", 1)[0] for line in text.splitlines()]

    def test_other_hosts_are_refused(self):
        for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "proxy.test:9640"]:
            self.assertEqual(self.status_of("/status", Host=host), 200, host)
        for host in ["evil.test", "127.0.0.1.evil.test", "localhost.evil.test:80", "10.0.0.1", ""]:
            self.assertEqual(self.status_of("/status", Host=host), 421, host)
        self.assertIn(b" 400 ", self.admin.say(b"GET /status HTTP/1.1\r\nConnection: close\r\n\r\n"))
        self.assertIn(b" 200 ", self.admin.say(b"GET /healthz HTTP/1.0\r\n\r\n"), "as old load balancers ask")

    def test_start_is_logged_and_checked(self):
        self.assertEqual([record["address"] for record in self.daemon.log.wait("admin_listening")], [self.admin.address])
        self.assertIn(f"admin: {self.admin.address}", run("--check", "--config", self.daemon.file).stdout)


class Configurations(AdminTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)

    def token(self, text):
        file = Path(self.folder) / "token"
        file.write_text(text)
        return f"token_file: {file}"

    def test_reload_changes_everything(self):
        daemon = self.start(self.config(self.endpoint.address))
        other = Admin(f"127.0.0.1:{free_port()}")
        idle = connect(self.admin.address)
        both = f"{self.admin.address}, {other.address}"
        self.assertEqual(self.reload(daemon, self.config(self.endpoint.address, bind_admin=both))["result"], "applied")
        self.assertEqual((self.admin.ask("/healthz").status, other.ask("/healthz").status), (200, 200))
        token = self.token("first\n")
        self.reload(daemon, self.config(self.endpoint.address, bind_admin=other.address, admin=f"hosts: [a.test], {token}"))
        self.assertEqual(idle.recv(1), b"", "its address is no more")
        idle.close()
        with self.assertRaises(ConnectionRefusedError):
            connect(self.admin.address)
        self.assertEqual(other.ask("/healthz").status, 401)
        self.assertEqual(other.ask("/healthz", Authorization="Bearer first", Host="a.test").status, 200)
        self.token("second\n")
        self.assertIn("files of certificates, keys or passwords have changed", self.control.run("plan").stdout)
        self.assertEqual(self.control.ask("reload")["result"], "applied")
        self.assertEqual(other.ask("/healthz", Authorization="Bearer first").status, 401)
        self.assertEqual(other.ask("/healthz", Authorization="Bearer second").status, 200)

    def test_failing_reload_changes_nothing(self):
        daemon = self.start(self.config(self.endpoint.address))
        taken, free = self.endpoint.address, f"127.0.0.1:{free_port()}"
        text = self.config(self.endpoint.address, bind_admin=f"{free}, {taken}", listener="backlog: 77")
        self.assert_refused(daemon, text, "admin.bind", taken, "Address already in use", f"{daemon.file}:")
        with self.assertRaises(ConnectionRefusedError):
            connect(free)
        self.assertEqual(self.admin.ask("/healthz").status, 200)
        bad = self.config(self.endpoint.address, admin="token_file: /nonexistent/token")
        self.assert_refused(daemon, bad, "admin.token_file", "/nonexistent/token")
        self.assertEqual(self.admin.ask("/healthz").status, 200)

    def test_taken_address_prevents_the_start(self):
        daemon = self.start(self.config(self.endpoint.address, bind_admin=self.endpoint.address), ready=False)
        self.assertEqual(daemon.wait_exit(), os.EX_OSERR)
        self.assertIn(f"admin.bind: cannot listen on {self.endpoint.address}", "".join(daemon.log.text_lines()))

    def test_far_address_needs_token_and_tls(self):
        daemon = self.start(self.config(self.endpoint.address, bind_admin="0.0.0.0:9640"), ready=False)
        self.assertEqual(daemon.wait_exit(), os.EX_CONFIG)
        said = "".join(daemon.log.text_lines())
        self.assertIn("can be reached from other hosts", said)
        self.assertIn("write token_file:", said)

    def test_token_and_tls_serve_other_hosts(self):
        authority = Authority(self.folder)
        pair = authority.sign("proxy.test")
        keys = f"{self.token('secret')}, tls: {{certificate_file: {pair.certificate}, key_file: {pair.key}}}"
        port = self.admin.address.rsplit(":", 1)[1]
        self.start(self.config(self.endpoint.address, bind_admin=f"0.0.0.0:{port}", admin=keys))
        secure = Admin(self.admin.address, authority.client_context())
        self.assertEqual(secure.ask("/status").status, 401)
        self.assertEqual(secure.ask("/status", Authorization="Bearer secrat").status, 401)
        answer = secure.ask("/status", Authorization="Bearer secret")
        self.assertEqual((answer.status, "listeners" in json.loads(answer.text)), (200, True))
        with self.assertRaises((ssl.SSLError, OSError)):
            Admin(self.admin.address, ssl.create_default_context()).ask("/status")
        self.assertNotIn(b"HTTP", self.admin.say(b"GET /status HTTP/1.1\r\nHost: a\r\n\r\n"))

    def test_narrow_address_may_become_wide(self):
        daemon = self.start(self.config(self.endpoint.address))
        pair = Authority(self.folder).sign("proxy.test")
        port = self.admin.address.rsplit(":", 1)[1]
        keys = f"{self.token('secret')}, tls: {{certificate_file: {pair.both}}}"
        self.reload(daemon, self.config(self.endpoint.address, bind_admin=f"0.0.0.0:{port}", admin=keys))
        self.assertEqual(self.control.status()["admin"]["addresses"], [f"0.0.0.0:{port}"])

    def test_others_than_allowed_are_closed(self):
        self.start(self.config(self.endpoint.address, admin="allow: [127.0.0.2]"))
        self.assert_turned_away(self.connect(self.admin.address))
        allowed = self.connect(self.admin.address, source="127.0.0.2")
        allowed.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        self.assertIn(b"200 OK", allowed.recv(4096))
        self.assertEqual(self.control.status()["admin"]["refused_clients"], 1)


class Upgrades(AdminTest):
    """A program asks without a pause while the process is replaced, and another one keeps its connection."""

    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)
        self.daemon = self.start(self.config(self.endpoint.address))

    def test_upgrade_refuses_no_request(self):
        asked, failed, stop = [], [], threading.Event()

        def ask():
            while not stop.is_set():
                try:
                    answer = self.admin.ask("/readyz")
                    asked.append(answer.status)
                except OSError as error:
                    failed.append(error)

        thread = threading.Thread(target=ask)
        self.addCleanup(stop.set)
        thread.start()
        for _ in range(5):
            before = len(asked)
            self.control.ask("upgrade")
            pid = self.control.status()["pid"]
            self.daemon.succeeded_by(pid)
            eventually(lambda before=before: len(asked) > before + 20, what="requests to be answered")
            self.assertEqual(json.loads(self.admin.ask("/status").text)["pid"], pid)
        stop.set()
        thread.join()
        self.assertEqual((failed, set(asked)), ([], {200}))

    def test_idle_client_ends_after_upgrade(self):
        idle = self.connect(self.admin.address)
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertIn(b"200 OK", idle.recv(4096))
        session = self.connect(self.daemon.address())
        self.assert_echoes(session)
        self.control.ask("upgrade")
        self.daemon.succeeded_by(self.control.status()["pid"])
        self.assertEqual(idle.recv(1), b"")
        session.close()


if __name__ == "__main__":
    unittest.main()
