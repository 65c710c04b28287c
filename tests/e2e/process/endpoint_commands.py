"""duplexctl endpoint: an operator takes endpoints out of service and back, while clients come and go."""

import os
import unittest

from harness import ControlledTest, Newcomers, echo, eventually

SESSIONS = 12  # half of them at each endpoint


class Operated(ControlledTest):
    def setUp(self):
        super().setUp()
        self.one, self.other = self.serve(echo), self.serve(echo)

    def text(self, upstream="", **rest):
        return self.config(self.one.address, self.other.address, upstream=upstream,
                           top="workers: 2\ndefaults: {timeouts: {close_spread: off}}", **rest)

    def begin(self, upstream=""):
        """Sessions at both endpoints."""
        self.daemon = self.start(self.text(upstream))
        self.clients = [self.connect(self.daemon.address()) for _ in range(SESSIONS)]
        for client in self.clients:
            self.assert_echoes(client)

    def tell(self, what, endpoint, *more):
        return self.control.ask("endpoint", what, "main", endpoint.address, *more)

    def states(self):
        return {row["name"]: row["state"] for row in self.control.ask("endpoint", "list")["endpoints"]}

    def live(self):
        upstream, = self.control.status()["upstreams"]
        return {row["name"]: row["live"] for row in upstream["endpoints"]}

    def visit(self, times=8):
        """New clients, one after the other; how many of them each endpoint got."""
        before = [len(endpoint.connections) for endpoint in (self.one, self.other)]
        for _ in range(times):
            self.assert_served(self.daemon.address())
        return [len(endpoint.connections) - count for endpoint, count in zip((self.one, self.other), before)]

    def assert_all_echo(self):
        for client in self.clients:
            self.assert_echoes(client)

    def assert_half_ended(self, reason):
        records = self.daemon.log.wait("session", times=SESSIONS // 2, reason=reason)
        self.assertEqual({record["endpoint"] for record in records}, {self.one.address})
        eventually(lambda: self.live() == {self.one.address: 0, self.other.address: SESSIONS // 2})


class Words(Operated):
    def test_drained_endpoint_keeps_its_sessions(self):
        self.begin()
        newcomers = Newcomers([self.daemon.address()])
        newcomers.wait_served(50)
        answer = self.tell("drain", self.one)
        self.assertEqual((answer["state"], answer["word"], answer["kept"]), ("drained", "drain", None))
        self.assertEqual(answer["addresses"][0]["why"], "the operator said so")
        eventually(lambda: self.live()[self.one.address] == SESSIONS // 2, what="short sessions to leave")
        before = len(self.one.connections)
        newcomers.wait_served(50)
        newcomers.stop()
        self.assertEqual((newcomers.failures, len(self.one.connections)), ({}, before))
        self.assert_all_echo()
        self.assertEqual(self.states(), {self.one.address: "drained", self.other.address: "up"})
        self.tell("enable", self.one)
        self.assertEqual(self.visit(), [4, 4])

    def test_on_drained_close_ends_its_sessions(self):
        self.begin("on_drained: close")
        self.tell("drain", self.one)
        self.assert_half_ended("drained")

    def test_disabled_endpoint_counts_as_down(self):
        self.begin("on_down: close")
        self.assertEqual(self.tell("disable", self.one)["state"], "disabled")
        self.assert_half_ended("endpoint_down")
        self.assertEqual(self.visit(), [0, 8])
        self.tell("enable", self.one)
        self.assertEqual(self.visit(), [4, 4])

    def test_words_outlive_reload(self):
        self.begin()
        self.tell("drain", self.one)
        self.reload(self.daemon, self.text("balance: least_connections"))
        self.assertEqual(self.states()[self.one.address], "drained")
        self.assertEqual(self.visit(), [0, 8])

    def test_words_outlive_absence(self):
        self.daemon = self.start(self.text())
        self.tell("drain", self.one)
        self.reload(self.daemon, self.config(self.other.address))
        eventually(lambda: list(self.live()) == [self.other.address])
        self.reload(self.daemon, self.text())
        self.assertEqual(self.states()[self.one.address], "drained")

    def test_each_command_is_logged(self):
        self.daemon = self.start(self.text())
        self.tell("drain", self.one)
        record, = self.daemon.log.wait("control")
        self.assertEqual(record["target"], f"/v1/endpoints/drain?upstream=main&endpoint={self.one.address}")


class Weights(Operated):
    def assert_shares(self, *expected):
        """A worker hears of a weight a moment after the answer."""
        eventually(lambda: self.visit() == list(expected), what=f"shares of {expected}")

    def test_weight_counts_at_once(self):
        self.begin()
        self.tell("weight", self.one, "0")
        self.assert_shares(0, 8)
        self.assert_all_echo()
        self.tell("weight", self.one, "3")
        self.assert_shares(6, 2)
        answer = self.tell("weight", self.one)
        self.assertEqual((answer["weight"], answer["configured_weight"]), (1, 1))
        self.assert_shares(4, 4)

    def test_reload_tells_of_kept_weight(self):
        self.daemon = self.start(self.text())
        self.tell("weight", self.one, "0")
        kept = [{"upstream": "main", "endpoint": self.one.address, "weight": 0, "configured_weight": 1}]
        self.assertEqual(self.control.ask("plan")["kept_weights"], kept)
        self.assertEqual(self.reload(self.daemon, self.text("balance: random"))["kept_weights"], kept)
        self.assertIn("keeps the operator's weight 0, the file says 1", self.control.run("reload").stdout)
        record = self.daemon.log.wait("endpoint_order", endpoint=self.one.address, upstream="main")[0]
        self.assertEqual(record["weight"], 0)
        self.assertEqual(self.visit(), [0, 8])
        self.assertIn("0 (file: 1)", self.control.run("endpoint", "list").stdout)


class Mistakes(Operated):
    def setUp(self):
        super().setUp()
        self.daemon = self.start(self.text())

    def assert_refused_with(self, code, *args, says):
        result = self.control.run("endpoint", *args)
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        self.assertIn(says, result.stderr)

    def test_wrong_names_list_right_ones(self):
        self.assert_refused_with(os.EX_NOINPUT, "drain", "mian", "x:1", says="'mian'; did you mean 'main'?; there are: main")
        self.assert_refused_with(os.EX_NOINPUT, "drain", "main", "x:1", says=f"{self.one.address}, {self.other.address}")
        self.assert_refused_with(os.EX_NOINPUT, "list", "mian", says="there are: main")
        self.assertEqual(self.states(), {self.one.address: "up", self.other.address: "up"})

    def test_wrong_weights_are_refused(self):
        for weight in ["1001", "-1", "many", "1.5"]:
            self.assert_refused_with(os.EX_USAGE, "weight", "main", self.one.address, "--", weight, says="weight '")

    def test_unchecked_endpoint_cannot_be_checked(self):
        self.assert_refused_with(os.EX_NOINPUT, "check", "main", self.one.address, says="main has no check")

    def test_malformed_queries_are_refused(self):
        for query in ["", "?upstream=main", "?upstream=main&endpoint=%zz", "?upstream=main&upstream=main",
                      "?upstream=main&endpoint=x:1&wieght=1"]:
            status, answer = self.control.request("POST", f"/v1/endpoints/drain{query}")
            self.assertEqual(status, 400, answer)


if __name__ == "__main__":
    unittest.main()
