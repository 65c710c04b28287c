"""An upgrade while no name server says anything: the new process goes on with the addresses that the old one had."""

import unittest

from harness import ControlledTest, echo, eventually, free_port, split
from harness.name_server import NameServer, why_not

NAME = "known.duplexd-test.invalid"  # RFC 2606


@unittest.skipIf(why_not(), why_not())
class KnownNames(ControlledTest):
    def setUp(self):
        super().setUp()
        self.names = NameServer()
        self.addCleanup(self.names.close)
        self.names.release(known=True)
        self.port = split(self.serve(echo).address)[1][1]

    def upgrade_in_silence(self, at_start):
        """Twice: the second process has had no answer of its own to tell the third one of."""
        text = self.config(f"{NAME}:{self.port}", upstream=f"resolve: {{at_start: {at_start}}}",
                           bind=f"127.0.0.1:{free_port()}")
        self.daemon = self.start(text, wrapper=self.names.wrapper(self.folder))
        eventually(self.addresses, what="the name to have an address")
        self.assert_served(self.daemon.address())
        self.names.hold()
        for _ in range(2):
            self.control.ask("upgrade")
            self.daemon.succeeded_by(self.control.status()["pid"])
            self.assert_served(self.daemon.address())
        eventually(lambda: self.names.questions, what="the new process to ask")
        self.assertEqual(len(self.addresses()), 1)

    def addresses(self):
        endpoint, = self.control.ask("endpoint", "list")["endpoints"]
        return endpoint["addresses"]

    def test_optional_name_keeps_its_address(self):
        self.upgrade_in_silence("optional")

    def test_required_name_keeps_its_address(self):
        self.upgrade_in_silence("required")

    def test_later_answer_is_followed(self):
        self.upgrade_in_silence("optional")
        self.names.release(known=False)
        self.daemon.log.wait("resolve_failed")
        self.assert_served(self.daemon.address())


if __name__ == "__main__":
    unittest.main()
