"""An endpoint that hangs, dies, refuses or does not answer, while clients keep coming."""

import select
import signal
import socket
import threading
import unittest

from harness import (DEADLINE, E2eTest, Filled, PeerProcess, config, connect, echo, eventually, free_port, proc,
                     receive_all, receive_exactly, receive_stream, scaled, send_stream)

MIB = 1024 * 1024
TAKING_TURNS = "workers: 1"  # each worker takes turns of its own
CONNECT_TIMEOUT = "timeouts: {connect: 300ms}"  # 5 s by default


class EndpointProcess(E2eTest):
    def spawn(self, role="echo"):
        process = PeerProcess(role)
        self.addCleanup(process.close)
        return process

    def test_stopped_endpoint_delays_only_own_clients(self):
        stopped, well = self.spawn(), self.serve(echo)
        daemon = self.start(config(stopped.address, well.address, top=TAKING_TURNS))
        clients = [self.connect(daemon.address()) for _ in range(2)]
        for client in clients:
            self.assert_echoes(client)
        stopped.signal(signal.SIGSTOP)
        self.addCleanup(stopped.signal, signal.SIGCONT)
        eventually(lambda: proc.is_stopped(stopped.pid), what="the endpoint to stop")
        served, waiting = self.ask(clients)
        sender = threading.Thread(target=self.send, args=[waiting], daemon=True)
        sender.start()
        for _ in range(10):
            self.assert_echoes(served)
        stopped.signal(signal.SIGCONT)
        self.assertEqual(receive_exactly(waiting, 5), b"ping?")
        received = receive_stream(waiting)
        sender.join()
        self.assertEqual(received, (scaled(16 * MIB), self.sent))

    def ask(self, clients):
        """The one that is answered, and the other."""
        for client in clients:
            client.sendall(b"ping?")
        [served], _, _ = select.select(clients, [], [], DEADLINE)
        self.assertEqual(receive_exactly(served, 5), b"ping?")
        return served, next(client for client in clients if client is not served)

    def send(self, client):
        self.sent = send_stream(client, scaled(16 * MIB))
        client.shutdown(socket.SHUT_WR)

    def test_killed_endpoint_ends_its_sessions(self):
        doomed = self.spawn("discard")
        daemon = self.start(config(doomed.address))
        clients = [self.connect(daemon.address()) for _ in range(5)]
        senders = [threading.Thread(target=send_until_error, args=[client], daemon=True) for client in clients]
        for sender in senders:
            sender.start()
        eventually(lambda: daemon.totals().listeners["main"]["upstream_bytes"] > MIB, every=0.05, what="traffic")
        doomed.signal(signal.SIGKILL)
        records = daemon.log.wait("session", times=5)
        for sender in senders:
            sender.join()
        # an endpoint that dies with all it was sent read says good-bye like any other; its client then goes on alone
        self.assertLessEqual({record["reason"] for record in records}, {"endpoint_reset", "endpoint_finished"})

    def test_next_endpoint_replaces_killed_one(self):
        doomed, well = self.spawn(), self.serve(echo)
        daemon = self.start(config(doomed.address, well.address, top=TAKING_TURNS))
        doomed.signal(signal.SIGKILL)
        doomed.process.wait()
        for _ in range(6):
            self.assert_served(daemon.address())
        self.assertEqual(daemon.totals().upstreams["main"]["failed_connect_refused"], 3)


def send_until_error(client):
    try:
        while True:
            client.sendall(bytes(65536))
    except OSError:
        client.close()


class NextEndpoint(E2eTest):
    def filled(self):
        listener = Filled()
        self.addCleanup(listener.close)
        return listener.address

    # The third refusal ejects the endpoint.
    def test_next_endpoint_follows_refusal(self):
        daemon = self.start(config(f"127.0.0.1:{free_port()}", self.serve(echo).address, top=TAKING_TURNS))
        for _ in range(10):
            self.assert_served(daemon.address())
        attempts = [record["attempts"] for record in daemon.log.wait("session", times=10)]
        self.assertEqual(sorted(attempts), [1] * 7 + [2] * 3)
        self.assertEqual(daemon.totals().upstreams["main"]["failed_connect_refused"], 3)
        self.assertEqual(daemon.totals().upstreams["main"]["connected"], 10)

    def test_next_endpoint_follows_connect_timeout(self):
        daemon = self.start(config(self.filled(), self.serve(echo).address, listener=CONNECT_TIMEOUT,
                                   top=TAKING_TURNS))
        for _ in range(2):
            self.assert_served(daemon.address())
        record, = daemon.log.wait("session", times=2) and daemon.sessions(attempts=2)
        self.assertTrue(250 < record["connect_ms"] < 5000, record)
        self.assertEqual(daemon.totals().upstreams["main"]["failed_connect_timeout"], 1)

    def test_next_endpoint_serves_finished_client(self):
        reply = self.serve(lambda connection: connection.sendall(receive_all(connection)[::-1]))
        daemon = self.start(config(f"127.0.0.1:{free_port()}", reply.address))
        for _ in range(4):
            with connect(daemon.address()) as client:
                client.sendall(b"abc")
                client.shutdown(socket.SHUT_WR)
                self.assertEqual(receive_all(client), b"cba")

    def test_all_endpoints_refusing_ends_session(self):
        daemon = self.start(config(f"127.0.0.1:{free_port()}", "unix:/nonexistent/endpoint"))
        with connect(daemon.address()) as client:
            self.assert_turned_away(client)
        record = daemon.wait_session()
        self.assertEqual(record["attempts"], 2)
        self.assertIn(record["reason"], ["connect_refused", "connect_error"])

    def test_all_endpoints_silent_ends_session(self):
        daemon = self.start(config(self.filled(), listener=CONNECT_TIMEOUT))
        with connect(daemon.address()) as client:
            self.assert_turned_away(client)
        self.assertEqual(daemon.wait_session()["reason"], "connect_timeout")


if __name__ == "__main__":
    unittest.main()
