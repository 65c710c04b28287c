"""exit_when_idle: a process that systemd starts for its clients ends when there are none, and loses no client."""

import os
import threading
import time

from harness import Control, ControlledTest, connect, echo, eventually, join, listen, passing

CONFIG = 78


class ExitsWhenIdle(ControlledTest):
    """The test keeps the listening sockets, as systemd does, and starts the process again when a client comes."""

    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)
        self.listener = listen()
        self.addCleanup(self.listener.close)
        self.address = join(self.listener.getsockname())

    def text(self, idle, bind="systemd:web", **rest):
        return self.config(self.endpoint.address, top=f"exit_when_idle: {idle}", bind=bind, **rest)

    def start_idle(self, idle, ready=True, **rest):
        daemon = self.start(self.text(idle, **rest), ready=False, **passing([("web", self.listener.fileno())]))
        if ready:
            daemon.log.wait("ready")
        return daemon

    def assert_ends(self, daemon):
        self.assertEqual(daemon.wait_exit(), 0, daemon.log.tail())
        self.assertEqual(daemon.log.find("stopping")[0]["cause"], "exit_when_idle")

    def test_unused_process_ends(self):
        began = time.monotonic()
        self.assert_ends(self.start_idle("500ms"))
        self.assertGreater(time.monotonic() - began, 0.5)

    def test_session_keeps_it(self):
        daemon = self.start_idle("2s")
        with connect(self.address) as client:
            self.assert_echoes(client)
            with self.assertRaises(AssertionError):
                eventually(lambda: not daemon.is_running(), within=4)
            self.assert_echoes(client)
        self.assert_ends(daemon)

    def test_question_keeps_it(self):
        daemon = self.start_idle("2s")
        end = time.monotonic() + 4
        while time.monotonic() < end:
            self.control.status()
        self.assertTrue(daemon.is_running())
        self.assert_ends(daemon)

    def test_no_client_is_lost(self):
        """Clients come at every moment of processes that end at once, and whoever comes to none waits for the next."""
        served, stop, failures = [], threading.Event(), []

        def visit():
            while not stop.is_set():
                try:
                    with connect(self.address) as client:
                        self.assert_echoes(client)
                    served.append(1)
                except (OSError, AssertionError) as error:
                    failures.append(error)
                stop.wait(0.05 + len(served) % 17 / 100)

        visitors = [threading.Thread(target=visit, daemon=True) for _ in range(2)]
        for visitor in visitors:
            visitor.start()
        processes = 0
        end = time.monotonic() + 12
        while time.monotonic() < end:
            daemon = self.start_idle("50ms", ready=False)
            self.assertEqual(daemon.wait_exit(), 0, daemon.log.tail())
            self.assertEqual({record["reason"] for record in daemon.sessions()} - {"client_finished"}, set())
            processes += 1
        stop.set()
        last = self.start_idle("2s", ready=False)
        for visitor in visitors:
            visitor.join()
        self.assert_ends(last)
        print(f"{len(served)} clients were served by {processes + 1} processes", flush=True)
        self.assertEqual(failures, [])
        self.assertGreater(processes, 2)

    def test_reload_changes_it(self):
        daemon = self.start_idle("1h")
        answer = self.reload(daemon, self.text("300ms"))
        self.assertEqual([change["path"] for change in answer["changes"]], ["exit_when_idle"])
        self.assert_ends(daemon)

    def test_paused_process_stays(self):
        daemon = self.start_idle("2s")
        self.control.ask("pause")
        with self.assertRaises(AssertionError):
            eventually(lambda: not daemon.is_running(), within=4)
        self.control.ask("resume")
        self.assert_ends(daemon)

    def test_other_sockets_are_refused(self):
        daemon = self.start_idle("1m", ready=False, bind=["systemd:web", "127.0.0.1:0"])
        self.assertEqual(daemon.wait_exit(), CONFIG)
        self.assertIn("exit_when_idle needs sockets of systemd", daemon.log.tail())

    def test_reload_to_other_sockets_is_refused(self):
        daemon = self.start_idle("1m")
        daemon.write_config(self.text("1m", bind="127.0.0.1:0"))
        result = Control(self.control.path).run("reload")
        self.assertEqual(result.returncode, os.EX_CONFIG)
        self.assertIn("listeners.main: exit_when_idle needs sockets of systemd", result.stderr)
        self.assert_served(self.address)
        daemon.kill()
