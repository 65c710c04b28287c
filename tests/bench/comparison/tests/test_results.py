import unittest

from comparison.results import Spread, spread
from comparison.tests.samples import results
from comparison.works import WORKS, Contender

WORK, NGINX = WORKS["round-trip-64"], Contender("nginx")


def ratio_of(own, peer):
    return results([(WORK.name, "duplexd", own), (WORK.name, "nginx", peer)]).ratio(WORK, "cpu", NGINX)


class Spreads(unittest.TestCase):
    def test_an_odd_number_has_its_middle_one(self):
        self.assertEqual(spread([5, 1, 2]), Spread(2, 1, 5))

    def test_an_even_number_has_the_mean_of_the_two_in_the_middle(self):
        self.assertEqual(spread([4, 1, 2, 9]), Spread(3, 1, 9))

    def test_nothing_has_none(self):
        self.assertIsNone(spread([]))


class Ratios(unittest.TestCase):
    def test_are_taken_round_by_round(self):
        # Of medians, it were 2 / 4. The rounds say 1, 0.25 and 0.75.
        self.assertEqual(ratio_of([1.0, 2.0, 3.0], [1.0, 8.0, 4.0]), Spread(0.75, 0.25, 1))

    def test_leave_out_a_round_that_failed_for_one(self):
        self.assertEqual(ratio_of([1.0, None, 3.0], [2.0, 1.0, None]), Spread(0.5, 0.5, 0.5))

    def test_there_is_none_when_all_failed(self):
        self.assertIsNone(ratio_of([None, None], [1.0, 1.0]))

    def test_there_is_none_of_what_was_not_measured(self):
        self.assertIsNone(ratio_of([1.0], []))

    def test_nothing_is_divided_by_zero(self):
        self.assertEqual(ratio_of([1.0, 1.0], [0.0, 2.0]), Spread(0.5, 0.5, 0.5))

    def test_threads_are_told_apart(self):
        name, two = "workers-connect", Contender("duplexd", 2)
        found = results([(name, "duplexd", [1.0]), (name, two, [3.0])])
        self.assertEqual(found.ratio(WORKS[name], "cpu", Contender("duplexd"), own=two).median, 3)


class Samples(unittest.TestCase):
    def test_failures_are_kept_with_their_text_and_without_figures(self):
        found = results([(WORK.name, "nginx", [1.0, None])])
        self.assertEqual([sample.round for sample in found.failures], [2])
        self.assertEqual(found.raw()[1], {"work": WORK.name, "proxy": "nginx", "threads": 1, "round": 2,
                                          "failed": "it was not there"})

    def test_what_is_reported_is_cpu_if_there_is_any(self):
        found = results([(WORK.name, "nginx", [0.02])])
        self.assertEqual(found.raw()[0]["figures"], {"rate": 500, "cpu": 20})
