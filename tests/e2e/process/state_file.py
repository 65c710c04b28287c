"""control.state_file: what duplexctl endpoint was told outlives a restart."""

import json
import os
import stat
import unittest
from pathlib import Path

from harness import ControlledTest, echo


class StateFile(ControlledTest):
    def setUp(self):
        super().setUp()
        self.one, self.other = self.serve(echo), self.serve(echo)
        self.file = Path(self.folder) / "state" / "state.json"
        self.file.parent.mkdir()

    def begin(self):
        self.daemon = self.start(self.config(self.one.address, self.other.address, control=f"state_file: {self.file}"))

    def restart(self):
        self.assert_leaves_cleanly(self.daemon)
        self.begin()

    def tell(self, what, endpoint, *more):
        return self.control.ask("endpoint", what, "main", endpoint.address, *more)

    def orders(self):
        rows = self.control.ask("endpoint", "list", "main")["endpoints"]
        return {row["name"]: (row["word"], row["weight"]) for row in rows}

    def test_orders_outlive_restart(self):
        self.begin()
        self.assertTrue(self.tell("disable", self.one)["kept"])
        self.tell("weight", self.other, "7")
        self.restart()
        self.assertEqual(self.orders(), {self.one.address: ("disable", 1), self.other.address: (None, 7)})
        self.assertEqual({record["endpoint"]: record.get("word") for record in self.daemon.log.wait("endpoint_order", times=2)},
                         {self.one.address: "disable", self.other.address: None})
        for _ in range(4):
            self.assert_served(self.daemon.address())
        self.assertEqual(len(self.one.connections), 0)
        self.tell("enable", self.one)
        self.tell("weight", self.other)
        self.restart()
        self.assertEqual(self.orders(), {self.one.address: (None, 1), self.other.address: (None, 1)})

    def test_only_daemon_reads_the_file(self):
        self.begin()
        self.tell("drain", self.one)
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o600)
        self.assertEqual(os.listdir(self.file.parent), ["state.json"])

    def test_unknown_names_are_kept(self):
        unknown = {"upstream": "other", "endpoint": "10.0.0.1:1", "weight": 3}
        self.file.write_text(json.dumps({"endpoints": [unknown]}))
        self.begin()
        self.tell("drain", self.one)
        self.assertIn(unknown, json.loads(self.file.read_text())["endpoints"])

    def test_broken_file_prevents_nothing(self):
        for text in ["", "{", "[]", '{"endpoints": 1}', '{"endpoints": [{"upstream": "main"}]}',
                     '{"endpoints": [{"upstream": "main", "endpoint": "x", "weight": 1001}]}']:
            with self.subTest(text=text):
                self.file.write_text(text)
                self.begin()
                record, = self.daemon.log.wait("state_failed")
                self.assertIn(str(self.file), record["error"])
                self.assertEqual(self.orders(), {self.one.address: (None, 1), self.other.address: (None, 1)})
                self.assert_leaves_cleanly(self.daemon)

    def test_order_is_obeyed_though_unwritten(self):
        self.begin()
        self.file.parent.rmdir()
        result = self.control.run("endpoint", "drain", "main", self.one.address)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(f"not kept over a restart: {self.file}: No such file or directory", result.stdout)
        self.assertEqual(self.orders()[self.one.address], ("drain", 1))
        self.daemon.log.wait("state_failed")


if __name__ == "__main__":
    unittest.main()
