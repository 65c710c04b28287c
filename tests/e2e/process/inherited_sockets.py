"""Listening sockets that the service manager opened and passes on (sd_listen_fds_with_names(3))."""

import unittest
from pathlib import Path

from harness import DUPLEXD, Daemon, E2eTest, config, connect, echo, join, listen, passing

CONFIG = 78


class InheritedSockets(E2eTest):
    def listening(self, address="127.0.0.1:0"):
        listener = listen(address)
        self.addCleanup(listener.close)
        return listener

    def start_with(self, sockets, ready=True, **options):
        """`sockets` are pairs of name and listening socket."""
        descriptors = [(name, listener.fileno()) for name, listener in sockets]
        daemon = self.start(config(self.serve(echo).address, **options), ready=ready, **passing(descriptors))
        for _, listener in sockets:
            listener.close()
        return daemon

    def test_inherited_socket_is_served(self):
        web = self.listening()
        address = join(web.getsockname())
        daemon = self.start_with([("web", web)], bind="systemd:web")
        self.assertEqual(daemon.addresses(), [address])
        for _ in range(10):
            self.assert_served(address)

    def test_inherited_sockets_may_share_a_name(self):
        sockets = [("web", self.listening()), ("web", self.listening("[::1]:0")),
                   ("local", self.listening(f"unix:{self.folder}/socket"))]
        addresses = [join(listener.getsockname()) for _, listener in sockets]
        daemon = self.start_with(sockets, bind=["systemd:web", "systemd:local"])
        self.assertEqual(sorted(daemon.addresses()), sorted(addresses))
        for address in addresses:
            self.assert_served(address)

    def test_clients_before_the_start_are_served(self):
        web = self.listening()
        with connect(join(web.getsockname())) as client:
            daemon = self.start_with([("web", web)], ready=False, bind="systemd:web")
            self.assert_echoes(client)
        self.assertEqual(daemon.wait_session()["reason"], "client_finished")

    def test_missing_inherited_socket_prevents_start(self):
        daemon = self.start_with([("web", self.listening())], ready=False, bind="systemd:other")
        self.assertEqual(daemon.wait_exit(), CONFIG)
        self.assertIn("other", daemon.log.tail())

    def test_variables_for_another_process_are_ignored(self):
        file = Path(self.folder) / "duplexd.yaml"
        file.write_text(config("127.0.0.1:1", bind="systemd:web"))
        daemon = Daemon([DUPLEXD, "--config", str(file)],
                        env={"LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "web"})
        self.addCleanup(daemon.kill)
        self.assertEqual(daemon.wait_exit(), CONFIG)


if __name__ == "__main__":
    unittest.main()
