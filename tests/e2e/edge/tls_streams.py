"""TLS on either leg or on both: bulk arrives whole, each direction ends on its own, and a stream that is cut is told."""

import queue
import socket
import threading
import unittest

from harness import DEADLINE, E2eTest, config, receive_all, receive_stream, scaled, send_stream
from harness.edge import Authority, connect_tls, over_tls, server_context

BULK = 64 * 1024 * 1024
THINKING_TIME = 1.0  # seconds that a peer takes before it answers
ON_LEGS = [(client, endpoint) for client in ("plain", "TLS") for endpoint in ("plain", "TLS")]


class TlsStreams(E2eTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        self.pair = self.authority.sign("a.test")
        self.results = queue.SimpleQueue()
        self.ending = threading.Event()
        self.addCleanup(self.ending.set)

    def start_legs(self, client, endpoint, handler):
        """The daemon before an endpoint; each leg is "plain" or "TLS"."""
        self.client_leg = client
        of_endpoint = over_tls(handler, server_context(self.pair)) if endpoint == "TLS" else handler
        ca = self.authority.certificate
        self.daemon = self.start(config(
            self.serve(of_endpoint).address,
            listener=f"tls: {{certificates: {self.pair.as_listener()}}}" if client == "TLS" else "",
            upstream=f"tls: {{ca_file: {ca}, server_name: a.test}}" if endpoint == "TLS" else ""))

    def client(self):
        if self.client_leg == "plain":
            return self.connect(self.daemon.address())
        peer = connect_tls(self.daemon.address(), self.authority.client_context())
        self.addCleanup(peer.socket.close)
        return peer

    def exchange(self, connection, seed):
        """Sends a stream and receives one at the same time: the hash sent, and size and hash received."""
        sent = []

        def send():
            sent.append(send_stream(connection, scaled(BULK), seed))
            connection.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        received = receive_stream(connection)
        sender.join()
        return sent[0], received

    def think(self):
        self.ending.wait(THINKING_TIME)

    def on_each(self, legs, handler, check):
        for client, endpoint in legs:
            with self.subTest(client=client, endpoint=endpoint):
                self.start_legs(client, endpoint, handler)
                check(self.client())

    def assert_ends(self, *reasons):
        record = self.daemon.wait_session()
        self.assertIn(record["reason"], reasons)
        return record

    def test_bulk_both_ways_arrives_whole(self):
        def check(client):
            sent, received = self.exchange(client, seed=1)
            endpoint_sent, endpoint_received = self.results.get(timeout=DEADLINE)
            self.assertEqual(endpoint_received, (scaled(BULK), sent))
            self.assertEqual(received, (scaled(BULK), endpoint_sent))
            record = self.assert_ends("client_finished", "endpoint_finished")
            self.assertEqual((record["upstream_bytes"], record["downstream_bytes"]), (scaled(BULK), scaled(BULK)))

        self.on_each(ON_LEGS[1:], lambda connection: self.results.put(self.exchange(connection, seed=2)), check)

    def test_finished_client_gets_late_answer(self):
        def answer_late(connection):
            request = receive_all(connection)
            self.think()
            connection.sendall(request[::-1])

        def check(client):
            client.sendall(b"one request")
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(client), b"tseuqer eno")
            self.assert_ends("client_finished")

        self.on_each(ON_LEGS, answer_late, check)

    def test_client_answers_finished_endpoint_late(self):
        def finish_first(connection):
            connection.sendall(b"one question")
            connection.shutdown(socket.SHUT_WR)
            self.results.put(receive_all(connection))

        def check(client):
            self.assertEqual(receive_all(client), b"one question")
            self.think()
            client.sendall(b"one answer")
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(self.results.get(timeout=DEADLINE), b"one answer")
            self.assert_ends("endpoint_finished")

        self.on_each(ON_LEGS, finish_first, check)

    def test_client_that_cuts_is_told(self):
        def note_end(connection):
            self.echo_once(connection)
            self.results.put(end_of(connection))

        def check(client):
            self.assert_echoes(client)
            client.cut()
            self.assertEqual(self.results.get(timeout=DEADLINE), "reset")
            self.assert_ends("client_truncated")

        self.on_each([("TLS", "plain"), ("TLS", "TLS")], note_end, check)

    def test_endpoint_that_cuts_is_told(self):
        def cut(connection):
            self.echo_once(connection)
            connection.cut()
            end_of(connection)  # holds its side open until the daemon has closed

        def check(client):
            self.assert_echoes(client)
            self.assertEqual(end_of(client), "reset")
            self.assert_ends("endpoint_truncated")

        self.on_each([("plain", "TLS"), ("TLS", "TLS")], cut, check)

    @staticmethod
    def echo_once(connection):
        connection.sendall(connection.recv(100))


def end_of(connection):
    """How a stream ends that nothing more comes in."""
    try:
        return "end of stream" if connection.recv(1) == b"" else "data"
    except ConnectionResetError:
        return "reset"


if __name__ == "__main__":
    unittest.main()
