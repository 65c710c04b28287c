"""What leaves a record: empty sessions, samples, fields, sessions that last, and the last ones in memory."""

import time
import unittest

from harness import ControlledTest, E2eTest, config, echo, eventually, free_port, reset

# Leaves and is looked for: any number that is not a multiple of the sample.
SESSIONS = 200


class EmptySessions(E2eTest):
    def start_without_empty(self, **options):
        return self.start(config(self.serve(echo).address, top="log: {empty: off}", **options))

    def ended(self, daemon):
        return sum(count for key, count in daemon.totals().listeners["main"].items() if key.startswith("ended_"))

    def assert_counted_only(self, daemon, leave):
        """A client that leaves so is counted; the record of another one shows that none was on its way."""
        before = self.ended(daemon)
        leave(self.connect(daemon.address()))
        eventually(lambda: self.ended(daemon) == before + 1, what="the client to be counted")
        self.assert_served(daemon.address())
        daemon.log.wait("session")
        self.assertEqual([each["upstream_bytes"] > 0 for each in daemon.sessions()], [True])

    def assert_leaves_cleanly(self, daemon):
        """Not with one record a session."""
        daemon.kill()

    def test_client_that_closes_leaves_no_record(self):
        self.assert_counted_only(self.start_without_empty(), lambda client: client.close())

    def test_client_that_resets_leaves_no_record(self):
        self.assert_counted_only(self.start_without_empty(), reset)

    def test_refused_endpoint_leaves_a_record(self):
        daemon = self.start(config(f"127.0.0.1:{free_port()}", top="log: {empty: off}"))
        self.connect(daemon.address()).close()
        self.assertEqual(daemon.wait_session()["reason"], "connect_refused")

    def test_idle_client_leaves_a_record(self):
        daemon = self.start_without_empty(listener="timeouts: {idle: 200ms}")
        self.connect(daemon.address())
        self.assertEqual(daemon.wait_session()["reason"], "idle_timeout")

    def test_reload_turns_records_on(self):
        endpoint = self.serve(echo).address
        daemon = self.start(config(endpoint, top="log: {empty: off}"))
        self.assert_counted_only(daemon, lambda client: client.close())
        daemon.write_config(config(endpoint))
        daemon.signal(1)
        daemon.log.wait("reloaded")

        def is_recorded():
            self.connect(daemon.address()).close()
            return len(daemon.sessions()) > 1
        eventually(is_recorded, every=0.05, what="a record of an empty session")


class Samples(E2eTest):
    def assert_leaves_cleanly(self, daemon):
        daemon.kill()

    def test_one_of_many_is_recorded(self):
        daemon = self.start(config(self.serve(echo).address, top="log: {sample: 10, start: true}"))
        for _ in range(SESSIONS):
            self.assert_served(daemon.address())
        eventually(lambda: daemon.totals().listeners["main"]["live"] == 0)
        daemon.signal(15)
        daemon.wait_exit()
        records = daemon.sessions(reason="client_finished")
        self.assertGreater(len(records), SESSIONS // 10 // 4)
        self.assertLess(len(records), SESSIONS // 10 * 3)
        self.assertEqual({record["sample"] for record in records}, {10})
        self.assertEqual({record["id"] for record in daemon.log.find("session_started")},
                         {record["id"] for record in daemon.sessions()}, "the same sessions")

    def test_failures_are_always_recorded(self):
        daemon = self.start(config(f"127.0.0.1:{free_port()}", top="log: {sample: 1000000}"))
        for _ in range(20):
            self.connect(daemon.address())
        records = daemon.log.wait("session", times=20)
        self.assertFalse(any("sample" in record for record in records))


class Fields(E2eTest):
    def test_records_have_the_chosen_fields(self):
        daemon = self.start(config(self.serve(echo).address,
                                   top="log: {fields: [reason, listener, upstream_bytes]}"))
        self.assert_served(daemon.address())
        self.assertEqual(list(daemon.wait_session()),
                         ["time", "level", "event", "id", "listener", "reason", "upstream_bytes"])
        self.assertIn("address", daemon.log.find("listening")[0], "other lines have all")


class LongSessions(E2eTest):
    def test_session_is_recorded_from_its_start(self):
        daemon = self.start(config(self.serve(echo).address, top="log: {start: true, interval: 10s}"))
        client = self.connect(daemon.address())
        self.assert_echoes(client, b"0123456789")
        started = daemon.log.wait("session_started")[0]
        begun = time.monotonic()
        self.assertNotIn("reason", started)
        self.assertEqual(started["upstream_bytes"], 0)
        lasting = daemon.log.wait("session_interval", times=2)
        self.assertGreater(time.monotonic() - begun, 18)
        self.assertEqual([each["upstream_bytes"] for each in lasting], [10, 10])
        self.assertGreaterEqual(lasting[0]["duration_ms"], 10_000)
        self.assertAlmostEqual(lasting[1]["duration_ms"] - lasting[0]["duration_ms"], 10_000, delta=2_000)
        client.close()
        self.assertEqual({each["id"] for each in [started, *lasting, daemon.wait_session()]}, {started["id"]})


class Recent(ControlledTest):
    def test_last_ends_are_kept(self):
        daemon = self.start(self.config(self.serve(echo).address, top="log: {recent: 3}"))
        for _ in range(5):
            self.assert_served(daemon.address())
        records = daemon.log.wait("session", times=5)
        eventually(lambda: self.control.ask("recent")["ends"] == records[-3:], what="the last three")
        self.assertEqual(self.control.ask("recent", "-n", "1")["ends"], records[-1:])
        self.assertEqual(self.control.ask("recent", "--listener", "none")["ends"], [])
        self.assertEqual(self.control.ask("recent")["slow_connects"], [])
        shown = self.control.run("recent")
        self.assertIn(records[-1]["client"], shown.stdout, shown.stderr)

    def test_reload_forgets_surplus_records(self):
        def text(most):
            return self.config(self.endpoint.address, top=f"log: {{recent: {most}}}")
        self.endpoint = self.serve(echo)
        daemon = self.start(text(100))
        for _ in range(3):
            self.assert_served(daemon.address())
        eventually(lambda: len(self.control.ask("recent")["ends"]) == 3, what="the records")
        self.reload(daemon, text(1))
        self.assertEqual(len(self.control.ask("recent")["ends"]), 1)
        self.reload(daemon, text("off"))
        self.assertEqual(self.control.ask("recent")["ends"], [])

    def test_quiet_log_keeps_trouble(self):
        daemon = self.start(self.config(self.serve(echo).address, listener="timeouts: {idle: 200ms}",
                                        top="log: {level: warning}"), ready=False)
        eventually(lambda: self.control.run("status").returncode == 0, what="the control socket")
        address = self.control.status()["listeners"][0]["addresses"][0]
        self.assert_served(address if isinstance(address, str) else address["address"])
        self.connect(address if isinstance(address, str) else address["address"])
        ends = eventually(lambda: self.control.ask("recent")["ends"], what="the record")
        self.assertEqual([each["reason"] for each in ends], ["idle_timeout"])
        daemon.kill()

    def test_slow_connects_are_kept_apart(self):
        daemon = self.start(self.config(f"127.0.0.1:{free_port()}", top="log: {recent: 2}",
                                        upstream="retry: {rounds: 3, pause: 500ms}"))
        self.connect(daemon.address())
        slow = daemon.wait_session()
        self.assertGreater(slow["connect_ms"], 1000)
        eventually(lambda: self.control.ask("recent")["slow_connects"] == [slow], what="the slow one")


if __name__ == "__main__":
    unittest.main()
