"""A listener that is full lets further clients wait, and serves them when there is room."""

import unittest

from harness import DEADLINE, E2eTest, config, echo

LIMIT = 5


class LimitTest(E2eTest):
    when_full = "wait"

    def setUp(self):
        super().setUp()
        self.daemon = self.start(config(self.serve(echo).address, top="workers: 2",
                                        listener=f"limits: {{sessions: {LIMIT}, when_full: {self.when_full}}}"))

    def fill(self):
        clients = [self.connect(self.daemon.address()) for _ in range(LIMIT)]
        for client in clients:
            self.assert_echoes(client)
        return clients


class SessionLimit(LimitTest):
    def assert_waits(self, client):
        client.sendall(b"anybody?")
        client.settimeout(0.5)
        self.assertRaises(TimeoutError, client.recv, 1)
        client.settimeout(DEADLINE)

    def test_waiting_client_takes_freed_place(self):
        clients = self.fill()
        waiting = self.connect(self.daemon.address())
        self.assert_waits(waiting)
        clients[0].close()
        self.assertEqual(waiting.recv(8), b"anybody?")
        self.assertGreaterEqual(self.daemon.totals().listeners["main"]["at_limit"], 1)
        self.assertEqual(self.daemon.totals().listeners["main"]["live"], LIMIT)

    def test_crowd_is_served_within_the_limit(self):
        clients = self.fill()
        waiting = [self.connect(self.daemon.address()) for _ in range(50)]
        for client in waiting:
            client.sendall(b"x")
        for leaving, client in zip([*clients, *waiting], waiting):
            self.assertLessEqual(self.daemon.totals().listeners["main"]["live"], LIMIT)
            leaving.close()
        for client in waiting[-LIMIT:]:
            self.assertEqual(client.recv(1), b"x")

    def test_log_says_once_why_clients_wait(self):
        self.fill()
        self.assert_waits(self.connect(self.daemon.address()))
        self.assertEqual(len(self.daemon.log.wait("sessions_exhausted", listener="main")), 1)


class RefusingLimit(LimitTest):
    when_full = "refuse"

    def test_client_is_reset_until_one_leaves(self):
        clients = self.fill()
        for _ in range(20):
            with self.assertRaises(ConnectionResetError):
                self.connect(self.daemon.address()).recv(1)
        records = self.daemon.log.wait("session", reason="session_limit", side="local", times=20)
        self.assertEqual(len(records), 20)
        clients[0].close()
        self.daemon.wait_session(reason="client_finished")
        self.assert_served(self.daemon.address())


if __name__ == "__main__":
    unittest.main()
