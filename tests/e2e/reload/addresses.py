"""The addresses that are listened on change, and overlap."""

import os
import unittest
from pathlib import Path

from harness import ControlledTest, Daemon, config, connect, echo, free_port, receive_exactly, run


class Addresses(ControlledTest):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.endpoint = self.serve(echo)

    def text(self, *hosts):
        return self.config(self.endpoint.address, bind=[f"{host}:{self.port}" for host in hosts])

    def write(self, name, **options):
        file = Path(self.folder) / f"{name}.yaml"
        file.write_text(config(self.endpoint.address, **options))
        return file

    def test_one_family_changes_while_other_stays(self):
        changes = [(["127.0.0.1", "[::1]"], ["0.0.0.0", "[::1]"]), (["0.0.0.0", "[::]"], ["127.0.0.1", "[::]"]),
                   (["127.0.0.1", "[::]"], ["0.0.0.0", "[::]"]), (["0.0.0.0", "[::1]"], ["0.0.0.0", "[::]"]),
                   (["127.0.0.1"], ["0.0.0.0", "[::1]"]), (["127.0.0.1", "[::1]"], ["127.0.0.1", "[::]"]),
                   (["", "127.0.0.1"], ["127.0.0.1", "127.0.0.2"])]
        daemon = self.start(self.text("127.0.0.1"))
        for before, after in changes:
            with self.subTest(before=before, after=after):
                self.reload(daemon, self.text(*before))
                self.reload(daemon, self.text(*after))
                self.assertEqual(daemon.log.find("reload_refused"), [])
                for host in after:
                    host = {"0.0.0.0": "127.0.0.3", "[::]": "[::1]", "": "[::1]"}.get(host, host)
                    self.assert_served(f"{host}:{self.port}")
        self.reload(daemon, self.text("127.0.0.1"))

    def test_narrower_address_gets_its_clients(self):
        greeters = [self.serve(lambda connection, word=word: connection.sendall(word)).address
                    for word in (b"wide", b"thin")]
        text = f"""
listeners:
  wide: {{bind: "0.0.0.0:{self.port}", upstream: wide}}
  thin: {{bind: "127.0.0.1:{self.port}", upstream: thin}}
upstreams:
  wide: {{endpoints: ["{greeters[0]}"]}}
  thin: {{endpoints: ["{greeters[1]}"]}}
"""
        self.start(text)
        for host, word in (("127.0.0.1", b"thin"), ("127.0.0.2", b"wide")):
            for _ in range(10):
                with connect(f"{host}:{self.port}") as client:
                    self.assertEqual(receive_exactly(client, 4), word)

    def test_same_address_twice_names_both_places(self):
        file = self.write("twice", bind=[f"127.0.0.1:{self.port}", f"127.0.0.1:{self.port}"])
        for command in (["--check"], []):
            result = run("--config", file, *command)
            self.assertEqual(result.returncode, os.EX_CONFIG)
            self.assertRegex(result.stderr, f"{file}:4:3[0-9]: error: .* is bound already, at {file}:4:12")

    def test_another_duplexd_is_the_culprit(self):
        self.start(self.text("127.0.0.1"))
        result = run("--config", self.write("second", bind=f"0.0.0.0:{self.port}"))
        self.assertEqual(result.returncode, os.EX_OSERR)
        self.assertIn(f"cannot listen on 0.0.0.0:{self.port}: Address already in use (a process of user "
                      f"{os.geteuid()} listens on 127.0.0.1:{self.port})", result.stderr)

    def test_reload_does_not_join_another_duplexd(self):
        """Each has its own address, and a wildcard of one overlaps that of the other."""
        text = config(self.endpoint.address, bind=f"127.0.0.2:{self.port}")
        os.mkdir(f"{self.folder}/other")
        other = Daemon.start(f"{self.folder}/other", text)
        self.addCleanup(other.kill)
        other.wait_ready()
        daemon = self.start(self.text("127.0.0.1"))
        self.assert_refused(daemon, self.text("0.0.0.0"), f"listens on 127.0.0.2:{self.port})")
        self.assert_served(f"127.0.0.1:{self.port}")


if __name__ == "__main__":
    unittest.main()
