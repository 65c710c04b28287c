"""openssl s_client before TLS that ends here: versions, resumption over reloads and upgrades, certificates of clients, ALPN."""

import subprocess
import unittest

from harness import DEADLINE, TETHER, ControlledTest, echo, free_port
from harness.edge import Authority

VERSIONS = ["-tls1_2", "-tls1_3"]
MESSAGE = b"is anybody there?\n"


class TlsWithOpenssl(ControlledTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        self.pair = self.authority.sign("a.test")
        self.endpoint = self.serve(echo).address

    def text(self, more="", top=""):
        return self.config(self.endpoint, bind=self.bind, top=top,
                           listener=f"tls: {{certificates: {self.pair.as_listener()}, {more}}}")

    def start_with(self, more=""):
        self.bind = f"127.0.0.1:{free_port()}"
        self.daemon = self.start(self.text(more))

    def talk(self, *options):
        """What s_client says of itself and of TLS, its answer from the endpoint within."""
        command = [*TETHER, "openssl", "s_client", "-connect", self.bind, "-servername", "a.test", "-verify_return_error",
                   "-CAfile", self.authority.certificate, *options]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as client:
            client.stdin.write(MESSAGE)
            client.stdin.flush()
            said = b""
            while MESSAGE not in said and (line := client.stdout.readline()):
                said += line
            said += client.communicate(timeout=DEADLINE)[0]
        return said.decode()

    def assert_answered(self, *options, says=()):
        said = self.talk(*options)
        self.assertIn(MESSAGE.decode(), said)
        for text in ["Verify return code: 0 (ok)", *says]:
            self.assertIn(text, said)
        return said

    def assert_refused_client(self, *options, says, error):
        before = len(self.daemon.sessions(reason="client_tls_failed"))
        said = self.talk(*options)
        self.assertNotIn(MESSAGE.decode(), said)
        self.assertIn(says, said)
        record = self.daemon.log.wait("session", times=before + 1, reason="client_tls_failed")[before]
        self.assertIn(error, record["tls_error"])

    def test_both_versions_are_spoken(self):
        self.start_with()
        self.assert_answered("-tls1_2", says=["New, TLSv1.2"])
        self.assert_answered("-tls1_3", says=["New, TLSv1.3"])
        versions = [record["client_tls"] for record in self.daemon.log.wait("session", times=2, server_name="a.test")]
        self.assertEqual(versions, ["TLSv1.2", "TLSv1.3"])

    def test_older_versions_are_refused(self):
        self.start_with("min_version: 1.3")
        self.assert_refused_client("-tls1_2", says="alert protocol version", error="unsupported protocol")

    def assert_resumes(self, version):
        """With the ticket that it had before."""
        self.assert_answered(version, "-sess_in", f"{self.folder}/session{version}", says=["Reused, TLSv1."])

    def get_ticket(self, version, *options):
        self.assert_answered(version, "-sess_out", f"{self.folder}/session{version}", *options, says=["New, TLSv1."])

    def test_sessions_resume_after_reload_and_upgrade(self):
        self.start_with()
        for version in VERSIONS:
            self.get_ticket(version)
            self.assert_resumes(version)
        self.authority.sign("a.test")  # other certificates
        self.reload(self.daemon, self.text(top="log: {level: debug}"))
        for version in VERSIONS:
            self.assert_resumes(version)
        self.control.ask("upgrade")
        self.daemon.succeeded_by(self.control.status()["pid"])
        for version in VERSIONS:
            self.assert_resumes(version)

    def test_no_tickets_where_switched_off(self):
        self.start_with("tickets: false")
        said = self.assert_answered("-tls1_3", says=["New, TLSv1.3"])
        self.assertNotIn("session ticket", said)

    def test_required_certificate_is_verified(self):
        self.start_with(f"client_certificates: {{mode: required, ca_file: {self.authority.certificate}}}")
        good, bad = self.authority.sign("client"), Authority(self.folder, "stranger").sign("other")
        for version in VERSIONS:
            self.assert_answered(version, "-cert", good.certificate, "-key", good.key)
            self.assert_refused_client(version, "-cert", bad.certificate, "-key", bad.key, says="alert unknown ca",
                                       error="certificate not accepted")
        self.daemon.log.wait("session", times=2, client_certificate="CN=client")
        self.assert_refused_client("-tls1_3", says="alert certificate required", error="did not return a certificate")

    def test_resumed_client_is_known(self):
        self.start_with(f"client_certificates: {{mode: required, ca_file: {self.authority.certificate}}}")
        pair = self.authority.sign("client")
        for version in VERSIONS:
            self.get_ticket(version, "-cert", pair.certificate, "-key", pair.key)
            self.assert_resumes(version)
        self.daemon.log.wait("session", times=4, client_certificate="CN=client")

    def test_optional_certificate_may_be_missing(self):
        self.start_with(f"client_certificates: {{mode: optional, ca_file: {self.authority.certificate}}}")
        good, bad = self.authority.sign("client"), Authority(self.folder, "stranger").sign("other")
        self.assert_answered()
        self.assert_answered("-cert", good.certificate, "-key", good.key)
        self.assert_refused_client("-cert", bad.certificate, "-key", bad.key, says="alert unknown ca",
                                   error="certificate not accepted")

    def test_protocols_are_agreed_on(self):
        self.start_with("alpn: [h2, http/1.1]")
        self.assert_answered("-alpn", "http/1.1,h2", says=["ALPN protocol: h2"])
        self.assert_answered(says=["No ALPN negotiated"])
        self.assert_refused_client("-alpn", "acme-tls/1", says="alert no application protocol", error="no application protocol")

    def test_client_that_closes_at_once(self):
        self.start_with()
        subprocess.run(["openssl", "s_client", "-connect", self.bind], input=b"", capture_output=True, timeout=DEADLINE,
                       check=True)
        self.assertIn(self.daemon.wait_session()["reason"], ["client_finished", "endpoint_finished"])


if __name__ == "__main__":
    unittest.main()
