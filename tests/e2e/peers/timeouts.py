"""Every timeout ends the right sessions, at the right time, with its own reason."""

import select
import socket
import time
import unittest

from harness import AT_ONCE, DEADLINE, E2eTest, Filled, config, connect, echo, receive_all, receive_exactly

EARLIEST, LATEST = 0.9, 1 + AT_ONCE  # seconds, for a timeout of one; by default they are longer, or off
LONG_IDLE, PAUSE = 4, 0.3  # seconds between bytes that keep a session alive: not even a slow machine makes it idle


class Timeouts(E2eTest):
    def start_with(self, timeouts, handler=echo):
        endpoint = self.serve(handler)
        return self.start(config(endpoint.address, listener=f"timeouts: {{{timeouts}}}"))

    def assert_about_a_second_since(self, start):
        elapsed = time.monotonic() - start
        self.assertTrue(EARLIEST < elapsed < LATEST, elapsed)

    def assert_ends(self, daemon, client, reason, start):
        self.assert_turned_away(client)
        self.assert_about_a_second_since(start)
        record = daemon.wait_session()
        self.assertEqual((record["reason"], record["side"]), (reason, "local"))

    def keep_talking(self, client, seconds):
        """Sends one byte there and back repeatedly, as activity of the session."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.assert_echoes(client, b"x")
            self.assert_hears_nothing(client)

    def assert_hears_nothing(self, client):
        client.settimeout(PAUSE)
        self.assertRaises(TimeoutError, client.recv, 1)
        client.settimeout(DEADLINE)

    def test_idle_session_ends(self):
        daemon = self.start_with("idle: 1s")
        with connect(daemon.address()) as client:
            start = time.monotonic()
            self.assert_echoes(client)
            self.assert_ends(daemon, client, "idle_timeout", start)

    def test_session_without_bytes_ends(self):
        daemon = self.start_with("idle: 1s")
        start = time.monotonic()
        with connect(daemon.address()) as client:
            self.assert_ends(daemon, client, "idle_timeout", start)

    def test_busy_session_outlives_idle_timeout(self):
        daemon = self.start_with(f"idle: {LONG_IDLE}s")
        with connect(daemon.address()) as client:
            self.keep_talking(client, LONG_IDLE + 2)
            self.assertEqual(daemon.sessions(), [])
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(daemon.wait_session()["reason"], "client_finished")

    def test_one_direction_extends_idle_timeout(self):
        received = []
        daemon = self.start_with(f"idle: {LONG_IDLE}s", lambda connection: received.append(receive_all(connection)))
        count = int((LONG_IDLE + 2) / PAUSE)
        with connect(daemon.address()) as client:
            for _ in range(count):
                client.sendall(b"x")
                self.assert_hears_nothing(client)
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(daemon.wait_session()["upstream_bytes"], count)

    def test_idle_half_closed_session_ends(self):
        def finish_and_wait(connection):
            connection.shutdown(socket.SHUT_WR)
            hold_on(connection)

        for handler, finishes in [(hold_on, True), (finish_and_wait, False)]:
            with self.subTest(client_finishes=finishes):
                daemon = self.start_with("half_closed: 1s, idle: 60s", handler)
                start = time.monotonic()
                with connect(daemon.address()) as client:
                    if finishes:
                        client.shutdown(socket.SHUT_WR)
                    else:
                        self.assertEqual(client.recv(1), b"")
                    self.assertEqual(daemon.wait_session()["reason"], "half_closed_timeout")
                    self.assert_about_a_second_since(start)

    def test_lifetime_ends_busy_session(self):
        daemon = self.start_with("lifetime: 1s, lifetime_jitter: 0%")
        start = time.monotonic()
        with connect(daemon.address()) as client:
            try:
                while receive_exactly(client, client.send(b"x")):
                    pass
            except ConnectionError:
                pass
        self.assert_about_a_second_since(start)
        self.assertEqual(daemon.wait_session()["reason"], "lifetime")

    def test_unanswered_connect_ends(self):
        black_hole = Filled()
        self.addCleanup(black_hole.close)
        daemon = self.start(config(black_hole.address, listener="timeouts: {connect: 1s, handshake: 60s}"))
        start = time.monotonic()
        with connect(daemon.address()) as client:
            self.assert_turned_away(client)
            self.assert_about_a_second_since(start)
        self.assertEqual(daemon.wait_session()["reason"], "connect_timeout")

    def test_stopped_reader_ends_at_idle_timeout(self):
        """Its client waits for room when the reset comes, or still has some."""
        daemon = self.start_with("idle: 1s", hold_on)
        start = time.monotonic()
        with connect(daemon.address()) as client:
            with self.assertRaises(ConnectionError):
                while client.send(bytes(65536)):
                    pass
            self.assert_about_a_second_since(start)
            record = daemon.wait_session()
            self.assertEqual(record["reason"], "idle_timeout")
            self.assertGreater(record["upstream_undelivered"], 0)


def hold_on(connection):
    """Reads nothing, and returns when the whole connection has ended."""
    poll = select.poll()
    poll.register(connection, 0)  # which leaves POLLERR and POLLHUP
    poll.poll(DEADLINE * 1000)


if __name__ == "__main__":
    unittest.main()
