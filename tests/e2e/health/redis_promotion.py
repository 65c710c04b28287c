"""A replica of Redis is promoted, and the master becomes its replica: writers follow, readers stay."""

import time
import unittest

from harness import eventually
from harness.pools import OutageTest, Redis

CONFIG = """
listeners:
  writers: {{bind: 127.0.0.1:0, upstream: writers}}
  readers: {{bind: 127.0.0.1:0, upstream: readers}}
upstreams:
  writers:
    endpoints: [{first}, {second}]
    check: {{type: redis, role: master, interval: {interval}ms}}
    on_down: close
  readers:
    endpoints: [{first}, {second}]
    check: {{type: redis, role: replica, interval: {interval}ms}}
"""
INTERVAL, FALL = 200, 3


@unittest.skipUnless(Redis.is_installed(), "redis is not installed")
class RedisPromotion(OutageTest):
    def setUp(self):
        super().setUp()
        self.first, self.second = [self.start_redis(name) for name in ("first", "second")]
        self.replicate(self.second, self.first)
        self.daemon = self.start(CONFIG.format(first=self.first.address, second=self.second.address, interval=INTERVAL))
        self.daemon.log.wait("endpoint_down", upstream="writers", endpoint=self.second.address)
        self.daemon.log.wait("endpoint_down", upstream="readers", endpoint=self.first.address)

    def start_redis(self, name):
        redis = Redis(self.folder, name)
        self.addCleanup(redis.stop)
        redis.start()
        return redis

    def replicate(self, replica, master):
        replica.tell(f"REPLICAOF {master.host} {master.port}")
        eventually(lambda: b"connect" in replica.tell("ROLE"), what="the replica to follow")

    def client(self, listener):
        return self.connect(self.daemon.address(listener))

    def test_writers_follow_and_readers_stay(self):
        writers, readers = ([self.client(listener) for _ in range(5)] for listener in ("writers", "readers"))
        for writer in writers:
            self.assertEqual(Redis.ask(writer, "SET key before"), b"+OK\r\n")
        eventually(lambda: all(b"before" in Redis.ask(reader, "GET key") for reader in readers), what="replication")
        promoted = time.monotonic()
        self.second.tell("REPLICAOF NO ONE")
        self.replicate(self.first, self.second)
        for writer in writers:
            self.assert_turned_away(writer)
        cut = time.monotonic()
        eventually(self.can_write, what="writers to get the new master")
        print(f"writers cut after {cut - promoted:.2f} s, served again after {time.monotonic() - promoted:.2f} s, "
              f"with checks each {INTERVAL} ms of which {FALL} have to fail", flush=True)
        self.daemon.log.wait("session", times=5, listener="writers", reason="endpoint_down",
                             endpoint=self.first.address)
        for reader in readers:
            self.assertIn(Redis.ask(reader, "GET key"), (b"$6\r\nbefore\r\n", b"$5\r\nafter\r\n"))

    def can_write(self):
        with self.client("writers") as client:
            return Redis.ask(client, "SET key after") == b"+OK\r\n"

    def test_no_writer_comes_to_replica(self):
        self.second.tell("REPLICAOF NO ONE")
        self.replicate(self.first, self.second)
        self.daemon.log.wait("endpoint_down", upstream="writers", endpoint=self.first.address)
        self.daemon.log.wait("endpoint_up", upstream="writers", endpoint=self.second.address)
        for _ in range(20):
            self.assertTrue(self.can_write())


if __name__ == "__main__":
    unittest.main()
