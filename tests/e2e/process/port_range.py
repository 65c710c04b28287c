"""One listener on many ports."""

import unittest

from harness import E2eTest, config, echo, free_port, listen, run

OSERR = 71
COUNT = 10


class PortRange(E2eTest):
    def test_every_port_of_range_is_served(self):
        first = free_port(COUNT)
        daemon = self.start(config(self.serve(echo).address, bind=f"127.0.0.1:{first}-{first + COUNT - 1}"))
        expected = [f"127.0.0.1:{first + number}" for number in range(COUNT)]
        self.assertEqual(daemon.addresses(), expected)
        for address in expected:
            self.assert_served(address)
            self.assertEqual(len(daemon.log.wait("session", client_local=address)), 1)

    def test_port_in_use_prevents_start(self):
        first = free_port(COUNT)
        taken = f"127.0.0.1:{first + 4}"
        file = f"{self.folder}/duplexd.yaml"
        with open(file, "w") as stream:
            stream.write(config("127.0.0.1:1", bind=f"127.0.0.1:{first}-{first + COUNT - 1}"))
        with listen(taken):
            result = run("--config", file)
        self.assertEqual(result.returncode, OSERR, result.stderr)
        self.assertIn(taken, result.stderr)


if __name__ == "__main__":
    unittest.main()
