"""The threads and peers of the tests themselves: one that dies or hangs fails its test."""

import signal
import threading
import unittest

from harness import E2eTest, PeerProcess, connect, receive_all
from harness.threads import join_all


def outcome_of(body):
    """The failures of a test whose body this is."""
    class Inner(E2eTest):
        def runTest(self):
            body(self)

    before, result = threading.excepthook, unittest.TestResult()
    try:
        Inner().run(result)
    finally:
        threading.excepthook = before
    return "".join(text for _, text in result.failures + result.errors)


def fail(*_):
    raise LookupError("on purpose")


class OwnThreads(unittest.TestCase):
    def test_dead_thread_fails_its_test(self):
        def body(_):
            thread = threading.Thread(target=fail)
            thread.start()
            thread.join()

        self.assertIn("LookupError: on purpose", outcome_of(body))
        self.assertEqual(outcome_of(lambda _: None), "")

    def test_failed_endpoint_fails_its_test(self):
        def body(test):
            with connect(test.serve(fail).address) as client:
                receive_all(client)

        self.assertIn("LookupError: on purpose", outcome_of(body))

    def test_ended_peer_fails_its_test(self):
        def body(test):
            peer = PeerProcess("echo")
            test.addCleanup(peer.close)
            peer.signal(signal.SIGTERM)
            peer.process.wait()

        self.assertIn("the endpoint ended by itself, with -15", outcome_of(body))

    def test_thread_that_hangs_is_no_success(self):
        done = threading.Event()
        thread = threading.Thread(target=done.wait, name="hangs")
        thread.start()
        with self.assertRaisesRegex(AssertionError, "hangs"):
            join_all([thread], within=0.01)
        done.set()
        join_all([thread])


if __name__ == "__main__":
    unittest.main()
