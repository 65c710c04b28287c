import unittest

from comparison.results import Spread, spread
from comparison.tests.samples import results
from comparison.works import WORKS, Contender

WORK, NGINX = WORKS["round-trip-64"], Contender("nginx")


def ratio_of(own, peer):
    return results([(WORK.name, "duplexd", own), (WORK.name, "nginx", peer)]).ratio(WORK, "cpu", NGINX)


class Spreads(unittest.TestCase):
    def test_odd_count_has_middle_value(self):
        self.assertEqual(spread([5, 1, 2]), Spread(2, 1, 5))

    def test_even_count_has_mean_of_middle(self):
        self.assertEqual(spread([4, 1, 2, 9]), Spread(3, 1, 9))

    def test_empty_sample_has_no_median(self):
        self.assertIsNone(spread([]))


class Ratios(unittest.TestCase):
    def test_ratios_are_taken_per_round(self):
        # Of medians, it were 2 / 4. The rounds say 1, 0.25 and 0.75.
        self.assertEqual(ratio_of([1.0, 2.0, 3.0], [1.0, 8.0, 4.0]), Spread(0.75, 0.25, 1))

    def test_ratios_skip_failed_rounds(self):
        self.assertEqual(ratio_of([1.0, None, 3.0], [2.0, 1.0, None]), Spread(0.5, 0.5, 0.5))

    def test_all_failed_gives_no_ratio(self):
        self.assertIsNone(ratio_of([None, None], [1.0, 1.0]))

    def test_unmeasured_work_has_no_ratio(self):
        self.assertIsNone(ratio_of([1.0], []))

    def test_zero_is_no_divisor(self):
        self.assertEqual(ratio_of([1.0, 1.0], [0.0, 2.0]), Spread(0.5, 0.5, 0.5))

    def test_ratios_differ_by_thread_count(self):
        name, two = "workers-connect", Contender("duplexd", 2)
        found = results([(name, "duplexd", [1.0]), (name, two, [3.0])])
        self.assertEqual(found.ratio(WORKS[name], "cpu", Contender("duplexd"), own=two).median, 3)


class Samples(unittest.TestCase):
    def test_failure_has_text_without_figures(self):
        found = results([(WORK.name, "nginx", [1.0, None])])
        self.assertEqual([sample.round for sample in found.failures], [2])
        self.assertEqual(found.raw()[1], {"work": WORK.name, "proxy": "nginx", "threads": 1, "round": 2,
                                          "failed": "it was not there"})

    def test_cpu_is_reported_if_measured(self):
        found = results([(WORK.name, "nginx", [0.02])])
        self.assertEqual(found.raw()[0]["figures"], {"rate": 500, "cpu": 20})
