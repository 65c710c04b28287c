import unittest

from comparison.figures import figures_of, number, stated
from comparison.tests.samples import load
from comparison.works import WORKS


class FiguresOfAWork(unittest.TestCase):
    def test_cpu_per_round_trip_in_microseconds(self):
        found = figures_of(WORKS["round-trip-64"], load(units=100_000, seconds=2.0, cpu_seconds=1.5, p99_us=70))
        self.assertEqual(found, {"cpu": 15, "rate": 50_000, "p99": 70})

    def test_cpu_per_gigabyte_in_seconds(self):
        found = figures_of(WORKS["download-1"], load(units=4e9, seconds=2.0, cpu_seconds=1.0))
        self.assertEqual(found, {"cpu": 0.25, "rate": 2})

    def test_no_proxy_has_no_cpu(self):
        self.assertEqual(figures_of(WORKS["connect"], load(units=10, seconds=5)), {"rate": 2})

    def test_only_held_sessions_have_memory(self):
        self.assertEqual(figures_of(WORKS["ramp"], load(idle_bytes=700.5))["idle"], 700.5)


class Numbers(unittest.TestCase):
    def test_three_digits_are_printed(self):
        self.assertEqual([number(value) for value in (0.12345, 1.999, 17.94, 123.4, 999.6, 123456)],
                         ["0.123", "2", "17.9", "123", "1000", "123,456"])

    def test_units_follow_the_work(self):
        self.assertEqual(stated(WORKS["round-trip-1"], "cpu", 17.94), "17.9 µs per round trip")
        self.assertEqual(stated(WORKS["both-1"], "rate", 2.5), "2.5 GB/s")
        self.assertEqual(stated(WORKS["ramp"], "idle", 1024), "1,024 bytes per session")
        self.assertEqual(stated(WORKS["connect"], "p99", 88.25), "88.2 µs")
