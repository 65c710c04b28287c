"""What a scrape of the metrics costs duplexd, and what it does to others: CPU for one each second, and round trips of a
session beside them. Endpoints and listeners make the answer long; sessions do not."""

import os
import threading
import time

from harness import ControlledTest, HttpConnection, PeerProcess, proc, receive_exactly

SESSIONS = int(os.environ.get("DUPLEXD_BENCH_SESSIONS", "1000"))
SCRAPES = 100
ROUND_TRIPS = 5000
MANY = 200  # endpoints


def percentile(values, share):
    return sorted(values)[int(len(values) * share)] * 1e6


class ScrapeCost(ControlledTest):
    def start_with(self, endpoints, sessions):
        crowd = PeerProcess("crowd")
        self.addCleanup(crowd.close)
        others = [f"127.0.0.1:{port}" for port in range(1, endpoints)]
        weights = "\n".join(["endpoints:", f"  - {{address: '{crowd.address}'}}"] +
                            [f"  - {{address: '{other}', weight: 0}}" for other in others])
        self.daemon = self.start(self.config(top="workers: 2", upstream="").replace("    endpoints: []\n", "") +
                                 "\n".join(f"    {line}" for line in weights.splitlines()) + "\n")
        self.clients = [self.connect(self.daemon.address()) for _ in range(sessions)]
        for client in self.clients:
            client.sendall(b"x")
        for client in self.clients:
            receive_exactly(client, 1)
        self.http = HttpConnection(self.control.path)
        self.addCleanup(self.http.close)

    def scrape(self):
        self.http.request("GET", "/v1/metrics")
        return len(self.http.getresponse().read())

    def round_trips(self):
        client = self.clients[0]
        times = []
        for _ in range(ROUND_TRIPS):
            start = time.perf_counter()
            client.sendall(b"x")
            client.recv(1)
            times.append(time.perf_counter() - start)
        return times

    def measure_cpu(self):
        size = self.scrape()
        before, start = proc.cpu_seconds(self.daemon.pid), time.monotonic()
        for _ in range(SCRAPES):
            self.scrape()
        took = time.monotonic() - start
        cpu = (proc.cpu_seconds(self.daemon.pid) - before) / SCRAPES
        print(f"{len(self.clients)} sessions: a scrape of {size / 1000:.0f} kB takes {cpu * 1e3:.2f} ms of CPU and "
              f"{took / SCRAPES * 1e3:.2f} ms in all; one each second is {cpu:.2%} of a core", flush=True)
        self.assertGreater(size, 10_000)

    def test_scrapes_beside_many_sessions(self):
        self.start_with(1, SESSIONS)
        self.measure_cpu()

    def test_scrapes_of_many_endpoints(self):
        self.start_with(MANY, SESSIONS // 10)
        self.measure_cpu()

    def test_scrapes_delay_no_session(self):
        self.start_with(1, SESSIONS)
        alone = self.round_trips()
        stop = threading.Event()

        def scrape_each_second():
            while not stop.wait(1):
                self.scrape()

        scraper = threading.Thread(target=scrape_each_second)
        scraper.start()
        try:
            beside = self.round_trips()
        finally:
            stop.set()
            scraper.join()
        for name, times in (("without scrapes", alone), ("with one each second", beside)):
            print(f"round trip {name}: median {percentile(times, 0.5):.0f} us, 99th percentile "
                  f"{percentile(times, 0.99):.0f} us, longest {percentile(times, 0.9999):.0f} us", flush=True)
        self.assertEqual(len(beside), ROUND_TRIPS)
