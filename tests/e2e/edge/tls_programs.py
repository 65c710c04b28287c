"""Programs that speak TLS, before TLS that ends here, and behind TLS that begins here: curl, redis-cli, nginx, HAProxy."""

import shutil
import subprocess
import unittest

from harness import DEADLINE, TETHER, E2eTest, config, connect, eventually, free_port, split
from harness.edge import Authority, Haproxy, Nginx, ask, connect_tls, why_no_haproxy, why_no_nginx


class TlsPrograms(E2eTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        self.pair = self.authority.sign("a.test")
        self.last = f"127.0.0.1:{free_port()}"

    def haproxy(self, expects=""):
        program = Haproxy(self.folder, [self.last], Haproxy.tells(self.last, expects))
        self.addCleanup(program.close)

    def nginx(self, more=""):
        program = Nginx(self.folder, [self.last], http=f"""server {{
            listen {self.last} ssl; ssl_certificate {self.pair.certificate}; ssl_certificate_key {self.pair.key};
            ssl_protocols TLSv1.2 TLSv1.3; {more}
            return 200 '$remote_addr $ssl_protocol $ssl_session_reused $ssl_server_name $ssl_client_verify'; }}""")
        self.addCleanup(program.close)

    def start_with(self, listener="", tls=""):
        """`tls` are more keys of the upstream's."""
        upstream = f"tls: {{ca_file: {self.authority.certificate}, {tls}}}" if tls else ""
        self.daemon = self.start(config(self.last, listener=listener, upstream=upstream))

    def ends_tls(self, more=""):
        return f"tls: {{certificates: {self.pair.as_listener()}, {more}}}"

    def told(self):
        with connect(self.daemon.address()) as client:
            return ask(client)

    def curl(self, *options):
        """Of https://a.test/ at the daemon."""
        port = split(self.daemon.address())[1][1]
        return subprocess.run(["curl", "--silent", "--show-error", "--cacert", self.authority.certificate, "--resolve",
                               f"a.test:{port}:127.0.0.1", *options, f"https://a.test:{port}/"], capture_output=True,
                              text=True, timeout=DEADLINE, check=True).stdout

    @unittest.skipIf(why_no_haproxy(), why_no_haproxy())
    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_curl_before_haproxy(self):
        self.haproxy()
        self.start_with(self.ends_tls("alpn: [http/1.1]"))
        for options in [[], ["--tls-max", "1.2"], ["--no-alpn"]]:
            self.assertIn("127.0.0.1:", self.curl(*options))
        self.assertEqual(self.daemon.wait_session(client_tls="TLSv1.2")["server_name"], "a.test")

    @unittest.skipUnless(shutil.which("redis-server") and shutil.which("redis-cli"), "redis is not installed")
    def test_redis_cli_before_redis(self):
        process = subprocess.Popen([*TETHER, "redis-server", "--port", self.last.rpartition(":")[2], "--bind", "127.0.0.1",
                                    "--save", "", "--dir", self.folder], stdout=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.start_with(self.ends_tls())
        port = str(split(self.daemon.address())[1][1])
        command = ["redis-cli", "-h", "127.0.0.1", "-p", port, "--tls", "--sni", "a.test", "--cacert",
                   self.authority.certificate]
        ask_redis = lambda *more: subprocess.run([*command, *more], capture_output=True, text=True, timeout=DEADLINE,
                                                 check=False).stdout.strip()
        eventually(lambda: ask_redis("PING") == "PONG", what="redis to start", every=0.05)
        value = "x" * 1_000_000
        self.assertEqual(subprocess.run([*command, "-x", "SET", "key"], input=value, capture_output=True, text=True,
                                        timeout=DEADLINE, check=True).stdout.strip(), "OK")
        self.assertEqual(ask_redis("GET", "key"), value)

    @unittest.skipIf(why_no_nginx(), why_no_nginx())
    def test_nginx_sees_name_and_resumption(self):
        self.nginx()
        self.start_with(tls="server_name: a.test")
        self.assertEqual(self.told(), ["127.0.0.1", "TLSv1.3", ".", "a.test", "NONE"])
        eventually(lambda: self.told()[2] == "r", what="a session to be resumed")

    @unittest.skipIf(why_no_nginx(), why_no_nginx())
    def test_nginx_verifies_our_certificate(self):
        self.nginx(f"ssl_verify_client on; ssl_client_certificate {self.authority.certificate};")
        own = self.authority.sign("client")
        self.start_with(tls=f"server_name: a.test, certificate_file: {own.certificate}, key_file: {own.key}")
        self.assertEqual(self.told()[1:], ["TLSv1.3", ".", "a.test", "SUCCESS"])

    @unittest.skipIf(why_no_haproxy(), why_no_haproxy())
    def test_haproxy_behind_tls_and_header(self):
        self.haproxy(f"accept-proxy ssl crt {self.pair.both} alpn http/1.1")
        self.daemon = self.start(config(self.last, listener=self.ends_tls(), upstream=f"""
            proxy_protocol: {{version: v2, send: [authority, crc32c]}}
            tls: {{ca_file: {self.authority.certificate}, server_name: a.test, alpn: [http/1.1]}}"""))
        with connect_tls(self.daemon.address(), self.authority.client_context(), source="127.0.0.5") as client:
            self.assertEqual(ask(client)[0].rpartition(":")[0], "127.0.0.5")
        self.assertEqual(self.daemon.wait_session()["endpoint_tls"], "TLSv1.3")

    @unittest.skipIf(why_no_haproxy(), why_no_haproxy())
    def test_wrong_endpoint_is_not_used(self):
        self.haproxy(f"ssl crt {self.pair.both}")
        known = f"ca_file: {self.authority.certificate}, "
        for tls, says in [(known + "server_name: b.test", "it is of a.test, not of 'b.test'"),
                          ("server_name: a.test", "local issuer certificate")]:
            self.daemon = self.start(config(self.last, upstream=f"tls: {{{tls}}}"))
            with connect(self.daemon.address()) as client:
                self.assert_turned_away(client)
            record = self.daemon.wait_session()
            self.assertEqual(record["reason"], "endpoint_tls_failed")
            self.assertIn(says, record["tls_error"])


if __name__ == "__main__":
    unittest.main()
