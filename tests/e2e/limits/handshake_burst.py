"""A thousand clients begin TLS at the same moment: who is relayed meanwhile waits for a turn, not for all of them."""

import ssl
import time
import unittest

from harness import E2eTest, PeerProcess, config, receive_exactly, scaled
from harness.edge import Authority

CLIENTS = scaled(1000)


def first_flight():
    """The ClientHello of a client that costs nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    sent = ssl.MemoryBIO()
    tls = context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname="a.test")
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        return sent.read()


class HandshakeBurst(E2eTest):
    def setUp(self):
        super().setUp()
        self.pair = Authority(self.folder).sign("a.test", key="rsa")
        self.crowd = PeerProcess("crowd")
        self.addCleanup(self.crowd.close)

    def ping(self, connection):
        """How many seconds an echo takes."""
        began = time.monotonic()
        connection.sendall(b"?")
        self.assertEqual(connection.recv(1), b"?")
        return time.monotonic() - began

    def test_relayed_session_keeps_its_turns(self):
        text = config(self.crowd.address, top="workers: 1", listener=f"tls: {{certificates: {self.pair.as_listener()}}}")
        plain = '  plain: {bind: "127.0.0.1:0", upstream: main}'
        self.daemon = self.start(text.replace("upstreams:", f"{plain}\nupstreams:"))
        relayed = self.connect(self.daemon.address("plain"))
        before = max(self.ping(relayed) for _ in range(100))
        clients = [self.connect(self.daemon.address()) for _ in range(CLIENTS)]
        self.ping(relayed)  # they are accepted now
        hello = first_flight()
        began = time.monotonic()
        for client in clients:
            client.sendall(hello)
        delays = [self.ping(relayed)]
        while self.daemon.is_running() and time.monotonic() - began < 3 and not self.is_over(clients):
            delays.append(self.ping(relayed))
        for client in clients:
            self.assertEqual(receive_exactly(client, 1), b"\x16")
        taken = time.monotonic() - began
        print(f"pings: {1000 * before:.2f} ms at most before; during {CLIENTS} handshakes in {taken:.2f} s "
              f"{1000 * max(delays):.2f} ms at most, {len(delays)} pings", flush=True)
        self.assertLess(max(delays), taken / 4)

    def is_over(self, clients):
        clients[-1].setblocking(False)
        try:
            return clients[-1].recv(1, 2) != b""  # MSG_PEEK
        except BlockingIOError:
            return False
        finally:
            clients[-1].setblocking(True)


if __name__ == "__main__":
    unittest.main()
