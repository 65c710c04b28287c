"""testssl.sh before TLS that ends here as it comes, with certificates of both kinds: it finds nothing to mend."""

import json
import shutil
import subprocess
import unittest
from pathlib import Path

from harness import TETHER, E2eTest, config, is_sanitized
from harness.edge import Authority

LONGEST_SCAN = 500  # seconds
WELL = {"OK", "INFO", "LOW"}
NOTHING_FOUND = {"DEBUG", "WARN"}  # it could not try, and rates nothing
# The other checks of testssl.sh try single ciphers, which takes minutes; --std rates the kinds of ciphers.
CHECKS = ["--protocols", "--std", "--server-defaults", "--heartbleed", "--ccs-injection", "--ticketbleed", "--renegotiation",
          "--compression", "--tls-fallback"]


@unittest.skipUnless(shutil.which("testssl"), "testssl.sh is not installed")
class TlsWithTestssl(E2eTest):
    def setUp(self):
        super().setUp()
        if is_sanitized():
            self.skipTest("testssl.sh itself computes for minutes, and finds of this build what it finds of the other")
        authority = Authority(self.folder)
        self.ca = authority.certificate
        self.certificates = [authority.sign("a.test", file=key, key=key) for key in ("ec", "rsa")]

    def test_nothing_is_found_above_low(self):
        pairs = ", ".join(pair.as_listener()[1:-1] for pair in self.certificates)
        self.daemon = self.start(config(self.serve(greet).address, listener=f"tls: {{certificates: [{pairs}]}}"))
        findings = self.scan()
        self.assertEqual([found for found in findings if found["severity"] not in WELL | NOTHING_FOUND], [])
        found = {each["id"]: each["finding"] for each in findings}
        self.assertEqual((found["TLS1_1"], found["TLS1_2"], found["TLS1_3"]), ("not offered", "offered", "offered with final"))
        self.assertEqual(found["cert_numbers"], "2")

    def scan(self):
        """What it found of the daemon, all of it."""
        file = Path(self.folder, "findings.json")
        subprocess.run([*TETHER, "testssl", "--quiet", "--warnings", "off", "--nodns", "none", "--add-ca", self.ca, "--jsonfile",
                        file, *CHECKS, self.daemon.address()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       timeout=LONGEST_SCAN, check=False)
        return json.loads(file.read_text())


def greet(connection):
    """An endpoint that is none of HTTP: what that would say of itself is not ours."""
    if connection.recv(100):
        connection.sendall(b"hello\n")


if __name__ == "__main__":
    unittest.main()
