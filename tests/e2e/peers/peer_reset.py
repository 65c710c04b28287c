"""A peer resets its connection: the other side sees a reset, and the end record names the side that reset."""

import errno
import queue
import socket
import threading
import unittest

from harness import DEADLINE, E2eTest, config, connect, eventually, receive_all, reset

# Linux reports a reset that follows the other side's end of stream as EPIPE.
RESET_ERRORS = {errno.ECONNRESET, errno.EPIPE}


def end_of(connection, action):
    """Repeats `action` until the connection ends: its errno, 0 for an orderly end, None for a timeout."""
    try:
        while action(connection):
            pass
        return 0
    except OSError as failure:
        return failure.errno


def receive(connection):
    return connection.recv(65536)


def send(connection):
    return connection.send(bytes(65536))


class PeerReset(E2eTest):
    """In every test the client and the endpoint take turns as the one that resets and the one that watches."""

    def session(self):
        """Both ends of a session through a new daemon; it has carried bytes both ways."""
        connections, finished = queue.SimpleQueue(), threading.Event()

        def hand_over(connection):
            connections.put(connection)
            finished.wait()

        self.daemon = self.start(config(self.serve(hand_over).address))
        self.addCleanup(finished.set)
        client = self.connect(self.daemon.address())
        endpoint = connections.get(timeout=DEADLINE)
        for sender, receiver in [(client, endpoint), (endpoint, client)]:
            sender.sendall(b"hello")
            self.assertEqual(receiver.recv(5), b"hello")
        return {"client": client, "endpoint": endpoint}

    def check(self, situation):
        for side, other in [("client", "endpoint"), ("endpoint", "client")]:
            with self.subTest(resets=side):
                ends = self.session()
                situation(ends[side], ends[other])
                record = self.daemon.wait_session()
                self.assertEqual((record["reason"], record["side"]), (f"{side}_reset", side))
                self.assertIn(record["errno"], ["ECONNRESET", "EPIPE"])

    def test_reset_of_idle_session_is_forwarded(self):
        def situation(resetting, watching):
            reset(resetting)
            self.assertEqual(end_of(watching, receive), errno.ECONNRESET)

        self.check(situation)

    def test_reset_of_sender_reaches_receiver(self):
        def situation(resetting, watching):
            self.fill(resetting)
            watching.recv(65536)
            reset(resetting)
            self.assertEqual(end_of(watching, receive), errno.ECONNRESET)

        self.check(situation)

    def test_reset_of_receiver_reaches_sender(self):
        def situation(resetting, watching):
            self.fill(watching)
            reset(resetting)
            self.assertIn(end_of(watching, send), RESET_ERRORS)

        self.check(situation)

    def test_finished_side_resets_streaming_peer(self):
        def situation(resetting, watching):
            resetting.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(watching), b"")
            self.fill(watching)
            reset(resetting)
            self.assertIn(end_of(watching, send), RESET_ERRORS)

        self.check(situation)

    def test_finished_side_resets_idle_peer(self):
        def situation(resetting, watching):
            resetting.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(watching), b"")
            reset(resetting)
            # At once, not when the streaming continues.
            eventually(lambda: watching.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) in RESET_ERRORS,
                       what="the reset to reach the side that rests")

        self.check(situation)

    def test_unfinished_side_resets_finished_peer(self):
        def situation(resetting, watching):
            watching.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(resetting), b"")
            reset(resetting)
            self.assertEqual(end_of(watching, receive), errno.ECONNRESET)

        self.check(situation)

    def fill(self, connection):
        """Sends until every buffer on the way is full."""
        connection.settimeout(0.5)
        self.assertIsNone(end_of(connection, send))
        connection.settimeout(DEADLINE)


class ResetStorm(E2eTest):
    def test_thousand_resets_leave_nothing_behind(self):
        daemon = self.start(config(self.serve(lambda connection: end_of(connection, receive)).address))
        for number in range(1000):
            client = connect(daemon.address())
            if number % 3:
                client.sendall(bytes(number * 10))
            if number % 5 == 0:
                client.shutdown(socket.SHUT_WR)
            reset(client)
        daemon.log.wait("session", times=1000)
        self.assertTrue(daemon.is_running())


if __name__ == "__main__":
    unittest.main()
