"""Clients misuse the admin listener: each is answered or closed, and sessions go on undisturbed beside them."""

import itertools
import json
import multiprocessing
import os
import signal
import threading
import time
import unittest

from harness import PeerProcess, connect, eventually, is_sanitized, receive_all, scaled
from harness.operations import AdminTest

OF_ONE_ADDRESS = 32
ROUND_TRIPS = scaled(2000)
SLOWEST_USUAL_ROUND_TRIP = 0.050  # seconds, of nine in ten: the misusers take the CPU that they get
PATIENCE = 5  # seconds for a request to arrive
ENDPOINTS = scaled(2000)  # whose states make an answer long
WHOLE = b"GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n"


def misuse(address, threads):
    """Of the threads every second one says nothing to the end, the others ask again and again."""
    os.nice(10)
    for which in range(threads):
        threading.Thread(target=again_and_again, args=[address, WHOLE * 20 if which % 2 else b"GET"], daemon=True).start()
    signal.pause()


def again_and_again(address, text):
    while True:
        try:
            with connect(address, within=1) as client:
                client.sendall(text)
                client.recv(65536)
        except OSError:
            pass
        time.sleep(0.05)


class HostileAdmin(AdminTest):
    def setUp(self):
        super().setUp()
        self.endpoint = PeerProcess("crowd")
        self.addCleanup(self.endpoint.close)
        self.daemon = self.start(self.config(self.endpoint.address))

    def test_huge_header_is_refused(self):
        self.assertIn(b" 431 ", self.admin.say(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + bytes([120]) * 200_000))

    def test_bodies_are_refused(self):
        self.assertIn(b" 413 ", self.admin.say(b"GET /status HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n123456789"))
        self.assertIn(b" 411 ", self.admin.say(b"GET /status HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"))

    def test_garbage_is_refused(self):
        for text in [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"GET\r\n\r\n", bytes(range(256)) * 64]:
            self.assertIn(b" 400 ", self.admin.say(text), text[:20])

    def test_smuggled_requests_are_refused(self):
        two = b"GET /status HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n\r\n"
        self.assertIn(b" 400 ", self.admin.say(two))
        self.assertIn(b" 404 ", self.admin.say(b"GET http://evil.test/status HTTP/1.1\r\nHost: localhost\r\n"
                                              b"Connection: close\r\n\r\n"))

    def test_slow_client_is_ended(self):
        begin = time.monotonic()
        with connect(self.admin.address) as slow:
            slow.settimeout(1)
            got = b""
            for byte in itertools.cycle(WHOLE[:-4]):
                slow.sendall(bytes([byte]))
                try:
                    got = slow.recv(4096)
                    break
                except TimeoutError:
                    pass
        self.assertIn(b" 408 ", got)
        self.assertLess(time.monotonic() - begin, PATIENCE + 3)
        self.assertEqual(self.control.status()["admin"]["timed_out"], 1)

    def test_crowd_leaves_sessions_undisturbed(self):
        alone = self.percentile()
        crowd = multiprocessing.get_context("fork").Process(target=misuse, args=[self.admin.address, 200], daemon=True)
        crowd.start()
        self.addCleanup(crowd.kill)
        eventually(lambda: self.control.status()["admin"]["refused_clients"] > 200, what="the crowd to be refused")
        clients = [self.control.status()["admin"]["clients"] for _ in range(20)]
        beside = self.percentile()
        crowd.kill()
        crowd.join()
        print(f"round trip, 90th percentile: {alone * 1e6:.0f} us alone, {beside * 1e6:.0f} us beside 200 clients of the "
              f"admin listener, of which it served {max(clients)} at once", flush=True)
        self.assertLessEqual(max(clients), OF_ONE_ADDRESS, "of one address")
        self.assertLess(beside, SLOWEST_USUAL_ROUND_TRIP * (5 if is_sanitized() else 1))
        eventually(lambda: self.admin.ask("/healthz").status == 200, what="an answer")

    def test_crowd_shares_long_answers(self):
        """The answer has the number of the request that it was made for."""
        many = [f"127.1.{each // 250}.{1 + each % 250}:9" for each in range(ENDPOINTS)]
        self.reload(self.daemon, self.config(self.endpoint.address, *many))
        numbers, failures, end = [], [], time.monotonic() + 3

        def ask_until_the_end():
            try:
                while time.monotonic() < end:
                    numbers.append(json.loads(self.admin.ask("/status").text)["admin"]["requests"])
            except (OSError, ValueError) as error:
                failures.append(error)
        crowd = [threading.Thread(target=ask_until_the_end) for _ in range(8)]
        for each in crowd:
            each.start()
        slowest = max(self.time_of_status() for _ in range(5))
        for each in crowd:
            each.join()
        made = len(set(numbers))
        print(f"{len(numbers)} answers of {made} to a crowd, duplexctl status took {slowest:.2f} s at most", flush=True)
        self.assertEqual(failures, [])
        self.assertLess(made, len(numbers) / 2)

    def time_of_status(self):
        begin = time.monotonic()
        self.control.status()
        return time.monotonic() - begin

    def test_no_address_keeps_others_out(self):
        many = [self.connect(self.admin.address) for _ in range(OF_ONE_ADDRESS)]
        eventually(lambda: self.control.status()["admin"]["clients"] == OF_ONE_ADDRESS, what="the clients")
        self.assertIn(b" 503 ", receive_all(self.connect(self.admin.address)))
        other = self.connect(self.admin.address, source="127.0.0.2")
        other.sendall(WHOLE)
        self.assertIn(b"200 OK", other.recv(4096))
        for each in many:
            each.close()

    def percentile(self):
        with connect(self.daemon.address()) as session:
            times = sorted(self.round_trip(session) for _ in range(ROUND_TRIPS))
        return times[len(times) * 9 // 10]

    def round_trip(self, session):
        begin = time.perf_counter()
        self.assert_echoes(session, bytes(64))
        return time.perf_counter() - begin


if __name__ == "__main__":
    unittest.main()
