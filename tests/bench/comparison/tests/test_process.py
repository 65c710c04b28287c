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

    def test_output_is_read_by_lines(self):
        with self.shell("echo one; echo two; cat") as script:
            self.assertEqual([script.read_line(5), script.read_line(5)], ["one\n", "two\n"])
            script.finish()

    def test_failure_without_line_quotes_output(self):
        with self.shell("echo no such port >&2; exit 3") as script:
            with self.assertRaisesRegex(Failed, "script ended .* status 3; stderr: no such port"):
                script.read_line(5)

    def test_silent_process_times_out(self):
        with self.shell("exec sleep 60") as script:
            with self.assertRaisesRegex(Failed, "script printed nothing within 0.1 s; stderr: empty"):
                script.read_line(0.1)

    def test_failure_after_line_is_raised(self):
        with self.shell("echo result; exit 1") as script:
            script.read_line(5)
            with self.assertRaisesRegex(Failed, "script ended with status 1"):
                script.finish()

    def test_children_are_counted(self):
        with self.shell("sleep 60 & echo started; wait") as script:
            script.read_line(5)
            self.assertEqual(len(script.pids()), 2)
            self.assertGreater(script.pss(), 0)
            os.kill(script.pids()[1], 15)

    def test_stopped_process_leaves_no_children(self):
        with self.shell("exec sleep 60") as script:
            pid = script.pids()[0]
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)
