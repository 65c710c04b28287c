"""Each file of etc/examples is right as it stands."""

import os
import unittest
from pathlib import Path

from harness import E2eTest, run
from harness.pools import EXAMPLES

TESTS = "".join(file.read_text() for file in Path(__file__).parent.glob("*.py"))


def of_this_user(warning):
    """It says that who checks lacks a capability, which need not be true of the service."""
    return "which this process does not have" in warning and os.geteuid() != 0


class EveryExample(E2eTest):
    def test_each_passes_check_without_warning(self):
        examples = sorted(EXAMPLES.rglob("*.yaml"))
        self.assertGreaterEqual(len(examples), 12)
        for example in examples:
            with self.subTest(example):
                result = run("--check", "--config", example)
                warnings = [line for line in result.stderr.splitlines() if not of_this_user(line)]
                self.assertEqual((result.returncode, warnings), (0, []), result.stdout)

    def test_each_has_test_of_behaviour(self):
        for example in EXAMPLES.iterdir():
            self.assertIn(f'name = "{example.stem}"', TESTS)


if __name__ == "__main__":
    unittest.main()
