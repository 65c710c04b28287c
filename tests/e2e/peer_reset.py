"""A peer resets its connection: the other side learns of it as a reset, and the record says whose doing it was."""

import errno
import queue
import socket
import unittest

from harness import E2eTest, config, connect, receive_all, reset

# Linux reports a reset that follows the other side's end of stream as EPIPE.
RESET_ERRORS = {errno.ECONNRESET, errno.EPIPE}


def end_of(connection, action):
    """Repeats `action` until the connection ends: the errno that ended it, 0 for an orderly end."""
    try:
        while action(connection):
            pass
        return 0
    except OSError as error:
        return error.errno


def receive(connection):
    return connection.recv(65536)


def send(connection):
    return connection.send(bytes(65536))


class PeerReset(E2eTest):
    """In every test the client and the endpoint take turns as the one that resets and the one that watches."""

    def session(self):
        """A daemon, and both ends of a session through it that has carried bytes both ways."""
        connections = queue.SimpleQueue()

        def hand_over(connection):
            connections.put(connection)
            self.finished.get()

        self.finished = queue.SimpleQueue()
        daemon = self.start(config(self.serve(hand_over).address))
        client = self.connect(daemon.address())
        endpoint = connections.get(timeout=10)
        self.addCleanup(self.finished.put, None)
        for sender, receiver in [(client, endpoint), (endpoint, client)]:
            sender.sendall(b"hello")
            self.assertEqual(receiver.recv(5), b"hello")
        return daemon, {"client": client, "endpoint": endpoint}

    def each_way(self):
        for side, other in [("client", "endpoint"), ("endpoint", "client")]:
            with self.subTest(resets=side):
                daemon, ends = self.session()
                yield daemon, side, ends[side], ends[other]

    def assert_reset_by(self, daemon, side):
        record = daemon.wait_session(reason=f"{side}_reset")
        self.assertEqual(record["side"], side)
        self.assertIn(record["errno"], ["ECONNRESET", "EPIPE"])

    def test_an_idle_session(self):
        for daemon, side, resetting, watching in self.each_way():
            reset(resetting)
            self.assertEqual(end_of(watching, receive), errno.ECONNRESET)
            self.assert_reset_by(daemon, side)

    def test_the_sender_in_mid_stream(self):
        for daemon, side, resetting, watching in self.each_way():
            resetting.settimeout(0.5)
            self.assertIsNone(end_of(resetting, send))  # both sockets are full, and so is the daemon
            watching.recv(65536)
            reset(resetting)
            self.assertEqual(end_of(watching, receive), errno.ECONNRESET)
            self.assert_reset_by(daemon, side)

    def test_the_receiver_in_mid_stream(self):
        for daemon, side, resetting, watching in self.each_way():
            watching.settimeout(0.5)
            self.assertIsNone(end_of(watching, send))
            watching.settimeout(10)
            reset(resetting)
            self.assertIn(end_of(watching, send), RESET_ERRORS)
            self.assert_reset_by(daemon, side)

    def test_the_side_that_has_finished_while_the_other_streams(self):
        for daemon, side, resetting, watching in self.each_way():
            resetting.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(watching), b"")
            watching.sendall(b"not yet done")
            self.assertEqual(resetting.recv(12), b"not yet done")
            reset(resetting)
            self.assertIn(end_of(watching, send), RESET_ERRORS)
            self.assert_reset_by(daemon, side)

    def test_the_side_that_has_not_finished(self):
        for daemon, side, resetting, watching in self.each_way():
            watching.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(resetting), b"")
            reset(resetting)
            self.assertEqual(end_of(watching, receive), errno.ECONNRESET)
            self.assert_reset_by(daemon, side)


class ResetStorm(E2eTest):
    def test_a_thousand_clients_that_reset_at_different_moments_leave_nothing_behind(self):
        daemon = self.start(config(self.serve(lambda connection: end_of(connection, receive)).address))
        for number in range(1000):
            client = connect(daemon.address())
            if number % 3:
                client.sendall(bytes(number * 10))
            if number % 5 == 0:
                client.shutdown(socket.SHUT_WR)
            reset(client)
        daemon.log.wait("session", count=900, within=20)
        self.assertTrue(daemon.is_running())


if __name__ == "__main__":
    unittest.main()
