"""Redis behind the proxy: many small requests in a pipeline, and a subscriber that only listens."""

import re
import shutil
import socket
import subprocess
import threading
import unittest

from harness import DEADLINE, TETHER, E2eTest, config, connect, eventually, free_port, receive_all, scaled, split

MESSAGES = 20_000


@unittest.skipUnless(shutil.which("redis-server") and shutil.which("redis-benchmark"), "redis is not installed")
class WithRedis(E2eTest):
    def setUp(self):
        super().setUp()
        port = free_port()
        process = subprocess.Popen([*TETHER, "redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                                    "--dir", self.folder], stdout=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        eventually(lambda: answers(f"127.0.0.1:{port}"), what="redis to start")
        self.daemon = self.start(config(f"127.0.0.1:{port}"))
        self.port = str(split(self.daemon.address())[1][1])

    def test_benchmark_commands_run_without_error(self):
        result = subprocess.run(["redis-benchmark", "-p", self.port, "-n", str(scaled(20_000)), "-c", "50", "-P", "16",
                                 "-t", "set,get,lpush,lrange_100", "-d", "512", "--csv"],
                                capture_output=True, text=True, timeout=2 * DEADLINE, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(re.findall(r'^"[A-Z]', result.stdout, re.MULTILINE)), 5, result.stdout)
        self.assertNotIn("rror", result.stdout + result.stderr)

    def test_subscriber_gets_every_message_in_order(self):
        subscriber = self.connect(self.daemon.address())
        subscriber.sendall(b"SUBSCRIBE news\r\n")
        subscriber.recv(65536)
        count = scaled(MESSAGES)
        publisher = threading.Thread(target=self.publish, args=[count], daemon=True)
        publisher.start()
        with subscriber.makefile("rb") as lines:
            received = [read_message(lines) for _ in range(count)]
        publisher.join()
        self.assertEqual(received, [b"message %d" % number for number in range(count)])

    def publish(self, count):
        with connect(self.daemon.address()) as publisher:
            publisher.sendall(b"".join(b'PUBLISH news "message %d"\r\n' % number for number in range(count)))
            publisher.shutdown(socket.SHUT_WR)
            receive_all(publisher)


def read_message(lines):
    """The last of the three strings of a pushed array: message, channel, text."""
    return [lines.readline() for _ in range(7)][6].strip()


def answers(address):
    try:
        with connect(address, within=1) as client:
            client.sendall(b"PING\r\n")
            return client.recv(7) == b"+PONG\r\n"
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main()
