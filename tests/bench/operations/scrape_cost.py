"""What a scrape of the metrics costs duplexd, and what it does to others: CPU for one each second, and round trips of a
session beside them. Endpoints and listeners make the answer long; sessions do not."""

import threading
import time

from many_sessions import SESSIONS, ManySessionsTest

SCRAPES = 100
ROUND_TRIPS = 5000
MANY = 200  # endpoints


def percentile(values, share):
    return sorted(values)[int(len(values) * share)] * 1e6


class ScrapeCost(ManySessionsTest):
    def scrape(self):
        return len(self.get("/v1/metrics"))

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
        size, start = self.scrape(), time.monotonic()
        control, workers = self.cpu_of(self.scrape, SCRAPES)
        took = time.monotonic() - start
        print(f"{len(self.clients)} sessions: a scrape of {size / 1000:.0f} kB takes {control * 1e3:.2f} ms of CPU of the "
              f"control thread, {workers * 1e3:.2f} ms of the workers, and {took / SCRAPES * 1e3:.2f} ms in all; one each "
              f"second is {control + workers:.2%} of a core", flush=True)
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
