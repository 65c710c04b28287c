"""Large transfers in both directions at once arrive byte for byte."""

import queue
import socket
import threading
import unittest

from harness import DEADLINE, E2eTest, config, connect, receive_stream, scaled, send_stream

KIB, MIB = 1024, 1024 * 1024
SIZES = [64 * KIB, MIB, 16 * MIB, 256 * MIB]


def exchange(connection, size, seed):
    """Sends a stream and receives one at the same time. Returns the hash sent, and size and hash received."""
    sent = []

    def send():
        sent.append(send_stream(connection, size, seed))
        connection.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    received = receive_stream(connection)
    sender.join()
    return sent[0], received


class BulkBothWays(E2eTest):
    def check(self, bind, endpoint_address):
        results = queue.SimpleQueue()
        sizes = [scaled(size) for size in SIZES]
        waiting = iter(sizes)
        endpoint = self.serve(lambda connection: results.put(exchange(connection, next(waiting), seed=2)),
                              endpoint_address)
        daemon = self.start(config(endpoint.address, bind=bind))
        for size in sizes:
            with self.subTest(size=size):
                self.exchange_once(daemon, results, size)

    def exchange_once(self, daemon, results, size):
        with connect(daemon.address()) as client:
            sent, received = exchange(client, size, seed=1)
        record = daemon.wait_session(upstream_bytes=size, downstream_bytes=size)
        endpoint_sent, endpoint_received = results.get(timeout=DEADLINE)
        self.assertEqual(endpoint_received, (size, sent))
        self.assertEqual(received, (size, endpoint_sent))
        self.assertIn(record["reason"], ["client_finished", "endpoint_finished"])
        self.assertEqual((record["upstream_undelivered"], record["downstream_undelivered"]), (0, 0))

    def test_bulk_over_ipv4_arrives_whole(self):
        self.check("127.0.0.1:0", "127.0.0.1:0")

    def test_bulk_over_ipv6_arrives_whole(self):
        self.check("[::1]:0", "[::1]:0")

    def test_bulk_over_unix_sockets_arrives_whole(self):
        self.check(f"unix:{self.folder}/listener", f"unix:{self.folder}/endpoint")

    def test_bulk_from_ipv4_to_unix_arrives(self):
        self.check("127.0.0.1:0", f"unix:{self.folder}/endpoint")


if __name__ == "__main__":
    unittest.main()
