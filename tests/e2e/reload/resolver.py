"""Endpoints that are given by name."""

import unittest
from pathlib import Path

from harness import E2eTest, config, connect, echo, run, split

OSERR = 71
UNKNOWN = "duplexd-test.invalid"  # RFC 2606: never resolves


class Resolver(E2eTest):
    def port(self):
        return split(self.serve(echo).address)[1][1]

    def test_name_is_dialled_at_its_address(self):
        port = self.port()
        daemon = self.start(config(f"localhost:{port}"))
        self.assert_served(daemon.address())
        record = daemon.wait_session()
        self.assertEqual((record["endpoint"], record["endpoint_address"]), (f"localhost:{port}", f"127.0.0.1:{port}"))

    def test_unresolved_required_name_prevents_start(self):
        file = Path(self.folder) / "duplexd.yaml"
        file.write_text(config(f"{UNKNOWN}:80"))
        result = run("--config", file)
        self.assertEqual(result.returncode, OSERR, result.stderr)
        self.assertIn(UNKNOWN, result.stderr)

    def test_unresolved_optional_name_turns_clients_away(self):
        daemon = self.start(config(f"{UNKNOWN}:80", upstream="resolve: {at_start: optional}"))
        with connect(daemon.address()) as client:
            self.assert_turned_away(client)
        self.assertEqual(daemon.wait_session()["reason"], "no_endpoint")
        daemon.log.wait("resolve_failed")

    def test_unresolved_optional_name_is_passed_over(self):
        daemon = self.start(config(f"{UNKNOWN}:80", f"127.0.0.1:{self.port()}",
                                   upstream="resolve: {at_start: optional}"))
        for _ in range(6):
            self.assert_served(daemon.address())


if __name__ == "__main__":
    unittest.main()
