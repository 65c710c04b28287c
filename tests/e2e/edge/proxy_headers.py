"""The address of the client passes through HAProxy, nginx and the daemon to the last program, whoever says it first."""

import shutil
import ssl
import subprocess
import unittest

from harness import E2eTest, config, connect, echo, eventually, free_port, join
from harness.catalogs import Certificates
from harness.edge import Haproxy, Nginx, ask, why_no_haproxy, why_no_nginx

BELIEVED = "proxy_protocol: {from: [127.0.0.0/8, '::1']}"
CLIENT = "127.0.0.5"


class ProxyHeaders(E2eTest):
    def setUp(self):
        super().setUp()
        self.choose_ports()

    def choose_ports(self):
        self.front, self.here, self.last = (f"127.0.0.1:{free_port()}" for _ in range(3))

    def start_daemon(self, sends="off", more=""):
        self.daemon = self.start(config(self.last, bind=self.here, listener=BELIEVED,
                                        upstream=f"proxy_protocol: {sends}\n{more}"))

    def haproxy(self, addresses, *sections):
        program = Haproxy(self.folder, addresses, *sections)
        self.addCleanup(program.close)
        return program

    def nginx(self, **parts):
        program = Nginx(self.folder, [self.front, self.last], **parts)
        self.addCleanup(program.close)

    def assert_seen_at_the_end(self, client=CLIENT):
        with connect(self.front, source=client) as connection:
            told = join(connection.getsockname())
            self.assertEqual(ask(connection)[:2], [bare(told), bare(self.front)])
        record = self.daemon.wait_session(client=told)
        self.assertTrue(record["via"].startswith("127.0.0.1:"), record)

    @unittest.skipIf(why_no_haproxy(), why_no_haproxy())
    def test_haproxy_on_both_sides(self):
        for said in ["send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c"]:
            for sends in ["v1", "v2", "{send: crc32c}"]:
                with self.subTest(said=said, sends=sends):
                    self.choose_ports()
                    self.haproxy([self.front, self.last], Haproxy.passes("front", self.front, self.here, said),
                                 Haproxy.tells(self.last))
                    self.start_daemon(sends)
                    self.assert_seen_at_the_end()

    @unittest.skipIf(why_no_haproxy(), why_no_haproxy())
    def test_ipv6_client_of_ipv4_daemon(self):
        self.front = f"[::1]:{free_port()}"
        self.haproxy([self.front, self.last], Haproxy.passes("front", self.front, self.here, "send-proxy-v2"),
                     Haproxy.tells(self.last))
        self.start_daemon("v1")
        self.assert_seen_at_the_end(client="::1")

    @unittest.skipIf(why_no_haproxy(), why_no_haproxy())
    def test_received_fields_are_passed_on(self):
        certificates = Certificates(self.folder)
        both = f"{self.folder}/both.pem"
        with open(both, "wb") as file:
            file.write(certificates.server.read_bytes() + certificates.server_key.read_bytes())
        self.haproxy([self.last], Haproxy.tells(self.last),
                     Haproxy.passes("front", self.front, self.here, "send-proxy-v2 proxy-v2-options "
                                    "ssl,authority,unique-id,crc32c", listens=f"ssl crt {both}"))
        self.start_daemon("{send: [received, crc32c]}")
        context = ssl.create_default_context(cafile=certificates.ca)
        context.check_hostname = False
        with context.wrap_socket(connect(self.front, source=CLIENT), server_hostname="a.test") as client:
            port = client.getsockname()[1]
            self.assertEqual(ask(client)[2:], ["a.test", f"id-{CLIENT}-{port}"])

    @unittest.skipIf(why_no_nginx(), why_no_nginx())
    def test_nginx_on_both_sides(self):
        self.nginx(stream=Nginx.passes(self.front, self.here), http=Nginx.tells(self.last))
        self.start_daemon("v1")
        self.assert_seen_at_the_end()

    @unittest.skipIf(why_no_haproxy(), why_no_haproxy())
    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_curl_says_its_own_address(self):
        self.haproxy([self.last], Haproxy.tells(self.last))
        self.start_daemon("v2")
        result = subprocess.run(["curl", "--silent", "--haproxy-protocol", "--interface", "127.0.0.6", "--write-out",
                                 " %{local_ip}:%{local_port}", f"http://{self.here}/"],
                                capture_output=True, text=True, timeout=30, check=True)
        told, came_to, *_, own = result.stdout.split()
        self.assertEqual((told, came_to), (own, self.here))

    @unittest.skipIf(why_no_haproxy(), why_no_haproxy())
    def test_client_without_proxy_is_told(self):
        """Who is believed may be nobody: the listener has no header, and its clients are told all the same."""
        self.haproxy([self.last], Haproxy.tells(self.last))
        self.daemon = self.start(config(self.last, bind=self.here, upstream="proxy_protocol: v2"))
        with connect(self.here, source=CLIENT) as connection:
            self.assertEqual(ask(connection)[:2], [join(connection.getsockname()), self.here])

    @unittest.skipIf(why_no_haproxy(), why_no_haproxy())
    def test_checks_say_local(self):
        plain = self.haproxy([self.last], Haproxy.tells(self.last, expects=""))
        self.start_daemon("v2", "check: {type: http, interval: 200ms, rise: 1, fall: 1}")
        self.daemon.log.wait("endpoint_down")
        plain.close()
        self.haproxy([self.last], Haproxy.tells(self.last))
        self.daemon.log.wait("endpoint_up")

    def test_server_first_protocol_needs_no_byte(self):
        endpoint = self.serve(lambda connection: connection.sendall(b"220 ready\r\n"))
        self.daemon = self.start(config(endpoint.address, listener=BELIEVED))
        client = self.connect(self.daemon.address())
        client.sendall(b"PROXY TCP4 192.0.2.1 198.51.100.2 51234 25\r\n")
        self.assertEqual(client.recv(100), b"220 ready\r\n")
        client.close()
        self.assertEqual(self.daemon.wait_session()["client"], "192.0.2.1:51234")

    def test_header_in_pieces_before_data(self):
        endpoint = self.serve(echo)
        self.daemon = self.start(config(endpoint.address, listener=BELIEVED))
        client = self.connect(self.daemon.address())
        for byte in b"PROXY TCP4 192.0.2.1 198.51.100.2 51234 25\r":
            client.sendall(bytes([byte]))
        client.sendall(b"\nis anybody there?")
        self.assertEqual(client.recv(100), b"is anybody there?")

    def test_access_judges_the_told_address(self):
        endpoint = self.serve(echo)
        self.daemon = self.start(config(endpoint.address, listener=f"{BELIEVED}\naccess: {{deny: [192.0.2.0/24]}}"))
        client = self.connect(self.daemon.address())
        client.sendall(b"PROXY TCP4 192.0.2.1 198.51.100.2 51234 25\r\nhello")
        self.assert_turned_away(client)
        self.assertEqual(self.daemon.wait_session()["reason"], "access_denied")
        eventually(lambda: endpoint.connections == [])


def bare(address):
    """As programs print the addresses of IPv6."""
    return address.replace("[", "").replace("]", "")


if __name__ == "__main__":
    unittest.main()
