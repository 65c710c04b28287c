"""A daemon is taken out of service and put back, or told to stop, by duplexctl."""

import os
import unittest

from harness import ControlledTest, Newcomers, connect, echo, eventually, free_port, join, listen, passing

REFUSED = {"ConnectionRefusedError", "ConnectionResetError"}


class OutOfService(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)

    def start_with_session(self, **options):
        daemon = self.start(self.config(self.endpoint.address, **options))
        session = self.connect(daemon.address())
        self.assert_echoes(session)
        return daemon, session

    def assert_all_refused(self, address, clients=20):
        for _ in range(clients):
            with self.assertRaises(ConnectionRefusedError):
                connect(address)

    def test_pause_refuses_clients_and_keeps_sessions(self):
        daemon, session = self.start_with_session(bind=["127.0.0.1:0", "[::1]:0"])
        for _ in range(3):
            self.assertEqual(self.control.ask("pause"), {"state": "paused"})
            for address in daemon.addresses():
                self.assert_all_refused(address)
            self.assert_echoes(session)
            self.assertEqual(self.control.status()["state"], "paused")
            self.assertEqual(self.control.ask("resume"), {"state": "serving"})
            for address in daemon.addresses() * 5:
                self.assert_served(address)
        self.assertEqual((len(daemon.log.wait("paused", times=3)), len(daemon.log.wait("resumed", times=3))), (3, 3))

    def test_inherited_sockets_serve_after_resume(self):
        """Workers have copies of one descriptor: it is one socket that refuses and then listens again."""
        with listen(f"127.0.0.1:{free_port()}") as listener:
            address = join(listener.getsockname())
            daemon = self.start(self.config(self.endpoint.address, bind="systemd:web"),
                                **passing([("web", listener.fileno())]))
        self.control.ask("pause")
        self.assert_all_refused(address)
        self.reload(daemon, self.config(self.endpoint.address, bind="systemd:web", listener="backlog: 100"))
        self.assert_all_refused(address)
        self.control.ask("resume")
        for _ in range(10):
            self.assert_served(address)

    def test_repeated_pause_and_resume_change_nothing(self):
        daemon, _ = self.start_with_session()
        self.control.ask("resume")
        self.assert_served(daemon.address())
        self.control.ask("pause")
        self.control.ask("pause")
        self.assert_all_refused(daemon.address())
        self.control.ask("resume")
        self.control.ask("resume")
        self.assert_served(daemon.address())

    def test_reload_leaves_the_daemon_paused(self):
        daemon, session = self.start_with_session()
        self.control.ask("pause")
        other = f"127.0.0.1:{free_port()}"
        self.reload(daemon, self.config(self.endpoint.address, bind=["127.0.0.1:0", other]))
        self.assert_refused(daemon, "nonsense: 1\n", "nonsense")
        self.assertEqual(self.control.status()["state"], "paused")
        for address in [daemon.address(), other]:
            self.assert_all_refused(address)
        self.assert_echoes(session)
        self.control.ask("resume")
        for address in [daemon.address(), other] * 5:
            self.assert_served(address)
        daemon.write_config(self.config(self.endpoint.address))
        self.control.ask("reload")

    def test_unix_clients_wait_until_resume(self):
        daemon, _ = self.start_with_session(bind=f"unix:{self.folder}/listener")
        self.control.ask("pause")
        client = self.connect(daemon.address())
        client.sendall(b"hello")
        self.assertEqual(self.control.status()["sessions"]["live"], 1)
        self.control.ask("resume")
        self.assertEqual(client.recv(5), b"hello")

    def test_clients_are_served_or_refused(self):
        daemon, session = self.start_with_session()
        newcomers = Newcomers(daemon.addresses())
        self.addCleanup(newcomers.stop)
        for _ in range(10):
            served = newcomers.served
            eventually(lambda: newcomers.served > served + 10, what="clients to be served")
            self.control.ask("pause")
            failed = newcomers.failed
            eventually(lambda: newcomers.failed > failed + 10, what="clients to be refused")
            self.control.ask("resume")
        newcomers.stop()
        print(f"paused 10 times: {dict(newcomers.outcomes)}", flush=True)
        self.assert_echoes(session)
        self.assertLessEqual({name.partition(" ")[0] for name in newcomers.failures}, REFUSED)


class Stop(ControlledTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.start(self.config(self.serve(echo).address))

    def test_stop_ends_with_the_last_session(self):
        session = self.connect(self.daemon.address())
        self.assert_echoes(session)
        self.assertEqual(self.control.ask("stop"), {"state": "stopping"})
        self.daemon.log.wait("stopping", cause="control", sessions=1)
        eventually(self.refuses, what="clients to be refused")
        self.assert_echoes(session)
        self.assertEqual(self.control.status()["state"], "stopping")
        session.close()
        self.assertEqual(self.daemon.wait_exit(), 0)
        self.assertFalse(os.path.exists(self.control.path))

    def refuses(self):
        try:
            connect(self.daemon.address()).close()
        except (ConnectionRefusedError, ConnectionResetError):
            return True

    def test_stopping_daemon_takes_no_other_orders(self):
        session = self.connect(self.daemon.address())
        self.assert_echoes(session)
        self.control.ask("stop")
        for command in ["reload", "pause", "resume"]:
            result = self.control.run(command)
            self.assertEqual((result.returncode, result.stdout), (os.EX_TEMPFAIL, ""))
            self.assertIn("stopping", result.stderr)
        self.assertEqual(self.control.ask("stop"), {"state": "stopping"})
        self.assert_echoes(session)
        session.close()
        self.assertEqual(self.daemon.wait_exit(), 0)

    def test_paused_daemon_stops_too(self):
        self.control.ask("pause")
        self.control.ask("stop")
        self.assertEqual(self.daemon.wait_exit(), 0)


if __name__ == "__main__":
    unittest.main()
