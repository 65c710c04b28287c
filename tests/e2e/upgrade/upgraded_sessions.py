"""The process is upgraded, over and over, under load: no session is cut, nobody is refused, and no byte is lost."""

import os
import threading
import unittest

from harness import (ControlledTest, Newcomers, PeerProcess, Streams, connect, free_port, is_sanitized, receive_exactly,
                     scaled)

UPGRADES = scaled(20)
IDLE = scaled(1000)
STREAMS = scaled(60)
HALF_CLOSED = scaled(50)
STALLED = scaled(20)
STUCK = 8 * 1024 * 1024
LONGEST_PAUSE = 500  # ms; what is measured is printed


class UpgradedSessions(ControlledTest):
    def setUp(self):
        super().setUp()
        self.echo = self.spawn("crowd").address
        self.address = f"127.0.0.1:{free_port()}"
        self.daemon = self.start(self.config(self.echo, bind=self.address, top="workers: 2"))

    def spawn(self, role):
        process = PeerProcess(role)
        self.addCleanup(process.close)
        return process

    def upgrade(self):
        before = self.control.status()["pid"]
        answer = self.control.ask("upgrade")
        after = self.control.status()["pid"]
        self.assertNotEqual(after, before)
        self.daemon.succeeded_by(after)
        return answer

    def pauses(self):
        return [record["longest_pause_ms"] for record in self.daemon.log.find("upgraded")]

    def test_sessions_of_all_kinds_survive(self):
        idle = [self.connect(self.address) for _ in range(IDLE)]
        for client in idle:
            self.assert_echoes(client)
        half_closed = [self.connect(self.address) for _ in range(HALF_CLOSED)]
        stalled = [Stalled(self.address) for _ in range(STALLED)]
        streams = Streams([self.address], STREAMS)
        self.addCleanup(streams.close)
        newcomers = Newcomers([self.address])
        plan = self.control.ask("plan", "--upgrade")
        self.assertEqual(plan["upgrade"]["stays"] + plan["restart"]["stays"], [])
        self.assertGreaterEqual(plan["upgrade"]["moves"], IDLE + HALF_CLOSED + STALLED + STREAMS)
        for _ in range(UPGRADES):
            answer = self.upgrade()
            self.assertGreaterEqual(answer["sessions"], IDLE + STREAMS)
            self.assertEqual(answer["stayed"], 0)
            newcomers.wait_served(5)
        newcomers.stop()
        self.assertEqual(newcomers.failures, {})
        streams.settle()
        self.assertEqual((streams.cut, streams.wrong), (0, 0))
        for client in idle + half_closed:
            self.assert_echoes(client)
        for each in stalled:
            self.assertTrue(each.is_whole())
        print(f"{len(self.pauses())} upgrades, longest pauses: {sorted(self.pauses())[-3:]} ms, "
              f"slowest newcomer {newcomers.slowest:.3f} s, {streams.bytes >> 20} MiB streamed", flush=True)
        if not is_sanitized():
            self.assertLess(max(self.pauses()), LONGEST_PAUSE)
        for client in idle + half_closed:
            client.close()
        for each in stalled:
            each.connection.close()
        streams.close()
        self.assertEqual({record["moves"] for record in self.daemon.log.wait("session", times=IDLE, moves=UPGRADES)},
                         {UPGRADES})


class Stalled:
    """Sends to an endpoint that echoes, and reads nothing back until it is asked for: the way is full."""

    def __init__(self, address):
        self.connection = connect(address)
        self._bytes = os.urandom(STUCK)
        self._sender = threading.Thread(target=self.connection.sendall, args=[self._bytes], daemon=True)
        self._sender.start()

    def is_whole(self):
        whole = receive_exactly(self.connection, STUCK) == self._bytes
        self._sender.join()
        return whole


if __name__ == "__main__":
    unittest.main()
