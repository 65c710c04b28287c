import unittest

from comparison.targets import TARGETS, Target
from comparison.tests.samples import load, results
from comparison.plan import Step
from comparison.works import WORKS, Contender

WORK = WORKS["connect"]
PEERS = (Contender("haproxy"), Contender("nginx"))


def measured(own, haproxy, nginx):
    return results([(WORK.name, "duplexd", own), (WORK.name, "haproxy", haproxy), (WORK.name, "nginx", nginx)])


class Targets(unittest.TestCase):
    def test_better_peer_sets_the_limit(self):
        target = Target(WORK, "cpu", 1.0, PEERS)
        self.assertEqual(target.reached(measured([3.0], [2.0], [4.0])).median, 1.5)
        self.assertIs(target.is_met(measured([3.0], [2.0], [4.0])), False)
        self.assertIs(target.is_met(measured([3.0], [5.0], [4.0])), True)

    def test_ratio_at_limit_is_met(self):
        self.assertIs(Target(WORK, "cpu", 0.75, PEERS[:1]).is_met(measured([3.0], [4.0], [])), True)

    def test_missing_peer_leaves_target_open(self):
        target = Target(WORK, "cpu", 1.0, PEERS)
        self.assertIsNone(target.is_met(measured([1.0], [2.0], [])))
        self.assertIsNone(target.is_met(measured([1.0], [2.0], [None])))
        self.assertIsNone(target.is_met(measured([None], [2.0], [2.0])))

    def test_target_may_be_an_amount(self):
        found = results([])
        found.add(Step(WORKS["ramp"], Contender("duplexd"), 1), load(idle_bytes=1025))
        self.assertIs(Target(WORKS["ramp"], "idle", 1024).is_met(found), False)
        self.assertIs(Target(WORKS["ramp"], "idle", 1025).is_met(found), True)

    def test_two_workers_compare_with_one(self):
        target = next(target for target in TARGETS if target.work.name == "workers-connect")
        name, two = target.work.name, Contender("duplexd", 2)
        self.assertAlmostEqual(
            target.reached(results([(name, "duplexd", [2.0]), (name, two, [2.1])])).median, 1.05)
        self.assertEqual(target.bound(), "1.05 × one worker")

    def test_every_target_is_measured(self):
        for target in TARGETS:
            self.assertLessEqual({target.own, *target.peers}, set(target.work.contenders), target)
