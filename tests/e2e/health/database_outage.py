"""One of two databases, PostgreSQL or MariaDB, is killed, frozen and started again, while clients keep coming."""

import shutil
import tempfile
import time
import unittest

from harness import config
from harness.pools import MariaDb, OutageTest, Postgresql

# Passive ejection would notice a killed database before the checks do.
UPSTREAM = """
check: {{type: {check}, interval: 200ms, timeout: 1s}}
passive: off
"""


class DatabaseOutage:
    """`Database` is the program, `check` the type of its check."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.Database.is_installed():
            raise unittest.SkipTest(f"{cls.Database.__name__} is not installed")
        cls.template = tempfile.mkdtemp(prefix="duplexd-e2e-")
        cls.addClassCleanup(shutil.rmtree, cls.template)
        cls.Database(cls.template, "template").make()

    def setUp(self):
        super().setUp()
        self.fails, self.well = [self.start_database(name) for name in ("fails", "well")]
        self.daemon = self.start(config(self.fails.address, self.well.address,
                                        upstream=UPSTREAM.format(check=self.check)))

    def start_database(self, name):
        database = self.Database(self.folder, name)
        database.copy(self.Database(self.template, "template"))
        self.addCleanup(database.stop)
        database.start()
        return database

    def assert_avoided(self, visits, since, until):
        during = [visit for visit in visits if since < visit.began < until]
        self.assertGreater(len(during), 5)
        self.assertEqual(self.endpoints_of(during), {self.well.address})

    def test_killed_database_loses_no_client(self):
        self.start_visitors(self.Database.ask)
        killed = time.monotonic()
        self.fails.stop()
        gone = time.monotonic()
        down = self.wait_change("down", self.fails.address)
        self.visitors.wait_answered(10)
        started = time.monotonic()
        self.fails.start()
        up = self.wait_change("up", self.fails.address)
        self.visitors.wait_answered(10)
        visits = self.finish_visits()
        lost = self.report(f"{self.check} killed", visits, killed, down)
        self.assert_avoided(visits, down, started)
        # Who had reached the database when it was killed saw that, and nobody else.
        self.assertLessEqual(self.endpoints_of(lost), {self.fails.address})
        self.assertEqual([visit for visit in lost if visit.began > gone], [])
        self.assertIn(self.fails.address, self.endpoints_of([visit for visit in visits if visit.began > up]))

    def test_frozen_database_keeps_few_waiting(self):
        self.start_visitors(self.Database.ask)
        frozen = time.monotonic()
        self.fails.freeze()
        down = self.wait_change("down", self.fails.address)
        self.visitors.wait_answered(20)
        thawed = time.monotonic()
        self.fails.thaw()
        up = self.wait_change("up", self.fails.address)
        self.visitors.wait_answered(10)
        visits = self.finish_visits()
        lost = self.report(f"{self.check} frozen", visits, frozen, down)
        self.assert_avoided(visits, down, thawed)
        self.assertEqual(lost, [])
        self.assertIn(self.fails.address, self.endpoints_of([visit for visit in visits if visit.began > up]))


class PostgresqlOutage(DatabaseOutage, OutageTest):
    Database, check = Postgresql, "postgres"


class MariaDbOutage(DatabaseOutage, OutageTest):
    Database, check = MariaDb, "mysql"


if __name__ == "__main__":
    unittest.main()
