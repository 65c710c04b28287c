"""Sessions of every kind at once are upgraded over and over, under load. How many: DUPLEXD_TEST_SESSIONS=5000; the figures
are printed."""

import hashlib
import os
import selectors
import socket
import threading
import unittest

from harness import (ControlledTest, Filled, Newcomers, PeerProcess, Streams, connect, free_port, is_sanitized, join, listen,
                     proc, receive_exactly, receive_stream, scaled, send_stream)

SESSIONS = int(os.environ.get("DUPLEXD_TEST_SESSIONS", scaled(500)))
UPGRADES = int(os.environ.get("DUPLEXD_TEST_UPGRADES", scaled(10)))
INTERACTIVE = min(200, SESSIONS // 10)
HALF_CLOSED = SESSIONS // 10
STALLED = 10  # of each kind
BULK = 2
DIALLED = 10
STUCK = 4 * 1024 * 1024
LONGEST_PAUSE = 500  # ms; what is measured is printed

LISTENERS = """
  copied:
    bind: "{copied}"
    zero_copy: off
    endpoints: ["{crowd}"]
  patient:
    bind: "{patient}"
    timeouts: {{half_closed: 10m}}
    endpoints: ["{late}"]
  dialled:
    bind: "{dialled}"
    timeouts: {{connect: 10m, handshake: 10m}}
    endpoints: ["{full}"]
upstreams:"""


class Patient:
    """Reads until the client has ended its direction, and answers with all of it when it is told to. One thread."""

    def __init__(self):
        self._listener = listen()
        self.address = join(self._listener.getsockname())
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self.waiting = []  # a connection, and what was read
        self._read = {}
        self._closed = False
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while not self._closed:
            for key, _ in self._selector.select(timeout=0.1):
                if key.fileobj is self._listener:
                    connection, _ = self._listener.accept()
                    self._read[connection] = b""
                    self._selector.register(connection, selectors.EVENT_READ)
                elif data := key.fileobj.recv(4096):
                    self._read[key.fileobj] += data
                else:
                    self._selector.unregister(key.fileobj)
                    self.waiting.append((key.fileobj, self._read[key.fileobj]))

    def answer(self):
        for connection, data in self.waiting:
            connection.sendall(data)
            connection.close()

    def close(self):
        self._closed = True
        self._listener.close()


class Stalled:
    """Sends to an endpoint that echoes, and reads nothing back until it is asked for: the way is full."""

    def __init__(self, address):
        self.connection = connect(address, within=120)
        self._bytes = os.urandom(STUCK)
        self._sender = threading.Thread(target=self.connection.sendall, args=[self._bytes], daemon=True)
        self._sender.start()

    def is_whole(self):
        whole = receive_exactly(self.connection, STUCK) == self._bytes
        self._sender.join()
        self.connection.close()
        return whole


class Bulk:
    """One session as fast as it goes in both directions, through an endpoint that echoes; hashes are compared."""

    def __init__(self, address):
        self.bytes = 0
        self._sent, self._received = hashlib.sha256(), hashlib.sha256()
        self._connection = connect(address, within=120)
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._send, self._receive)]
        for thread in self._threads:
            thread.start()

    def _send(self):
        while not self._ending.is_set():
            block = os.urandom(64 * 1024)
            self._sent.update(block)
            self._connection.sendall(block)
        self._connection.shutdown(socket.SHUT_WR)

    def _receive(self):
        while data := self._connection.recv(256 * 1024):
            self._received.update(data)
            self.bytes += len(data)

    def is_whole(self):
        self._ending.set()
        for thread in self._threads:
            thread.join()
        self._connection.close()
        return self._sent.digest() == self._received.digest()


class UpgradedMix(ControlledTest):
    def setUp(self):
        super().setUp()
        crowd = PeerProcess("crowd")
        self.addCleanup(crowd.close)
        echo = PeerProcess("echo")  # a thread for each: it waits for one that does not read
        self.addCleanup(echo.close)
        self.late, self.full = Patient(), Filled()
        self.addCleanup(self.late.close)
        self.addCleanup(self.full.close)
        self.main, self.echoing, self.copied, self.patient, self.dialled = [
            f"127.0.0.1:{free_port()}" for _ in range(5)]
        text = self.config(crowd.address, bind=self.main, top="workers: 2")
        more = LISTENERS.format(copied=self.copied, crowd=echo.address, patient=self.patient, late=self.late.address,
                                dialled=self.dialled, full=self.full.address)
        more = f'\n  echoing: {{bind: "{self.echoing}", endpoints: ["{echo.address}"]}}' + more
        self.daemon = self.start(text.replace("\nupstreams:", more, 1))

    def upgrade(self):
        answer = self.control.ask("upgrade")
        after = self.control.status()["pid"]
        self.daemon.succeeded_by(after)
        return answer, proc.pss(after), proc.descriptors(after)

    def half_close(self):
        clients = [self.connect(self.patient) for _ in range(HALF_CLOSED)]
        for number, client in enumerate(clients):
            client.sendall(b"%d" % number)
            client.shutdown(socket.SHUT_WR)
        return clients

    def test_every_kind_survives(self):
        half_closed = self.half_close()
        stalled = [Stalled(address) for address in (self.echoing, self.copied) for _ in range(STALLED)]
        dialled = [self.connect(self.dialled) for _ in range(DIALLED)]
        bulk = [Bulk(self.echoing) for _ in range(BULK)]
        interactive = Streams([self.main], INTERACTIVE)
        self.addCleanup(interactive.close)
        others = HALF_CLOSED + len(stalled) + DIALLED + BULK + INTERACTIVE
        idle = [self.connect(self.main) for _ in range(max(1, SESSIONS - others))]
        for client in idle:
            self.assert_echoes(client)
        newcomers = Newcomers([self.main])
        figures = []
        for _ in range(UPGRADES):
            figures.append(self.upgrade())
            answer = figures[-1][0]
            self.assertEqual(answer["stayed"], 0, answer)
            self.assertGreaterEqual(answer["sessions"], len(idle) + others)
            newcomers.wait_served(5)
        newcomers.stop()
        self.tell(len(idle) + others, figures, newcomers, interactive, bulk)
        self.assertEqual(newcomers.failures, {})
        interactive.settle()
        self.assertEqual((interactive.cut, interactive.wrong), (0, 0))
        self.assertTrue(all([each.is_whole() for each in [*bulk, *stalled]]))
        self.late.answer()
        for number, client in enumerate(half_closed):
            self.assertEqual(receive_stream(client)[0], len(str(number)))
        for client in dialled:
            client.setblocking(False)
            self.assertRaises(BlockingIOError, client.recv, 1)
            client.close()
        for client in idle:
            self.assert_echoes(client)
            client.close()
        interactive.close()

    def tell(self, sessions, figures, newcomers, interactive, bulk):
        pauses = sorted(record["longest_pause_ms"] for record in self.daemon.log.find("upgraded"))
        print(f"{sessions} sessions, {len(figures)} upgrades: longest pauses of any session, ms: median "
              f"{pauses[len(pauses) // 2]}, then {pauses[-3:]}; {newcomers.served} newcomers, the slowest "
              f"{newcomers.slowest * 1000:.0f} ms; {interactive.bytes >> 20} MiB interactive, "
              f"{sum(each.bytes for each in bulk) >> 20} MiB bulk; memory of the first and the last process "
              f"{figures[0][1] >> 10} and {figures[-1][1] >> 10} KiB, descriptors {figures[0][2]} and {figures[-1][2]}", flush=True)
        if not is_sanitized():
            self.assertLess(pauses[-1], LONGEST_PAUSE)


if __name__ == "__main__":
    unittest.main()
