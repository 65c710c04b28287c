"""Two servers of PostgreSQL behind one port: psql asks for TLS by an SSLRequest, and goes where its name says. And one
without TLS, which ends before it."""

import tempfile
import unittest

from harness import E2eTest, config, split
from harness.edge import Authority, Postgresql, ask_cluster_name, why_no_postgresql

ROUTES = """
listeners:
  main:
    bind: "127.0.0.1:0"
    starttls: postgres
    routes:
      - {{sni: one.example, upstream: one}}
      - {{sni: two.example, upstream: two}}
upstreams:
  one: {{endpoints: "127.0.0.1:{}"}}
  two: {{endpoints: "127.0.0.1:{}"}}
"""


@unittest.skipIf(why_no_postgresql(), why_no_postgresql())
class WithPostgresql(E2eTest):
    """The databases take seconds to make, and are those of a class."""

    @classmethod
    def make_database(cls, name, tls):
        folder = tempfile.TemporaryDirectory(prefix="duplexd-e2e-")
        cls.addClassCleanup(folder.cleanup)
        database = Postgresql(folder.name, name, tls)
        cls.addClassCleanup(database.close)
        return database

    def psql(self, name, mode, certificate):
        return ask_cluster_name(name, split(self.daemon.address())[1][1], mode, certificate)

    def assert_reaches(self, name, mode, certificate, cluster):
        result = self.psql(name, mode, certificate)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout.strip(), cluster)


class RoutesToPostgresql(WithPostgresql):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.databases = {name: cls.make_database(name, tls=True) for name in ("one.example", "two.example")}

    def setUp(self):
        super().setUp()
        self.daemon = self.start(ROUTES.format(*(database.port for database in self.databases.values())))

    def test_each_name_reaches_its_server(self):
        for name, database in self.databases.items():
            self.assert_reaches(name, "verify-full", database.certificate, cluster=name)

    def test_client_without_tls_finds_no_route(self):
        self.assertNotEqual(self.psql("one.example", "disable", "").returncode, 0)
        self.assertEqual(self.daemon.wait_session()["reason"], "no_route")


class TlsEndsBeforePostgresql(WithPostgresql):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain, cls.own = cls.make_database("plain", tls=False), cls.make_database("own.example", tls=True)

    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)

    def start_before(self, database, upstream=""):
        pair = self.authority.sign("db.test")
        self.daemon = self.start(config(f"127.0.0.1:{database.port}", upstream=upstream, listener=f"""
            starttls: postgres
            tls: {{certificates: {pair.as_listener()}}}"""))

    def test_database_without_tls(self):
        self.start_before(self.plain)
        for mode in ["prefer", "require", "verify-full"]:
            self.assert_reaches("db.test", mode, self.authority.certificate, cluster="plain")
        self.assertEqual(self.daemon.wait_session()["server_name"], "db.test")

    def test_database_with_tls_of_its_own(self):
        self.start_before(self.own, f"tls: {{ca_file: {self.own.certificate}, server_name: own.example}}")
        self.assert_reaches("db.test", "verify-full", self.authority.certificate, cluster="own.example")
        record = self.daemon.wait_session()
        self.assertEqual((record["client_tls"], record["endpoint_tls"]), ("TLSv1.3", "TLSv1.3"))

    def test_wrong_names_are_noticed(self):
        self.start_before(self.plain)
        result = self.psql("other.test", "verify-full", self.authority.certificate)
        self.assertIn("does not match host name", result.stderr)

    def test_client_without_tls_is_refused(self):
        self.start_before(self.plain)
        self.assertNotEqual(self.psql("db.test", "disable", "").returncode, 0)
        self.assertEqual(self.daemon.wait_session()["reason"], "client_tls_failed")


if __name__ == "__main__":
    unittest.main()
