"""The name server keeps a reload waiting, for 20 seconds: nobody else waits with it."""

import os
import signal
import time
import unittest

from harness import AT_ONCE, DEADLINE, ControlledTest, echo, eventually, split
from harness.name_server import NameServer, why_not

NAME = "slow.duplexd-test.invalid"  # RFC 2606
ROUND_TRIPS = 500


@unittest.skipIf(why_not(), why_not())
class SlowNames(ControlledTest):
    def setUp(self):
        super().setUp()
        self.names = NameServer()
        self.addCleanup(self.names.close)
        self.old, self.new = self.serve(echo), self.serve(echo)
        self.daemon = self.start(self.config(self.old.address), wrapper=self.names.wrapper(self.folder))

    def begin_reload(self):
        """duplexctl waits, as duplexd waits for the name server."""
        port = split(self.new.address)[1][1]
        self.daemon.write_config(self.config(f"{NAME}:{port}", upstream="on_removed: close",
                                             top="defaults: {timeouts: {close_spread: off}}"))
        reload = self.control.begin("reload")
        self.addCleanup(reload.communicate)
        self.addCleanup(reload.kill)
        eventually(lambda: self.names.questions, what="the name server to be asked")
        return reload

    def result(self, reload):
        out, err = reload.communicate(timeout=DEADLINE)
        return reload.returncode, out + err

    def assert_nobody_waits(self):
        session = self.connect(self.daemon.address())
        slowest = 0
        for _ in range(ROUND_TRIPS):
            start = time.monotonic()
            self.assert_echoes(session)
            slowest = max(slowest, time.monotonic() - start)
        for action in [lambda: self.assert_served(self.daemon.address()), self.control.status,
                       lambda: self.control.ask("plan")]:
            start = time.monotonic()
            action()
            slowest = max(slowest, time.monotonic() - start)
        self.assertLess(slowest, AT_ONCE)
        session.close()

    def test_late_name_serves_when_duplexctl_returns(self):
        reload = self.begin_reload()
        self.assert_nobody_waits()
        self.assertIsNone(reload.poll(), "it waits for the name")
        self.names.release(known=True)
        code, said = self.result(reload)
        self.assertEqual(code, 0, said)
        before = len(self.new.connections)
        self.assert_served(self.daemon.address())
        self.assertEqual(len(self.new.connections), before + 1)

    def test_late_unknown_name_is_refused(self):
        reload = self.begin_reload()
        self.names.release(known=False)
        code, said = self.result(reload)
        self.assertEqual(code, os.EX_CONFIG)
        self.assertIn(NAME, said)
        self.assert_nobody_waits()

    def test_requests_meanwhile_share_the_next_reload(self):
        reload = self.begin_reload()
        self.daemon.write_config(self.config(self.old.address, listener="backlog: 100"))
        others = [self.control.begin("reload") for _ in range(3)]
        self.daemon.log.wait("control", times=4)
        self.names.release(known=False)
        self.assertEqual(self.result(reload)[0], os.EX_CONFIG)
        for other in others:
            self.assertEqual(self.result(other)[0], 0)
        self.assertEqual(len(self.daemon.log.wait("reloaded", result="applied")), 1)

    def optional(self, backlog):
        port = split(self.new.address)[1][1]
        return self.config(f"{NAME}:{port}", upstream="resolve: {at_start: optional}", listener=f"backlog: {backlog}")

    def test_optional_late_name_is_dialled(self):
        self.daemon.write_config(self.optional(100))
        self.assertEqual(self.control.ask("reload")["result"], "applied")
        with self.connect(self.daemon.address()) as client:
            self.assert_turned_away(client)
        self.daemon.write_config(self.optional(200))
        self.assertEqual(self.control.ask("reload")["result"], "applied", "an answer that is due refuses nothing")
        self.names.release(known=True)
        self.daemon.log.wait("resolve_changed")
        self.assert_served(self.daemon.address())
        self.assertEqual(len(self.new.connections), 1)

    def test_stop_waits_for_no_name(self):
        session = self.connect(self.daemon.address())
        self.assert_echoes(session)
        reload = self.begin_reload()
        self.daemon.signal(signal.SIGTERM)
        self.daemon.log.wait("stopping")
        self.assert_echoes(session)
        session.close()
        start = time.monotonic()
        self.assertEqual(self.daemon.wait_exit(), 0)
        self.assertLess(time.monotonic() - start, AT_ONCE)
        self.assertNotEqual(self.result(reload)[0], 0)
        self.assertEqual(self.daemon.log.find("reload_refused"), [], "a stop is no fault of the file")

    def test_silent_name_server_is_given_up(self):
        reload = self.begin_reload()
        code, said = self.result(reload)
        self.assertEqual(code, os.EX_CONFIG, said)
        self.assertIn(NAME, said)
        self.names.release(known=True)
        self.assert_served(self.daemon.address())


if __name__ == "__main__":
    unittest.main()
