"""Clients go where the name says that they ask for in TLS, which ends at the endpoint: openssl and curl on both sides, and
clients that send a hello slowly, in pieces, or none."""

import socket
import subprocess
import time
import unittest
from pathlib import Path

from harness import TETHER, E2eTest, eventually, free_port, receive_exactly, split

HELLO_FILES = Path(__file__).resolve().parents[2] / "fuzz/corpus/hello"


def hello(name):
    return (HELLO_FILES / name).read_bytes()


class Routed(E2eTest):
    ports = {}

    def route(self, routes, listener="", upstreams=None):
        """Starts the daemon with these routes, to upstreams that have these ports."""
        ports = upstreams or {name[0]: port for name, port in self.ports.items()}
        text = "listeners:\n  main:\n    bind: \"127.0.0.1:0\"\n" + "".join(f"    {line}\n" for line in listener.splitlines())
        text += "    routes:\n" + "".join(f"      - {{{line}}}\n" for line in routes)
        text += "upstreams:\n" + "".join(f"  {name}: {{endpoints: \"127.0.0.1:{port}\", retry: {{rounds: 0}}}}\n"
                                         for name, port in ports.items())
        return self.start(text)

    def reason_of(self, daemon):
        return daemon.wait_session()["reason"]


class RoutesByName(Routed):
    def setUp(self):
        super().setUp()
        self.ports = {name: self.serve_tls(name) for name in ("a.example", "b.example")}

    def serve_tls(self, name):
        """openssl s_server, whose certificate has the name of the endpoint."""
        key, certificate = (str(Path(self.folder) / f"{name}.{kind}") for kind in ("key", "pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days",
                        "9", "-subj", f"/CN={name}", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        port = free_port()
        process = subprocess.Popen([*TETHER, "openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{port}", "-key", key,
                                    "-cert", certificate, "-www"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait, 10)
        self.addCleanup(process.kill)
        eventually(lambda: self.is_open(port), what="s_server to listen", every=0.05)
        return port

    def is_open(self, port):
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    def by_name(self, *more, listener=""):
        return self.route(["sni: a.example, upstream: a", "sni: [\"*.b.example\", b.example], upstream: b", *more], listener)

    def peer_of(self, daemon, name, *arguments):
        """The subject that openssl s_client sees, "CN = a.example"; "": there was no handshake."""
        result = subprocess.run(["openssl", "s_client", "-connect", daemon.address(), "-servername", name, *arguments],
                                input=b"", capture_output=True, timeout=20, check=False)
        subjects = [line for line in result.stdout.decode().splitlines() if line.startswith("subject=")]
        return subjects[0].removeprefix("subject=") if subjects else ""

    def test_openssl_reaches_whom_it_asks_for(self):
        daemon = self.by_name()
        for version in ("-tls1_2", "-tls1_3"):
            self.assertEqual(self.peer_of(daemon, "a.example", version), "CN = a.example")
            self.assertEqual(self.peer_of(daemon, "X.B.Example", version), "CN = b.example")

    def test_curl_fetches_from_both(self):
        daemon = self.by_name()
        port = split(daemon.address())[1][1]
        for name in ("a.example", "b.example"):
            page = subprocess.run(["curl", "-sk", "--http1.1", "--resolve", f"{name}:{port}:127.0.0.1", f"https://{name}:{port}/"],
                                  capture_output=True, timeout=20, check=True).stdout
            self.assertIn(b"TLSv1.3", page)

    def test_protocol_decides_as_well(self):
        daemon = self.route(["alpn: acme-tls/1, upstream: a", "sni: default, upstream: b"])
        self.assertEqual(self.peer_of(daemon, "x.example", "-alpn", "acme-tls/1"), "CN = a.example")
        self.assertEqual(self.peer_of(daemon, "x.example", "-alpn", "h2"), "CN = b.example")
        self.assertEqual(self.peer_of(daemon, "x.example"), "CN = b.example")

    def test_other_name_finds_no_route(self):
        daemon = self.by_name()
        self.assertEqual(self.peer_of(daemon, "c.example"), "")
        self.assertEqual(self.reason_of(daemon), "no_route")

    def test_rejected_name_is_closed(self):
        daemon = self.by_name("sni: c.example, reject: true", "sni: default, upstream: a")
        self.assertEqual(self.peer_of(daemon, "c.example"), "")
        self.assertEqual(self.reason_of(daemon), "route_rejected")

    def test_client_without_tls_finds_no_route(self):
        daemon = self.by_name("sni: default, upstream: a")
        client = self.connect(daemon.address())
        client.sendall(b"G")
        self.assert_turned_away(client)
        self.assertEqual(self.reason_of(daemon), "no_route")

    def test_broken_hellos_reach_no_endpoint(self):
        daemon = self.by_name("upstream: a")
        for name in ("several_names", "nul", "empty_name", "extension_twice", "alert"):
            client = self.connect(daemon.address())
            client.sendall(hello(name))
            self.assert_turned_away(client)
        eventually(lambda: len(daemon.sessions(reason="bad_client_hello")) == 5, what="five records")


class RawHellos(Routed):
    """The endpoint sees the bytes of the hello, whatever they stand for."""

    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(lambda connection: connection.sendall(receive_exactly(connection, self.expected)))
        self.ports = {"a.example": split(self.endpoint.address)[1][1], "b.example": free_port()}

    def assert_arrives(self, daemon, pieces, pause=0.0):
        self.expected = sum(map(len, pieces))
        client = self.connect(daemon.address())
        for piece in pieces:
            client.sendall(piece)
            time.sleep(pause)  # is what is tested: a client that takes its time
        self.assertEqual(receive_exactly(client, self.expected), b"".join(pieces))

    def to_a(self, **options):
        return self.route(["sni: www.example.com, upstream: a"], **options)

    def test_hello_larger_than_a_segment_arrives(self):
        daemon = self.to_a()
        for name in ("chromium", "firefox", "in_two_records"):
            sent = hello(name)
            self.assert_arrives(daemon, [sent])
            self.assert_arrives(daemon, [sent[:1400], sent[1400:]], pause=0.05)

    def test_hello_byte_by_byte_arrives(self):
        sent = hello("openssl_tls12")
        self.assert_arrives(self.to_a(), [sent[at:at + 1] for at in range(len(sent))], pause=0.002)

    def test_byte_a_second_takes_too_long(self):
        daemon = self.to_a(listener="timeouts: {handshake: 3s, connect: 1s}")
        client = self.connect(daemon.address())
        begin = time.monotonic()
        with self.assertRaises(OSError):
            for byte in hello("firefox"):
                client.sendall(bytes([byte]))
                time.sleep(1)
        self.assertLess(time.monotonic() - begin, 8)
        self.assertEqual(self.reason_of(daemon), "handshake_timeout")

    def test_endpoint_may_speak_first_without_names(self):
        greeting = self.serve(lambda connection: connection.sendall(b"220 ready\r\n"))
        daemon = self.route(["source: 127.0.0.0/8, upstream: a", "sni: www.example.com, upstream: b"],
                            upstreams={"a": split(greeting.address)[1][1], "b": free_port()})
        self.assertEqual(receive_exactly(self.connect(daemon.address()), 11), b"220 ready\r\n")


if __name__ == "__main__":
    unittest.main()
