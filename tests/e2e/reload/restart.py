"""The service is restarted, or crashes, under a service manager that keeps its listening sockets: nobody is refused."""

import os
import signal
import time
import unittest

from harness import (AT_ONCE, Newcomers, PeerProcess, ServiceTest, connect, echo, eventually, free_port, join, listen,
                     scaled)

RESTARTS = scaled(20)
CRASHES = scaled(5)
LONGEST_WAIT = 2 * AT_ONCE  # of a client that comes while nobody serves: a stop and a start


class Restart(ServiceTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.spawn("crowd").address
        ports = [free_port(), free_port()]
        name = f"@duplexd-e2e-{os.getpid()}"
        self.binds = [f"127.0.0.1:{ports[0]}", f":{ports[1]}", f"unix:{self.folder}/listener", f"unix:{name}"]
        self.addresses = [self.binds[0], f"127.0.0.1:{ports[1]}", f"[::1]:{ports[1]}", *self.binds[2:]]

    def spawn(self, role):
        process = PeerProcess(role)
        self.addCleanup(process.close)
        return process

    def text(self, workers=2):
        return self.config(self.endpoint, bind=self.binds, top=f"workers: {workers}")

    def newcomers(self):
        newcomers = Newcomers(self.addresses)
        self.addCleanup(newcomers.stop)
        newcomers.wait_served(20)
        return newcomers

    def report(self, what, start, newcomers):
        print(f"{what} within {time.monotonic() - start:.1f} s: {newcomers.served} new connections, not served "
              f"{newcomers.failures or 0}, slowest {newcomers.slowest * 1e3:.0f} ms", flush=True)

    def test_restarts_under_load_fail_no_client(self):
        daemon = self.start_service(self.text(), ready=False)
        daemon.wait_ready()
        newcomers, start = self.newcomers(), time.monotonic()
        for number in range(RESTARTS):
            self.stop_service(daemon)
            daemon = self.start_service(self.text(workers=[2, 1, 4, 3][number % 4]), ready=False)
            daemon.wait_ready()
            newcomers.wait_served(20)
        newcomers.stop()
        self.report(f"{RESTARTS} restarts", start, newcomers)
        self.assertEqual(newcomers.failures, {})
        self.assertLess(newcomers.slowest, LONGEST_WAIT)
        self.restart_at_rest(daemon)

    def restart_at_rest(self, daemon):
        """When it was ready it had clients already: what it holds without any is seen in the next."""
        self.stop_service(daemon)
        self.start_service(self.text())

    def test_crash_refuses_no_client(self):
        daemon = self.start_service(self.text(), ready=False)
        daemon.wait_ready()
        newcomers, start = self.newcomers(), time.monotonic()
        for _ in range(CRASHES):
            self.kill_service(daemon)
            daemon = self.start_service(self.text(), ready=False)
            daemon.wait_ready()
            served = newcomers.served
            eventually(lambda: newcomers.served > served + 20, what="clients to be served again")
        newcomers.stop()
        self.report(f"{CRASHES} crashes", start, newcomers)
        self.assertEqual([name for name in newcomers.failures if "Refused" in name or "NotFound" in name], [])
        self.restart_at_rest(daemon)

    def test_clients_between_two_daemons_are_served(self):
        self.stop_service(self.start_service(self.text()))
        waiting = [self.connect(address) for address in self.addresses]
        for client in waiting:
            client.sendall(b"hello")
        daemon = self.start_service(self.text(), ready=False)
        daemon.wait_ready()
        for client in waiting:
            self.assertEqual(client.recv(5), b"hello")
            client.close()
        self.restart_at_rest(daemon)

    def test_store_has_every_listening_socket(self):
        self.start_service(self.text(workers=2))
        self.manager.settle()
        names = [name for name, _ in self.manager.stored]
        self.assertEqual(sorted(names.count(name) for name in set(names)), [1, 1, 2, 2])

    def test_paused_daemon_serves_after_restart(self):
        daemon = self.start_service(self.text())
        self.control.ask("pause")
        self.stop_service(daemon)
        self.start_service(self.text())
        for address in self.addresses * 4:
            self.assert_served(address)


class Changes(ServiceTest):
    """The configuration is another one after the restart."""

    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)
        self.port = free_port()

    def text(self, *binds):
        return self.config(self.endpoint.address, bind=list(binds))

    def restart(self, daemon, *binds, **options):
        self.stop_service(daemon)
        return self.start_service(self.text(*binds), **options)

    def names(self):
        self.manager.settle()
        return {name for name, _ in self.manager.stored}

    def test_removed_address_becomes_free(self):
        stays, goes = f"127.0.0.1:{self.port}", f"127.0.0.1:{free_port()}"
        daemon = self.start_service(self.text(stays, goes, f"unix:{self.folder}/goes"))
        self.assertEqual(len(self.names()), 3)
        daemon = self.restart(daemon, stays)
        self.assertEqual(len(self.names()), 1)
        self.assertEqual(len(self.manager.told(FDSTOREREMOVE="1")), 2)
        with self.assertRaises(ConnectionRefusedError):
            connect(goes)
        with self.assertRaises(OSError):
            connect(f"unix:{self.folder}/goes")
        self.assert_served(stays)
        listen(goes).close()

    def test_address_may_become_narrower_and_wider(self):
        daemon = self.start_service(self.text(f"0.0.0.0:{self.port}"))
        for bind in [f"127.0.0.1:{self.port}", f"0.0.0.0:{self.port}", f":{self.port}", f"127.0.0.1:{self.port}"]:
            with self.subTest(bind=bind):
                daemon = self.restart(daemon, bind)
                # While the service manager still has the socket that was given back, a client may be reset with it.
                self.assertEqual(len(self.names()), 1)
                self.assert_served(f"127.0.0.1:{self.port}")

    def test_reload_keeps_store_up_to_date(self):
        first, second = f"127.0.0.1:{self.port}", f"127.0.0.1:{free_port()}"
        daemon = self.start_service(self.text(first))
        self.reload(daemon, self.text(first, second))
        self.assertEqual(len(self.names()), 2)
        self.reload(daemon, self.text(first))
        self.assertEqual(len(self.names()), 1)
        with self.assertRaises(ConnectionRefusedError):
            connect(second)

    def test_inherited_sockets_are_not_stored(self):
        with listen("127.0.0.1:0") as web:
            address, own = join(web.getsockname()), f"127.0.0.1:{self.port}"
            sockets = [("web", web.fileno())]
            daemon = self.start_service(self.text("systemd:web", own), sockets=sockets)
            for _ in range(3):
                self.assertEqual(len(self.names()), 1)
                for client in [address, own] * 4:
                    self.assert_served(client)
                daemon = self.restart(daemon, "systemd:web", own, sockets=sockets)

    def test_service_manager_hears_every_state(self):
        daemon = self.start_service(self.text(f"127.0.0.1:{self.port}"))
        self.manager.wait(READY="1")
        self.reload(daemon, self.text(f"127.0.0.1:{self.port}", f"unix:{self.folder}/more"))
        self.manager.wait(READY="1", count=2)
        self.assert_refused(daemon, "nonsense: 1\n", "nonsense")
        self.manager.wait(READY="1", count=3)
        self.reload(daemon, self.text(f"127.0.0.1:{self.port}"))
        self.stop_service(daemon)
        states = [key for message in self.manager.messages for key in message
                  if key in {"READY", "RELOADING", "STOPPING"}]
        self.assertEqual(states, ["READY", *["RELOADING", "READY"] * 3, "STOPPING"])
        for message in self.manager.told(RELOADING="1"):
            self.assertLess(abs(int(message["MONOTONIC_USEC"]) - time.monotonic() * 1e6), 60e6)

    def test_stopping_process_is_never_ready(self):
        daemon = self.start_service(self.text(f"127.0.0.1:{self.port}"))
        session = self.connect(daemon.address())
        self.assert_echoes(session)
        daemon.signal(signal.SIGTERM)
        self.manager.wait(STOPPING="1")
        daemon.signal(signal.SIGHUP)
        daemon.totals()
        session.close()
        self.assertEqual(daemon.wait_exit(), 0)
        self.manager.settle()
        states = [key for message in self.manager.messages for key in message if key in {"READY", "RELOADING", "STOPPING"}]
        self.assertEqual(states, ["READY", "STOPPING"])
        self.assertEqual(daemon.log.find("reload_refused"), [])


if __name__ == "__main__":
    unittest.main()
