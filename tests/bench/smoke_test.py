"""The programs of the benchmarks, briefly: every work through the bare relay, and proxies that betray the load."""

import json
import os
import queue
import socket
import subprocess
import threading
import unittest

from harness import (TETHER, Endpoint, connect, discard, proc, receive_exactly, receive_stream, reset,
                     send_stream)
from harness.threads import Deaths

BACKEND, RELAY, LOAD = (os.environ[name] for name in ("BENCH_BACKEND", "BENCH_RELAY", "BENCH_LOAD"))
MODES = {"round-trip": "echo", "ramp": "echo", "idle": "echo", "connect": "close", "download": "stream",
         "upload": "stream", "both": "stream"}
UNITS = {"round-trip": "round trip", "ramp": "session", "idle": "session", "connect": "connection"}
LATENCIES = {"p50_us", "p99_us", "p999_us"}
BRIEF = ["--sessions", "4", "--warm-up", "0.1"]
DEADLINE = 60  # seconds


class Server:
    """bench_backend or bench_relay, on a port of its own."""

    def __init__(self, *command):
        self._process = subprocess.Popen([*TETHER, *command, "--listen", "127.0.0.1:0"], text=True,
                                         stdout=subprocess.PIPE)
        self.pid = self._process.pid
        self.address = self._process.stdout.readline().removeprefix("listening on ").strip()

    def close(self):
        self._process.terminate()
        self._process.communicate(timeout=DEADLINE)


def load(work, address, *args, seconds="0.3"):
    command = [*TETHER, LOAD, work, "--to", address, "--seconds", seconds, *BRIEF, *args]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=DEADLINE,
                          check=False)


class SmokeTest(unittest.TestCase):
    def setUp(self):
        self.addCleanup(Deaths().assert_none)

    def start(self, *command):
        server = Server(*command)
        self.addCleanup(server.close)
        return server

    def backend(self, mode):
        return self.start(BACKEND, "--mode", mode)

    def serve(self, handler):
        endpoint = Endpoint(handler)
        self.addCleanup(endpoint.close)
        return endpoint.address

    def measure(self, work, address, *args, **window):
        result = load(work, address, *args, **window)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def assert_fails(self, result, says):
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn(says, result.stderr)


class EveryWork(SmokeTest):
    def test_every_work_runs_through_relay(self):
        for work, mode in MODES.items():
            with self.subTest(work):
                relay = self.start(RELAY, "--to", self.backend(mode).address)
                self.assert_plausible(work, self.measure(work, relay.address, "--cpu-of", str(relay.pid)))

    def assert_plausible(self, work, result):
        unit = UNITS.get(work, "byte")
        self.assertEqual((result["work"], result["sessions"], result["unit"]), (work, 4, unit))
        self.assertGreaterEqual(result["units"], 4)
        self.assertGreater(result["cpu_seconds"], 0)
        self.assertLessEqual(result["cpu_seconds"], result["seconds"] * 1.1 + 0.02, "one thread has one CPU")
        self.assertEqual(LATENCIES & result.keys(), set() if unit == "byte" else LATENCIES)
        if unit != "byte":
            self.assertLessEqual(result["p50_us"], result["p99_us"])
            self.assertLessEqual(result["p99_us"], result["p999_us"])
        if MODES[work] == "stream" or work in ("round-trip", "connect"):
            self.assertGreaterEqual(result["seconds"], 0.3)

    def test_every_work_runs_without_proxy(self):
        self.assertNotIn("cpu_seconds", self.measure("round-trip", self.backend("echo").address))


class Details(SmokeTest):
    def test_window_may_end_after_units(self):
        result = self.measure("round-trip", self.backend("echo").address, "--count", "500", seconds="40")
        self.assertGreaterEqual(result["units"], 500)
        self.assertLess(result["seconds"], 20)

    def test_messages_beyond_buffers_arrive_unchanged(self):
        relay = self.start(RELAY, "--threads", "2", "--to", self.backend("echo").address)
        self.assertGreater(self.measure("round-trip", relay.address, "--bytes", "1000000")["units"], 0)

    def test_relay_forwards_end_of_each_direction(self):
        relay = self.start(RELAY, "--to", self.backend("echo").address)
        with connect(relay.address) as client:
            sent = queue.SimpleQueue()

            def send_all():
                sent.put(send_stream(client, 10_000_000))
                client.shutdown(socket.SHUT_WR)

            threading.Thread(target=send_all, daemon=True).start()
            self.assertEqual(receive_stream(client), (10_000_000, sent.get(timeout=DEADLINE)))

    def test_idle_sessions_stay_until_input_ends(self):
        backend = self.backend("echo")
        before = proc.descriptors(backend.pid)
        command = [*TETHER, LOAD, "idle", "--to", backend.address, "--sessions", "100"]
        with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as idle:
            self.assertEqual(json.loads(idle.stdout.readline())["units"], 100)
            self.assertEqual(proc.descriptors(backend.pid), before + 100)
            idle.stdin.close()
            self.assertEqual(idle.wait(DEADLINE), 0)


class Betrayed(SmokeTest):
    """By a proxy that does not do its work: there must be no figure then."""

    def test_wrong_byte_is_detected(self):
        def corrupt(connection):
            message = bytearray(receive_exactly(connection, 64))
            message[40] ^= 1
            connection.sendall(message)
            connection.recv(1)

        address = self.serve(corrupt)
        for work in ("round-trip", "connect", "ramp"):
            self.assert_fails(load(work, address), "a byte is wrong")

    def test_early_end_is_detected(self):
        address = self.serve(lambda connection: connection.sendall(receive_exactly(connection, 64)[:30]))
        for work in ("round-trip", "connect", "ramp"):
            self.assert_fails(load(work, address), "the end came early, after 30 of 64 bytes")

    def test_end_amid_stream_is_detected(self):
        def end_and_discard(connection):
            connection.shutdown(socket.SHUT_WR)
            discard(connection)

        address = self.serve(end_and_discard)
        for work in ("download", "upload", "both"):
            self.assert_fails(load(work, address), "the end came early")

    def test_extra_byte_is_detected(self):
        address = self.serve(lambda connection: connection.sendall(receive_exactly(connection, 64) + b"!"))
        self.assert_fails(load("connect", address), "never sent")

    def test_reset_is_detected(self):
        def answer_and_reset(connection):
            connection.sendall(receive_exactly(connection, 64))
            reset(connection)

        address = self.serve(answer_and_reset)
        for work in ("round-trip", "connect"):
            self.assert_fails(load(work, address), "Connection reset by peer")

    def test_silence_is_detected(self):
        ending = threading.Event()
        address = self.serve(lambda connection: ending.wait(DEADLINE))
        self.addCleanup(ending.set)
        self.assert_fails(load("round-trip", address), "no byte moved for 10 seconds")

    def test_refusal_is_detected(self):
        backend = self.backend("echo")
        backend.close()
        self.assert_fails(load("ramp", backend.address), "Connection refused")


class CommandLine(SmokeTest):
    def test_wrong_arguments_are_explained(self):
        for address, args, says in (("192.0.2.1:80", [], "127.0.0.1:PORT"),
                                    ("127.0.0.1:9", ["--hurry", "1"], "unknown option '--hurry'"),
                                    ("127.0.0.1:9", ["--bytes", "0"], "at least 1"),
                                    ("127.0.0.1:9", ["--sessions", "5"], "given 2 times"),
                                    ("127.0.0.1:9", ["--cpu-of"], "needs a value")):
            with self.subTest(says):
                self.assert_fails(load("ramp", address, *args), says)


if __name__ == "__main__":
    unittest.main()
