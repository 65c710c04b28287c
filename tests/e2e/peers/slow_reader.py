"""A reader that stops reading stops its sender, takes no memory of the daemon, and loses no byte when it resumes."""

import queue
import socket
import threading
import time
import unittest

from harness import (DEADLINE, E2eTest, config, connect, eventually, is_sanitized, proc, receive_stream, scaled,
                     send_stream)

MIB = 1024 * 1024
SIZE = 64 * MIB
PAUSE = 2.0  # seconds of standstill; a busy machine may begin with a part of it


class SlowReader(E2eTest):
    def setUp(self):
        super().setUp()
        self.streams = queue.SimpleQueue()
        self.may_read = threading.Event()
        self.addCleanup(self.may_read.set)

    def push(self, connection):
        self.streams.put((scaled(SIZE), send_stream(connection, scaled(SIZE))))
        connection.shutdown(socket.SHUT_WR)

    def read_when_told(self, connection):
        self.may_read.wait(DEADLINE)
        self.streams.put(receive_stream(connection))

    def warm_up(self, daemon):
        """A first session, so that one-time allocations are not counted."""
        with connect(daemon.address()) as client:
            client.shutdown(socket.SHUT_WR)
            received = receive_stream(client)
        return received

    def wait_for_standstill(self, daemon):
        """Waits until no byte has moved for PAUSE."""
        state = {"cpu": -1.0, "since": time.monotonic()}

        def stands_still():
            cpu = proc.cpu_seconds(daemon.pid)
            if cpu != state["cpu"]:
                state.update(cpu=cpu, since=time.monotonic())
            return time.monotonic() - state["since"] > PAUSE

        eventually(stands_still, what="the daemon to stand still", every=0.05)

    def assert_no_growth(self, daemon, before):
        growth = proc.rss(daemon.pid) - before
        print(f"grew by {growth} bytes of RSS with {scaled(SIZE)} bytes waiting", flush=True)
        if not is_sanitized():
            self.assertLess(growth, MIB)

    def test_slow_client_stops_the_endpoint(self):
        daemon = self.start(config(self.serve(self.push).address))
        self.assertEqual(self.warm_up(daemon), self.streams.get(timeout=DEADLINE))
        before = proc.rss(daemon.pid)
        with connect(daemon.address(), receive_buffer=16 * 1024) as client:
            self.wait_for_standstill(daemon)
            self.assert_no_growth(daemon, before)
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(receive_stream(client), self.streams.get(timeout=DEADLINE))
        record = daemon.log.wait("session", times=2)[1]
        self.assertEqual((record["downstream_bytes"], record["downstream_undelivered"]), (scaled(SIZE), 0))
        self.assertGreater(record["downstream_stalled_ms"], PAUSE / 2 * 1000)

    def test_slow_endpoint_sees_end_last(self):
        daemon = self.start(config(self.serve(self.read_when_told).address))
        self.may_read.set()
        self.warm_up(daemon)
        self.streams.get(timeout=DEADLINE)
        self.may_read.clear()
        before = proc.rss(daemon.pid)
        with connect(daemon.address()) as client:
            sender = threading.Thread(target=self.push, args=[client], daemon=True)
            sender.start()
            self.wait_for_standstill(daemon)
            self.assert_no_growth(daemon, before)
            self.may_read.set()
            sender.join()
            self.assertEqual(self.streams.get(timeout=DEADLINE), self.streams.get(timeout=DEADLINE))
        record = daemon.wait_session(upstream_bytes=scaled(SIZE))
        self.assertGreater(record["upstream_stalled_ms"], PAUSE / 2 * 1000)


if __name__ == "__main__":
    unittest.main()
