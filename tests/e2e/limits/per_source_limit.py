"""One source address may not take more than its share."""

import unittest

from harness import ControlledTest, E2eTest, config, echo


class PerSourceLimit(E2eTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.start(config(self.serve(echo).address, bind=["127.0.0.1:0", "[::1]:0"],
                                        listener="limits: {per_source: 3}", top="workers: 2"))
        self.ipv4, self.ipv6 = self.daemon.addresses()

    def is_served(self, client):
        try:
            self.assert_echoes(client)
            return True
        except (ConnectionError, AssertionError):
            return False

    def test_full_source_leaves_others_served(self):
        clients = [self.connect(self.ipv4) for _ in range(20)]
        self.assertEqual(sum(self.is_served(client) for client in clients), 3)
        records = self.daemon.log.wait("session", times=17)
        self.assertEqual({record["reason"] for record in records}, {"source_limit"})
        self.assert_served(self.ipv4, source="127.0.0.9")
        self.assert_served(self.ipv6)

    def test_ended_session_makes_room(self):
        clients = [self.connect(self.ipv4) for _ in range(3)]
        for client in clients:
            self.assert_echoes(client)
        clients[0].close()
        self.daemon.wait_session(reason="client_finished")
        self.assert_served(self.ipv4)

    def test_thousand_successive_sessions_are_served(self):
        for number in range(1, 1001):
            self.assert_served(self.ipv4)
            self.daemon.log.wait("session", times=number - 2)  # two may be about to end, as the limit allows
        self.daemon.log.wait("session", times=1000)
        self.assertEqual(len(self.daemon.sessions(reason="client_finished")), 1000)


class PerSourceLimitThroughReloads(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)

    def text(self, limits):
        return self.config(self.endpoint.address, listener=f"limits: {{per_source: 3, {limits}}}", top="workers: 2")

    def test_other_limits_forget_no_client(self):
        self.daemon = self.start(self.text("sessions: 100"))
        clients = [self.connect(self.daemon.address()) for _ in range(3)]
        for client in clients:
            self.assert_echoes(client)
        for limits in ["sessions: 1000", "sessions: 20000", "sessions: off", "sessions: 100", "ipv6_source_prefix: 56"]:
            self.reload(self.daemon, self.text(limits))
            self.assert_turned_away(self.connect(self.daemon.address()))
        self.assertEqual(len(self.daemon.log.wait("session", times=5)), 5)
        for client in clients:
            self.assert_echoes(client)
        clients[0].close()
        self.daemon.wait_session(reason="client_finished")
        self.assert_served(self.daemon.address())


if __name__ == "__main__":
    unittest.main()
