"""Operators hear of certificates before clients do."""

import unittest

from harness import ControlledTest, PeerProcess
from harness.edge import Authority


class CertificatesTold(ControlledTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        self.endpoint = PeerProcess("echo")
        self.addCleanup(self.endpoint.close)

    def text(self, pair, upstream=""):
        return self.config(self.endpoint.address, listener=f"tls: {{certificates: {pair.both}}}", upstream=upstream)

    def certificate(self):
        listener, = self.control.status()["listeners"]
        certificate, = listener["certificates"]
        return certificate

    def test_last_days_are_warned_of(self):
        soon = self.authority.sign("soon.test", days=3)
        daemon = self.start(self.text(soon))
        warning, = daemon.log.wait("certificate_expires")
        self.assertEqual((warning["name"], warning["file"]), ("soon.test", str(soon.both)))
        self.assertIn(int(warning["days_left"]), [2, 3])
        self.assertEqual(warning["level"], "warning")
        certificate = self.certificate()
        self.assertEqual(certificate["names"][0], "soon.test")
        self.assertIn(certificate["days_left"], [2, 3])
        self.assertEqual(certificate["expires"], warning["expires"])
        self.assertRegex(self.control.run("status").stdout, r"soon\.test +\S+Z +[23]\n")

    def test_long_lived_certificate_is_no_warning(self):
        daemon = self.start(self.text(self.authority.sign("late.test", days=100)))
        self.assertIn(self.certificate()["days_left"], [99, 100])
        self.reload(daemon, self.text(self.authority.sign("soon.test", days=1)))
        daemon.log.wait("certificate_expires")
        self.assertIn(self.certificate()["days_left"], [0, 1])
        self.assertEqual(len(daemon.log.find("certificate_expires")), 1)

    def test_unverified_endpoints_are_warned_of(self):
        pair = self.authority.sign("late.test")
        daemon = self.start(self.text(pair, "tls: {verify: off}"))
        daemon.log.wait("endpoints_unverified")
        self.reload(daemon, self.text(pair, "tls: {verify: off, min_version: '1.3'}"))
        daemon.log.wait("endpoints_unverified", times=2)
        self.reload(daemon, self.text(pair))
        self.assertEqual(len(daemon.log.find("endpoints_unverified")), 2)

    def test_plan_tells_of_new_files(self):
        pair = self.authority.sign("late.test")
        self.start(self.text(pair))
        self.assertEqual(self.control.ask("plan")["result"], "unchanged")
        self.authority.sign("late.test")
        plan = self.control.ask("plan")
        self.assertEqual((plan["result"], plan["changes"], len(plan["beside"])), ("changes", [], 1))
        self.assertIn("certificates", plan["beside"][0])
        self.assertNotIn("nothing", self.control.run("plan").stdout)


if __name__ == "__main__":
    unittest.main()
