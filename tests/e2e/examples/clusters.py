"""The examples whose endpoints have roles: clients are where they belong, also after the roles have changed."""

import ssl
import subprocess
import unittest

from harness import connect
from harness.pools import ExampleTest, http, name_of_service

LEADS = {b"GET /primary": http(200), b"GET /replica": http(503)}
FOLLOWS = {b"GET /primary": http(503), b"GET /replica": http(200)}
MASTER = {b"ROLE": b"*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"}
REPLICA = {b"ROLE": b"*5\r\n$5\r\nslave\r\n$1\r\na\r\n:1\r\n$9\r\nconnected\r\n:0\r\n"}
MYSQL = {"greeting": b"\x0c\0\0\0\x0a10.11-fake\0", "answers": {b"duplexd\0": b"\x07\0\0\x02\0\0\0\x02\0\0\0"}}


class Patroni(ExampleTest):
    name = "postgresql-patroni"

    def test_writers_follow_the_leader(self):
        for host in (31, 32, 33):
            self.service(host, 5432)
        first, second, _ = [self.service(host, 8008, answers=LEADS if host == 31 else FOLLOWS) for host in (31, 32, 33)]
        self.start_example()
        self.wait_served_by(5000, {"31"})
        self.wait_served_by(5001, {"32", "33"})
        writer, _ = self.session(5000)
        readers = [self.session(5001)[0] for _ in range(2)]
        first.answers, second.answers = FOLLOWS, LEADS
        self.assert_turned_away(writer)
        self.daemon.wait_session(listener="writer", reason="endpoint_down", endpoint=self.example.endpoint(31, 5432))
        self.wait_served_by(5000, {"32"})
        self.wait_served_by(5001, {"31", "33"})
        self.assertEqual({name_of_service(reader) for reader in readers}, {"32", "33"})


class Redis(ExampleTest):
    name = "redis-sentinel"

    def test_writers_follow_the_master(self):
        first, second, _ = [self.service(host, 6379, answers=MASTER if host == 41 else REPLICA) for host in (41, 42, 43)]
        self.start_example()
        self.wait_served_by(6379, {"41"})
        self.wait_served_by(6380, {"42", "43"})
        writer, _ = self.session(6379)
        first.answers, second.answers = REPLICA, MASTER
        self.assert_turned_away(writer)
        self.wait_served_by(6379, {"42"})
        self.wait_served_by(6380, {"41", "43"})


class Galera(ExampleTest):
    name = "galera"

    def test_one_node_serves_all(self):
        first = self.service(21, 3306, **MYSQL)
        for host in (22, 23):
            self.service(host, 3306, **MYSQL)
        self.start_example()
        self.assertEqual(self.served_by(3306), {"21"})
        first.close()
        self.wait_changes("down", 21, 3306)
        self.assertEqual(self.served_by(3306), {"22"})
        client, _ = self.session(3306)
        self.service(21, 3306, **MYSQL)
        self.assert_turned_away(client)
        self.daemon.wait_session(reason="failed_back", endpoint=self.example.endpoint(22, 3306))
        self.assertEqual(self.served_by(3306), {"21"})


class Etcd(ExampleTest):
    name = "etcd"

    def test_members_without_leader_lose_clients(self):
        for host in (111, 112, 113):
            self.service(host, 2379)
        members = [self.service(host, 2381, answers={b"GET /health": http(200)}) for host in (111, 112, 113)]
        self.start_example()
        self.assertEqual(self.served_by(2379), {"111", "112", "113"})
        watches = dict(self.session(2379)[::-1] for _ in range(3))
        members[0].answers = {b"GET /health": http(503)}
        self.assert_turned_away(watches["111"])
        self.assertEqual(self.served_by(2379), {"112", "113"})
        self.assertEqual(name_of_service(watches["112"]), "112")


class Kubernetes(ExampleTest):
    name = "kubernetes-api"

    def certificate(self):
        file = f"{self.folder}/server.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=kube-apiserver", "-keyout", file, "-out", f"{self.folder}/cert.pem"],
                       check=True, capture_output=True)
        with open(f"{self.folder}/cert.pem") as certificate, open(file, "a") as both:
            both.write(certificate.read())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def tls_served_by(self, clients=6):
        context = ssl._create_unverified_context()
        names = set()
        for _ in range(clients):
            with context.wrap_socket(connect(self.example.listener(6443))) as client:
                names.add(name_of_service(client))
        return names

    def test_unready_server_gets_no_clients(self):
        tls = self.certificate()
        servers = [self.service(host, 6443, tls=tls, answers={b"GET /readyz ": http(200)}) for host in (11, 12, 13)]
        self.start_example()
        self.assertEqual(self.tls_served_by(), {"11", "12", "13"})
        servers[1].answers = {b"GET /readyz ": http(500)}
        self.wait_changes("down", 12, 6443)
        self.assertEqual(self.tls_served_by(), {"11", "13"})
        servers[1].answers = {b"GET /readyz ": http(200)}
        self.wait_changes("up", 12, 6443)
        self.assertEqual(self.tls_served_by(), {"11", "12", "13"})


if __name__ == "__main__":
    unittest.main()
