import os
import tempfile
import unittest

from comparison.process import Failed, Process

CPUS = ",".join(map(str, os.sched_getaffinity(0)))


class Processes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="duplexd-bench-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def shell(self, script):
        return Process("script", ["sh", "-c", script], CPUS, self.folder)

    def test_what_is_printed_is_read_line_by_line(self):
        with self.shell("echo one; echo two; cat") as script:
            self.assertEqual([script.read_line(5), script.read_line(5)], ["one\n", "two\n"])
            script.finish()

    def test_one_that_ends_without_a_line_is_quoted(self):
        with self.shell("echo no such port >&2; exit 3") as script:
            with self.assertRaisesRegex(Failed, "script ended .* status 3; stderr: no such port"):
                script.read_line(5)

    def test_silence_has_a_deadline(self):
        with self.shell("exec sleep 60") as script:
            with self.assertRaisesRegex(Failed, "script printed nothing within 0.1 s; stderr: empty"):
                script.read_line(0.1)

    def test_a_failure_after_the_line_is_one_as_well(self):
        with self.shell("echo result; exit 1") as script:
            script.read_line(5)
            with self.assertRaisesRegex(Failed, "script ended with status 1"):
                script.finish()

    def test_children_count(self):
        with self.shell("sleep 60 & echo started; wait") as script:
            script.read_line(5)
            self.assertEqual(len(script.pids()), 2)
            self.assertGreater(script.pss(), 0)
            os.kill(script.pids()[1], 15)

    def test_nothing_is_left_of_one_that_is_stopped(self):
        with self.shell("exec sleep 60") as script:
            pid = script.pids()[0]
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)
