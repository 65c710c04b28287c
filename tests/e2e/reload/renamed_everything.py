"""Every reload calls every listener, upstream and endpoint something else: nothing grows with the names that ever were."""

import itertools
import statistics
import threading
import time
import unittest

from harness import ControlledTest, PeerProcess, Streams, eventually, is_sanitized, proc, scaled

RELOADS = scaled(200)  # DUPLEXD_TEST_SCALE=50 makes it 10,000
WARM_UP = scaled(100)
LISTENERS = 5
ENDPOINTS = 10  # of each upstream: one that is there, and others that only have names
STREAMS = 2
MOST_GROWTH = 256 * 1024  # bytes of RSS at rest, in the quarter that grows least
LONGEST_PAUSE = 2  # seconds; on an idle machine some milliseconds


class RoundTrips:
    """One session that always asks again; its longest round trip shows how long a worker was away."""

    def __init__(self, connection):
        self.connection, self.longest, self.count, self.error = connection, 0, 0, None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        try:
            while not self._stop.is_set():
                start = time.monotonic()
                self.connection.sendall(b"x")
                if self.connection.recv(1) != b"x":
                    raise ConnectionError("the session ended")
                self.longest = max(self.longest, time.monotonic() - start)
                self.count += 1
                self._stop.wait(0.001)
        except OSError as error:
            self.error = error

    def stop(self):
        self._stop.set()
        self._thread.join()


class RenamedEverything(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = PeerProcess("crowd")
        self.addCleanup(self.endpoint.close)
        self.binds = [f"unix:{self.folder}/listener{i}" for i in range(LISTENERS)]

    def text(self, number):
        listeners = "".join(
            f'  l{number}-{i}: {{bind: "{bind}", upstream: u{number}-{i}, limits: {{per_source: 100}}}}\n'
            for i, bind in enumerate(self.binds))
        upstreams = "".join(f"  u{number}-{i}: {{endpoints: [{self.endpoints(number, i)}]}}\n" for i in range(LISTENERS))
        return (f"control: {{socket: {self.control.path}}}\nworkers: 2\n"
                f"listeners:\n{listeners}upstreams:\n{upstreams}")

    def endpoints(self, number, upstream):
        others = [f"127.{1 + number // 250 % 250}.{number % 250}.{1 + upstream}:{7000 + i}" for i in range(1, ENDPOINTS)]
        return ", ".join(f'"{endpoint}"' for endpoint in [self.endpoint.address] + others)

    def reload(self, daemon, numbers):
        """The seconds that each took, and the smallest RSS behind any of them: what is in use at the moment comes and goes."""
        times, sizes = [], []
        for number in numbers:
            daemon.write_config(self.text(number))
            start = time.monotonic()
            self.assertEqual(self.control.ask("reload")["result"], "applied")
            times.append(time.monotonic() - start)
            sizes.append(proc.rss(daemon.pid))
        return times, min(sizes)

    def state(self, daemon):
        """Its descriptors and threads at rest: duplexctl's connection is open for a moment longer than duplexctl."""
        descriptors = min(proc.lasting_descriptors(daemon.pid) for _ in range(20))
        return descriptors, len(proc.threads(daemon.pid))

    def test_nothing_grows(self):
        daemon = self.start(self.text(0))
        streams = Streams(self.binds, STREAMS)
        self.addCleanup(streams.close)
        eventually(lambda: streams.bytes > STREAMS * 10_000, what="the streams to flow")
        self.reload(daemon, range(1, WARM_UP // 2))
        _, rss = self.reload(daemon, range(WARM_UP // 2, WARM_UP))
        before = self.state(daemon)
        trips = RoundTrips(self.connect(self.binds[0]))
        times, sizes = [], [rss]
        for quarter in range(4):
            first = WARM_UP + quarter * RELOADS // 4
            took, size = self.reload(daemon, range(first, first + RELOADS // 4))
            times += took
            sizes.append(size)
        trips.stop()
        trips.connection.close()
        # The heap takes a step of a MiB now and then; what leaks grows in every quarter.
        growth = min(after - before for before, after in itertools.pairwise(sizes))
        eventually(lambda: self.state(daemon) == before, what=f"{before} as before")
        streams.settle()
        self.report(times, sizes, trips, streams)
        self.assertEqual((streams.wrong, streams.cut, trips.error), (0, 0, None))
        self.assertEqual(len(self.control.status()["listeners"]), LISTENERS + self.kept(streams))
        if not is_sanitized():
            self.assertLess(growth, MOST_GROWTH)
            self.assertLess(trips.longest, LONGEST_PAUSE)

    def kept(self, streams):
        """Listeners of the first configuration that still have sessions."""
        return min(LISTENERS, STREAMS)

    def report(self, times, sizes, trips, streams):
        quarter = max(1, len(times) // 4)
        first, last = statistics.median(times[:quarter]), statistics.median(times[-quarter:])
        print(f"{len(times)} reloads: the first quarter {first * 1e3:.1f} ms each, the last {last * 1e3:.1f} ms; "
              f"RSS {', '.join(f'{size / 1024:.0f}' for size in sizes)} KiB; {trips.count} round trips, the longest {trips.longest * 1e3:.1f} ms; "
              f"{streams.bytes / 1e6:.0f} MB each way over {STREAMS} streams", flush=True)


if __name__ == "__main__":
    unittest.main()
