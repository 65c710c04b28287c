"""The service manager stops the service, and its jobs say what for: a stop refuses clients, a restart has them wait."""

import os
import signal
import time
import unittest

from harness import AT_ONCE, ServiceTest, connect, echo, eventually, free_port
from harness.operations.system_bus import SystemBus

LONG_DRAIN = "defaults: {timeouts: {drain: 2m}}"


class StopJobs(ServiceTest):
    def setUp(self):
        super().setUp()
        self.addresses = [f"127.0.0.1:{free_port()}", f"unix:{self.folder}/listener"]
        self.text = self.config(self.serve(echo).address, bind=self.addresses, top=LONG_DRAIN)

    def start_beside_bus(self, job, **options):
        bus = SystemBus(self.folder, job)
        self.addCleanup(bus.close)
        return self.start_service(self.text, environment=bus.environment.items(), **options)

    def begin_session(self):
        session = self.connect(self.addresses[0])
        self.assert_echoes(session)
        return session

    def assert_refused(self, address):
        def refused():
            try:
                connect(address, within=1).close()
            except (ConnectionRefusedError, ConnectionResetError, FileNotFoundError):
                return True
            return False

        eventually(refused, what=f"clients of {address} to be refused", within=AT_ONCE)

    def assert_drains_and_refuses(self, daemon, session):
        for address in self.addresses:
            self.assert_refused(address)
        self.assertTrue(daemon.is_running())
        self.assert_echoes(session)
        session.close()
        self.assertEqual(daemon.wait_exit(), 0)
        self.manager.settle()
        self.assertEqual(self.manager.stored, [])

    def assert_next_serves(self, *sessions):
        """Those who are there already, and those who come before it has started."""
        waiting = [self.connect(address) for address in self.addresses]
        daemon = self.start_service(self.text, ready=False)
        daemon.wait_ready()
        for client in [*sessions, *waiting]:
            self.assert_echoes(client)
            client.close()
        self.stop_service(daemon)

    def test_stop_refuses_later_clients(self):
        daemon = self.start_beside_bus("stop")
        session = self.begin_session()
        daemon.signal(signal.SIGTERM)
        self.assert_drains_and_refuses(daemon, session)

    def test_command_refuses_later_clients(self):
        daemon = self.start_beside_bus("")
        session = self.begin_session()
        self.control.ask("stop")
        self.assert_drains_and_refuses(daemon, session)

    def test_busy_manager_keeps_no_client_waiting(self):
        """It has copies of the sockets until it reads what it was told."""
        daemon = self.start_beside_bus("stop")
        session = self.begin_session()
        self.manager.pause()
        self.addCleanup(self.manager.resume)
        daemon.signal(signal.SIGTERM)
        self.assert_refused(self.addresses[0])
        self.assert_refused(self.addresses[1])
        self.manager.resume()
        self.manager.wait(FDSTOREREMOVE="1", count=2)
        self.assert_drains_and_refuses(daemon, session)

    def test_clients_who_wait_are_the_last(self):
        daemon = self.start_beside_bus("stop")
        self.assert_last_are_served(daemon, 50 * self.addresses)

    def test_restart_keeps_sessions_and_clients(self):
        daemon = self.start_beside_bus("restart", ready=False)  # one that parks sessions ends without totals
        daemon.wait_ready()
        session = self.begin_session()
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.wait_exit(), 0, daemon.log.tail())
        self.manager.settle()
        self.assert_next_serves(session)

    def test_kill_says_who_outlives_restart(self):
        daemon = self.start_beside_bus("restart", ready=False)
        daemon.wait_ready()
        sessions = [self.begin_session() for _ in range(5)]
        kill = self.control.begin("kill", "--listener", "main", "--rate", "1")
        daemon.wait_session(reason="killed")
        daemon.signal(signal.SIGTERM)
        _, errors = kill.communicate(timeout=30)
        self.assertEqual(kill.returncode, os.EX_TEMPFAIL, errors)
        self.assertEqual(daemon.wait_exit(), 0, daemon.log.tail())
        self.manager.settle()
        killed = [record["client"] for record in daemon.sessions(reason="killed")]
        self.assertIn(f"{len(killed)} sessions were ended, then the others were given to another process", errors)
        self.assert_next_serves(*(each for each in sessions if "%s:%d" % each.getsockname() not in killed))

    def test_signal_without_job_keeps_clients(self):
        daemon = self.start_beside_bus("")
        self.stop_service(daemon)
        self.assert_next_serves()

    def test_silent_bus_delays_nobody(self):
        daemon = self.start_beside_bus(None)
        start = time.monotonic()
        self.stop_service(daemon)
        self.assertLess(time.monotonic() - start, AT_ONCE)
        self.start_service(self.text)
        for address in self.addresses:
            self.assert_served(address)


if __name__ == "__main__":
    unittest.main()
