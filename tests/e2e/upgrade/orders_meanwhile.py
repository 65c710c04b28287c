"""The operator orders something while a new process prepares itself: nothing is acknowledged that it does not know."""

import json
import os
import shutil
import unittest
from pathlib import Path

from harness import DUPLEXD, ControlledTest, echo, free_port

KILL = ["kill", "--listener", "main", "--rate", "1"]
ORDERS = [["pause"], ["resume"], ["reload"], KILL, *(["endpoint", word] for word in ["drain", "disable", "enable"])]


class OrdersMeanwhile(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo).address
        self.program = Path(self.folder) / "duplexd"
        shutil.copy(DUPLEXD, self.program)
        self.daemon = self.start(self.config(self.endpoint, bind=f"127.0.0.1:{free_port()}"), program=self.program)

    def begin_upgrade(self, then):
        """To a program that does not start before go_on()."""
        self.gate = Path(self.folder) / "gate"
        os.mkfifo(self.gate)
        new = self.program.with_suffix(".new")
        new.write_text(f"#!/bin/sh\nread line < {self.gate}\n{then}\n")
        new.chmod(0o755)
        new.replace(self.program)
        upgrade = self.control.begin("upgrade")
        self.successor = self.daemon.log.wait("upgrading")[0]["successor"]
        return upgrade

    def go_on(self, upgrade):
        self.gate.write_text("go on\n")
        upgrade.communicate(timeout=30)
        return upgrade.returncode

    def about_endpoint(self, order):
        return [*order, "main", self.endpoint] if order[0] == "endpoint" else order

    def assert_orders_refused(self):
        weight = ["endpoint", "weight", "main", self.endpoint, "7"]
        for order in [*map(self.about_endpoint, ORDERS), weight]:
            with self.subTest(order=order):
                result = self.control.run(*order)
                self.assertEqual(result.returncode, os.EX_TEMPFAIL, result.stdout + result.stderr)
                self.assertIn("a new process is about to serve instead", result.stderr)

    def assert_obeys(self):
        endpoint = lambda: self.control.ask("endpoint", "list")["endpoints"][0]
        self.assertEqual((endpoint()["word"], endpoint()["weight"]), (None, 1))
        self.assertEqual(self.control.status()["state"], "serving")
        self.control.ask("endpoint", "drain", "main", self.endpoint)
        self.assertEqual(endpoint()["word"], "drain")
        self.assertEqual(self.control.ask("pause")["state"], "paused")

    def test_new_process_obeys_later(self):
        upgrade = self.begin_upgrade(f'exec {DUPLEXD} "$@"')
        self.assert_orders_refused()
        self.assertEqual(self.go_on(upgrade), 0)
        self.daemon.succeeded_by(self.successor)
        self.assert_obeys()

    def test_old_process_obeys_after_failure(self):
        upgrade = self.begin_upgrade("exit 1")
        self.assert_orders_refused()
        self.assertNotEqual(self.go_on(upgrade), 0)
        self.daemon.log.wait("upgrade_failed")
        self.assert_obeys()

    def test_upgrade_is_refused_during_kill(self):
        """Sessions that the new process had by then would live on."""
        clients = [self.connect(self.daemon.address()) for _ in range(5)]
        for client in clients:
            self.assert_echoes(client)
        kill = self.control.begin("--json", *KILL)
        self.daemon.wait_session(reason="killed")
        result = self.control.run("upgrade")
        self.assertEqual(result.returncode, os.EX_TEMPFAIL, result.stdout + result.stderr)
        self.assertIn("sessions are being killed", result.stderr)
        output, _ = kill.communicate(timeout=30)
        self.assertEqual((kill.returncode, json.loads(output)["ended"]), (0, len(clients)))
        self.control.ask("upgrade")
        self.daemon.succeeded_by(self.control.status()["pid"])


if __name__ == "__main__":
    unittest.main()
