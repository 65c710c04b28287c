"""Listening sockets that the service manager opened and passes on (sd_listen_fds_with_names(3))."""

import signal
import socket
import unittest
from pathlib import Path

from harness import DUPLEXD, ControlledTest, Daemon, config, connect, echo, free_port, join, listen, passing

CONFIG = 78
OSERR = 71


class InheritedSockets(ControlledTest):
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

    def test_socket_returns_with_its_bind(self):
        """It is kept while no listener has it."""
        web, other = self.listening(), f"127.0.0.1:{free_port()}"
        address, endpoint = join(web.getsockname()), self.serve(echo).address
        daemon = self.start(self.config(endpoint, bind="systemd:web"), **passing([("web", web.fileno())]))
        web.close()
        for bind in [other, address, "systemd:web", [address, other], "systemd:web"]:
            self.reload(daemon, self.config(endpoint, bind=bind))
            self.assert_served(other if bind == other else address)

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


class PausedSockets(ControlledTest):
    """The test keeps the sockets, as a service manager does, and passes them to one process after the other."""

    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)

    def keep(self, address):
        listener = listen(address)
        self.addCleanup(listener.close)
        return listener

    def start_with(self, listener):
        return self.start(self.config(self.endpoint.address, bind="systemd:web"), ready=False,
                          **passing([("web", listener.fileno())]))

    def paused(self, listener):
        daemon = self.start_with(listener)
        daemon.wait_ready()
        self.control.ask("pause")
        return daemon

    def assert_serves_again(self, listener):
        daemon = self.start_with(listener)
        daemon.wait_ready()
        for _ in range(10):
            self.assert_served(join(listener.getsockname()))
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait_exit(), 0)

    def test_paused_socket_survives_a_stop(self):
        """A service manager takes a socket that does not listen for broken."""
        for address in ["127.0.0.1:0", f"[::1]:{free_port()}", f"unix:{self.folder}/socket"]:
            with self.subTest(address=address):
                listener = self.keep(address)
                daemon = self.paused(listener)
                daemon.signal(signal.SIGTERM)
                self.assertEqual(daemon.wait_exit(), 0)
                self.assertEqual(listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN), 1)
                self.assert_serves_again(listener)

    def test_paused_socket_survives_a_crash(self):
        listener = self.keep(f"127.0.0.1:{free_port()}")
        for _ in range(2):
            daemon = self.paused(listener)
            daemon.kill()
            self.assertEqual(listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN), 0)
            self.assert_serves_again(listener)

    def test_broken_socket_is_explained(self):
        listener = self.keep(f"unix:{self.folder}/socket")
        listener.shutdown(socket.SHUT_RD)
        daemon = self.start_with(listener)
        self.assertEqual(daemon.wait_exit(), OSERR)
        self.assertIn("it was shut down for good", daemon.log.tail())

    def test_another_duplexd_takes_no_paused_address(self):
        daemon = self.start(self.config(self.endpoint.address))
        self.control.ask("pause")
        file = Path(self.folder) / "second.yaml"
        file.write_text(config(self.endpoint.address, bind=daemon.address()))
        second = Daemon([DUPLEXD, "--config", str(file)])
        self.addCleanup(second.kill)
        self.assertEqual(second.wait_exit(), OSERR)
        self.control.ask("resume")
        self.assert_served(daemon.address())


if __name__ == "__main__":
    unittest.main()
