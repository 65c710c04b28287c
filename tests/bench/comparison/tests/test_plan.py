import unittest

from comparison.plan import plan, time_left
from comparison.works import MAIN, WORKS


class Plans(unittest.TestCase):
    def test_each_round_has_one_turn_each(self):
        steps = plan(WORKS.values(), 3)
        self.assertEqual(len(steps), len(set(steps)))
        self.assertEqual(len(steps), 3 * sum(len(work.contenders) for work in WORKS.values()))

    def test_rounds_follow_each_other(self):
        rounds = [step.round for step in plan(MAIN[:1], 3)]
        self.assertEqual(rounds, sorted(rounds))

    def test_shuffled_order_repeats_in_every_run(self):
        work = WORKS["connect"]
        orders = [[step.contender for step in plan([work], 4) if step.round == number] for number in (1, 2, 3, 4)]
        self.assertEqual({frozenset(order) for order in orders}, {frozenset(work.contenders)})
        self.assertGreater(len(set(map(tuple, orders))), 1)
        self.assertEqual(plan([work], 4), plan([work], 4))


class TimeLeft(unittest.TestCase):
    def test_time_left_follows_past_pace(self):
        self.assertEqual(time_left(taken=30, done=10, total=20), "30 s left")
        self.assertEqual(time_left(taken=30, done=10, total=250), "12 min left")

    def test_last_step_leaves_no_time(self):
        self.assertEqual(time_left(taken=99, done=3, total=3), "0 s left")
