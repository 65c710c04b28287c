"""Each file of etc/examples is right as it stands."""

import unittest
from pathlib import Path

from harness import E2eTest, run
from harness.pools import EXAMPLES

TESTS = "".join(file.read_text() for file in Path(__file__).parent.glob("*.py"))


class EveryExample(E2eTest):
    def test_each_passes_check_without_warning(self):
        examples = sorted(EXAMPLES.rglob("*.yaml"))
        self.assertGreaterEqual(len(examples), 12)
        for example in examples:
            with self.subTest(example):
                result = run("--check", "--config", example)
                self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)

    def test_each_has_test_of_behaviour(self):
        for example in EXAMPLES.iterdir():
            self.assertIn(f'name = "{example.stem}"', TESTS)


if __name__ == "__main__":
    unittest.main()
