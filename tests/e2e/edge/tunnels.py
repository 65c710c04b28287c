"""Endpoints behind a proxy: SOCKS5 with microsocks, CONNECT with tinyproxy, and proxies that misbehave."""

import base64
import os
import signal
import ssl
import time
import unittest
from pathlib import Path

from harness import E2eTest, config, connect, echo, eventually, free_port, receive_exactly, run
from harness.edge import Authority, Microsocks, Tinyproxy, connect_tls, over_tls, server_context


class Tunnels(E2eTest):
    def setUp(self):
        super().setUp()
        self.at = f"127.0.0.1:{free_port()}"

    def via(self, scheme, login=""):
        return f"via: {scheme}://{login}{self.at}\n"

    def start_through(self, scheme, *endpoints, more="", login=""):
        self.daemon = self.start(config(*endpoints, upstream=self.via(scheme, login) + more))
        return self.daemon

    def record_of_one(self):
        with connect(self.daemon.address()) as client:
            self.assert_turned_away(client)
        return self.daemon.wait_session()


class WithProgram:
    """Tests of one program, which are the same for both."""

    program = None

    def setUp(self):
        super().setUp()
        if self.program.why_not():
            self.skipTest(self.program.why_not())

    def run_proxy(self, login=()):
        program = self.program(self.folder, self.at, login)
        self.addCleanup(program.close)
        return program

    def start_daemon(self, *endpoints, more="", login=""):
        return self.start_through(self.program.scheme, *endpoints, more=more, login=login)

    def test_addresses_and_names(self):
        self.run_proxy()
        for address, name in [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "localhost"), ("[::1]", "[::1]")]:
            with self.subTest(name=name):
                endpoint = self.serve(echo, f"{address}:{free_port()}")
                written = f"{name}:{endpoint.address.rpartition(':')[2]}"
                daemon = self.start_daemon(written)
                self.assert_served(daemon.address())
                record = daemon.wait_session()
                self.assertEqual((record["endpoint"], record["endpoint_address"]), (written, self.at))

    def test_endpoint_may_speak_first(self):
        self.run_proxy()
        endpoint = self.serve(lambda connection: connection.sendall(b"220 ready\r\n"))
        self.start_daemon(endpoint.address)
        with connect(self.daemon.address()) as client:
            self.assertEqual(receive_exactly(client, 11), b"220 ready\r\n")

    def test_login_by_url_and_by_file(self):
        self.run_proxy(login=("alice", "secret"))
        endpoint = self.serve(echo)
        self.start_daemon(endpoint.address, login="alice:secret@")
        self.assert_served(self.daemon.address())
        with open(f"{self.folder}/password", "w", encoding="ascii") as file:
            file.write("secret\n")
        daemon = self.start(config(endpoint.address, upstream=f"""
            via: {{url: "{self.program.scheme}://alice@{self.at}", password_file: {self.folder}/password}}"""))
        self.assert_served(daemon.address())

    def test_wrong_login_is_told(self):
        self.run_proxy(login=("alice", "secret"))
        self.start_daemon("127.0.0.1:1", login="alice:wrong@")
        record = self.record_of_one()
        self.assertEqual((record["reason"], record["via_error"]), ("via_refused", self.program.wrong_login))

    def test_refused_endpoint_is_told(self):
        self.run_proxy()
        self.start_daemon(f"127.0.0.1:{free_port()}")
        record = self.record_of_one()
        self.assertEqual((record["reason"], record["via_error"]), ("via_refused", self.program.refusal))

    def test_next_endpoint_is_tried(self):
        self.run_proxy()
        endpoint = self.serve(echo)
        self.start_daemon(f"127.0.0.1:{free_port()}", endpoint.address, more="balance: first")
        self.assert_served(self.daemon.address())
        record = self.daemon.wait_session()
        self.assertEqual(record["endpoint"], endpoint.address)
        self.assertIn("via_refused", record["failed_attempts"])

    def test_tls_with_the_endpoint(self):
        self.run_proxy()
        authority = Authority(self.folder)
        pair = authority.sign("a.test")
        endpoint = self.serve(over_tls(echo, server_context(pair)))
        self.start_daemon(endpoint.address, more=f"tls: {{ca_file: {authority.certificate}, server_name: a.test}}")
        self.assert_served(self.daemon.address())
        self.assertEqual(self.daemon.wait_session()["endpoint_tls"], "TLSv1.3")

    def test_tls_of_the_client_goes_through(self):
        self.run_proxy()
        authority = Authority(self.folder)
        endpoint = self.serve(over_tls(echo, server_context(authority.sign("a.test"))))
        self.start_daemon(endpoint.address)
        with connect_tls(self.daemon.address(), ssl.create_default_context(cafile=authority.certificate)) as client:
            client.sendall(b"hello")
            self.assertEqual(receive_exactly(client, 5), b"hello")

    def test_checks_go_the_same_way(self):
        program = self.run_proxy()
        endpoint, nowhere = self.serve(echo), f"127.0.0.1:{free_port()}"
        self.start_daemon(endpoint.address, nowhere, more="check: {type: tcp, interval: 100ms, rise: 1, fall: 1}")
        self.daemon.log.wait("endpoint_down", endpoint=nowhere,
                             check=f"its proxy: {self.program.refusal}")
        self.assert_served(self.daemon.address())
        program.close()
        record, = self.daemon.log.wait("endpoint_down", endpoint=endpoint.address)
        # A check that was on its way when the proxy was killed tells that the connection ended.
        self.assertRegex(record["check"],
                         "^its proxy: (refused|connected, but it (ended without an answer|reset the connection))$")
        self.run_proxy()
        self.daemon.log.wait("endpoint_up", endpoint=endpoint.address)


class Socks(WithProgram, Tunnels):
    program = Microsocks


class Http(WithProgram, Tunnels):
    program = Tinyproxy


class PasswordFiles(Tunnels):
    def setUp(self):
        super().setUp()
        self.file = Path(self.folder, "password")
        self.text = config("127.0.0.1:1", upstream=f"via: {{url: 'http://alice@{self.at}', password_file: {self.file}}}")

    def test_missing_file_has_its_place(self):
        path = Path(self.folder, "duplexd.yaml")
        path.write_text(self.text)
        result = run("--check", "--config", path)
        self.assertEqual(result.returncode, os.EX_CONFIG)
        self.assertRegex(result.stderr, rf"duplexd.yaml:\d+:\d+: error: upstreams.main.via.password_file: {self.file} ")

    def test_reload_reads_it_again(self):
        asked = []
        proxy = self.serve(lambda connection: asked.append(connection.recv(1000).decode()))
        self.at = proxy.address
        self.text = self.text.replace(self.text.split("@")[1].split("'")[0], proxy.address)
        self.file.write_text("first\n")
        self.daemon = self.start(self.text)
        self.record_of_one()
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait("reloaded", result="unchanged")
        self.file.write_text("second\n")
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait("reloaded", result="applied")
        with connect(self.daemon.address()) as client:
            self.assert_turned_away(client)
        login = lambda text: base64.b64encode(text.encode()).decode()
        eventually(lambda: len(asked) == 2)
        self.assertIn(login("alice:first"), asked[0])
        self.assertIn(login("alice:second"), asked[1])


class BadProxies(Tunnels):
    SCHEMES = "socks5", "http"

    def test_proxy_that_is_down(self):
        for scheme in self.SCHEMES:
            self.start_through(scheme, "127.0.0.1:1")
            record = self.record_of_one()
            self.assertEqual((record["reason"], record["errno"]), ("via_failed", "ECONNREFUSED"))

    def test_nonsense(self):
        proxy = self.serve(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n"))
        self.at = proxy.address
        for scheme, told in zip(self.SCHEMES, ["its answer is not SOCKS5", "its answer is not HTTP/1.1"]):
            self.start_through(scheme, "127.0.0.1:1")
            record = self.record_of_one()
            self.assertEqual((record["reason"], record["via_error"]), ("via_failed", told))

    def test_proxy_that_closes(self):
        self.at = self.serve(lambda connection: connection.recv(100)).address
        for scheme in self.SCHEMES:
            self.start_through(scheme, "127.0.0.1:1")
            record = self.record_of_one()
            self.assertEqual(record["reason"], "via_failed")
            self.assertTrue("via_error" in record or record["errno"] == "ECONNRESET", record)

    def test_one_byte_at_a_time(self):
        def drip(connection):
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 100:
                connection.sendall(bytes([byte]))
                time.sleep(0.1)

        self.at = self.serve(drip).address
        self.daemon = self.start(config("127.0.0.1:1", listener="timeouts: {connect: 1s}", upstream=self.via("http")))
        record = self.record_of_one()
        self.assertEqual((record["reason"], record["errno"]), ("via_failed", "ETIMEDOUT"))
        self.assertLess(record["duration_ms"], 5_000)


del Tunnels, WithProgram  # they have no tests of their own


if __name__ == "__main__":
    unittest.main()
