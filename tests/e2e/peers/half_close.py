"""One side finishes sending early; the other still has time to answer."""

import queue
import socket
import threading
import unittest

from harness import DEADLINE, E2eTest, config, connect, receive_all, receive_stream, scaled, send_stream

REPLY_SIZE = 1024 * 1024
THINKING_TIME = 2.0  # seconds that a peer takes before it answers


class HalfClose(E2eTest):
    def setUp(self):
        super().setUp()
        self.received = queue.SimpleQueue()
        self.ending = threading.Event()
        self.addCleanup(self.ending.set)

    def think(self):
        self.ending.wait(THINKING_TIME)

    def families(self):
        yield "127.0.0.1:0", "127.0.0.1:0"
        yield "[::1]:0", "[::1]:0"
        yield f"unix:{self.folder}/listener", f"unix:{self.folder}/endpoint"

    def answer_late(self, connection):
        self.received.put(receive_all(connection))
        self.think()
        self.reply_hash = send_stream(connection, scaled(REPLY_SIZE))

    def finish_first(self, connection):
        connection.sendall(b"the only thing that I have to say")
        connection.shutdown(socket.SHUT_WR)
        self.received.put(receive_stream(connection))

    def test_finished_client_gets_late_reply(self):
        for bind, endpoint_address in self.families():
            with self.subTest(bind=bind):
                daemon = self.start(config(self.serve(self.answer_late, endpoint_address).address, bind=bind))
                with connect(daemon.address()) as client:
                    client.sendall(b"one request")
                    client.shutdown(socket.SHUT_WR)
                    received = receive_stream(client)
                self.assertEqual(self.received.get(timeout=DEADLINE), b"one request")
                self.assertEqual(received, (scaled(REPLY_SIZE), self.reply_hash))
                self.assertEqual(daemon.wait_session()["reason"], "client_finished")

    def test_client_sends_after_endpoint_finished(self):
        daemon = self.start(config(self.serve(self.finish_first).address))
        with connect(daemon.address()) as client:
            self.assertEqual(receive_all(client), b"the only thing that I have to say")
            self.think()
            sent = send_stream(client, scaled(REPLY_SIZE))
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(daemon.wait_session()["reason"], "endpoint_finished")
        self.assertEqual(self.received.get(timeout=DEADLINE), (scaled(REPLY_SIZE), sent))

    def test_client_without_bytes_gets_answer(self):
        daemon = self.start(config(self.serve(lambda connection: connection.sendall(receive_all(connection) + b"!"))
                                   .address))
        with connect(daemon.address()) as client:
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(client), b"!")

    def test_both_sides_finishing_lose_nothing(self):
        def exchange(connection):
            connection.sendall(b"endpoint")
            connection.shutdown(socket.SHUT_WR)
            self.received.put(receive_all(connection))

        daemon = self.start(config(self.serve(exchange).address))
        with connect(daemon.address()) as client:
            client.sendall(b"client")
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_all(client), b"endpoint")
        self.assertIn(daemon.wait_session()["reason"], ["client_finished", "endpoint_finished"])
        self.assertEqual(self.received.get(timeout=DEADLINE), b"client")


def send_with_end_of_stream(connection, data):
    """The last bytes and the FIN leave in one segment."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)


class DataAndEndOfStreamInOneSegment(E2eTest):
    def test_client_end_with_data_is_forwarded(self):
        endpoint = self.serve(lambda connection: connection.sendall(receive_all(connection)[::-1]))
        daemon = self.start(config(endpoint.address))
        for _ in range(100):
            with connect(daemon.address()) as client:
                send_with_end_of_stream(client, b"abc")
                self.assertEqual(receive_all(client), b"cba")
        self.assertEqual(len(daemon.log.wait("session", times=100, reason="client_finished")), 100)

    def test_endpoint_end_with_data_is_forwarded(self):
        daemon = self.start(config(self.serve(lambda connection: send_with_end_of_stream(connection, b"abc")).address))
        for _ in range(100):
            with connect(daemon.address()) as client:
                self.assertEqual(receive_all(client), b"abc")
        records = daemon.log.wait("session", times=100)
        self.assertEqual({record["downstream_bytes"] for record in records}, {3})


if __name__ == "__main__":
    unittest.main()
