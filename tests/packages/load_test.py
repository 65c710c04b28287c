"""The load of the package test: every client ends as one outcome, whatever becomes of it."""

import contextlib
import errno
import select
import socket
import struct
import sys
import threading
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).with_name("inside")))

import load
from steps import Steps


class Resets:
    """An endpoint that resets each connection once it has got something."""

    def __init__(self):
        self._listening = socket.create_server((load.HOST, 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()

    def _run(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                connection, _ = self._listening.accept()
                connection.recv(1)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()


class ClientThatIsReset(socket.socket):
    """The reset comes before it shuts down."""

    def shutdown(self, how):
        poll = select.poll()
        poll.register(self, 0)
        assert poll.poll(10_000), "no reset came"
        super().shutdown(how)


class OutcomeTest(unittest.TestCase):
    def test_lost_connection_counts_as_reset(self):
        endpoint = Resets()
        self.addCleanup(endpoint.close)
        with mock.patch.object(load.socket, "socket", ClientThatIsReset):
            self.assertEqual(load.session(endpoint.port), "reset")

    def test_every_error_has_a_word(self):
        words = {number: load.outcome_of(OSError(number, "")) for number in errno.errorcode}
        self.assertEqual({number for number, word in words.items() if not word}, set())
        self.assertEqual((words[errno.ECONNREFUSED], words[errno.ENOENT]), ("refused", "refused"))
        self.assertEqual((words[errno.ENOTCONN], words[errno.EPIPE], words[errno.ECONNRESET]), ("reset",) * 3)
        self.assertEqual((words[errno.ETIMEDOUT], words[errno.EMFILE]), ("late", "EMFILE"))
        self.assertEqual(load.outcome_of(TimeoutError("timed out")), "late")


class LoadTest(unittest.TestCase):
    def test_served_clients_are_all_counted(self):
        outcomes = mock.Mock(return_value="ok")
        with mock.patch.object(load, "session", outcomes), load.Load(0, threads=3) as busy:
            while busy.counts["ok"] < 10:
                pass
        busy.assert_all_served()
        self.assertEqual(busy.counts.total(), outcomes.call_count)

    def test_one_lost_client_fails_the_load(self):
        outcomes = mock.Mock(side_effect=lambda _: "reset" if outcomes.call_count == 5 else "ok")
        with mock.patch.object(load, "session", outcomes), load.Load(0, threads=3) as busy:
            while busy.counts.total() < 10:
                pass
        with self.assertRaisesRegex(AssertionError, "1 reset"):
            busy.assert_all_served()

    def test_load_without_clients_is_not_served(self):
        with self.assertRaises(AssertionError):
            load.Load(0).assert_all_served()

    def test_dead_client_fails_the_block(self):
        with mock.patch.object(load, "session", side_effect=RuntimeError("dead")) as deaths:
            with self.assertRaisesRegex(RuntimeError, "dead"), load.Load(0, threads=3):
                while not deaths.called:
                    pass


class StepsTest(unittest.TestCase):
    def setUp(self):
        self.addCleanup(setattr, threading, "excepthook", threading.excepthook)
        self.enterContext(mock.patch("steps.Journal"))
        self.enterContext(mock.patch("steps.print"))
        self.steps = Steps("test")

    def test_dead_thread_fails_the_step(self):
        def step():
            thread = threading.Thread(target=lambda: [][0])
            thread.start()
            thread.join()

        self.steps("with a dead thread", step)
        self.steps("without", lambda: "")
        self.assertEqual((self.steps.passed, self.steps.failed), (1, 1))


if __name__ == "__main__":
    unittest.main()
