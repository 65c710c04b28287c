"""Certificates are replaced over and over while clients shake hands and streams run: nobody is refused and nothing is cut."""

import os
import shutil
import time
import unittest

from harness import ControlledTest, Newcomers, PeerProcess, eventually, scaled
from harness.edge import Authority, LongStreams, connect_tls

RELOADS = scaled(100)
CHANGES = scaled(20)  # each is noticed within a second
LATEST = 4  # seconds; after a refusal it takes five
STREAMS = scaled(100)
KINDS = 5  # certificates that take turns


class CertificatesReplaced(ControlledTest):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)
        self.context = self.authority.client_context()
        self.kinds = [self.authority.sign("a.test", file=f"kind{number}") for number in range(KINDS)]
        self.live = self.authority.sign("a.test", file="live")
        self.endpoint = PeerProcess("crowd")
        self.addCleanup(self.endpoint.close)

    def start_with(self, certificates, more=""):
        self.text = self.config(self.endpoint.address, top="workers: 2", listener=f"""
            tls: {{certificates: {certificates}, {more}}}""")
        self.daemon = self.start(self.text)

    def connect_tls(self, address):
        return connect_tls(address, self.context)

    def begin_load(self):
        self.streams = [self.connect_tls(self.daemon.address()) for _ in range(STREAMS)]
        for stream in self.streams:
            self.addCleanup(stream.close)
        self.load = LongStreams(self.streams)
        self.newcomers = Newcomers([self.daemon.address()], threads=2, connect=self.connect_tls)
        self.addCleanup(self.newcomers.stop)
        self.addCleanup(self.load.stop)

    def end_load(self):
        self.load.wait_rounds(2)
        self.load.stop()
        self.newcomers.stop()
        self.assertEqual((self.load.cut, self.load.wrong, self.newcomers.failures), (0, 0, {}))
        for stream in self.streams:
            stream.close()
        print(f"{self.newcomers.served} handshakes, {self.load.rounds} rounds of {STREAMS} streams", flush=True)

    def put(self, file, live):
        shutil.copy(file, f"{live}.new")
        os.replace(f"{live}.new", live)

    def shows(self, pair):
        with self.connect_tls(self.daemon.address()) as client:
            return client.getpeercert(binary_form=True) == pair.der()

    def test_reloads_under_load_cut_nothing(self):
        self.start_with(self.live.as_listener())
        self.begin_load()
        for number in range(RELOADS):
            pair = self.kinds[number % KINDS]
            self.put(pair.key, self.live.key)
            self.put(pair.certificate, self.live.certificate)
            self.reload(self.daemon, self.text)
            self.assertTrue(self.shows(pair))
            self.newcomers.wait_served(2)
        self.end_load()

    def test_watched_files_are_served_soon(self):
        self.start_with(self.live.both, "watch: true")
        self.begin_load()
        slowest = 0
        for number in range(CHANGES):
            pair = self.kinds[number % KINDS]
            self.put(pair.both, self.live.both)
            began = time.monotonic()
            eventually(lambda: self.shows(pair), what="the new certificate", every=0.05)
            slowest = max(slowest, time.monotonic() - began)
        self.assertLess(slowest, LATEST, "a refusal alone is a reason to wait")
        self.daemon.log.wait("certificates_replaced", times=CHANGES)
        self.end_load()

    def test_pair_that_does_not_match(self):
        self.start_with(self.live.as_listener())
        before = self.authority.sign("a.test", file="before")
        self.put(before.key, self.live.key)
        self.put(before.certificate, self.live.certificate)
        self.reload(self.daemon, self.text)
        self.put(self.kinds[0].key, self.live.key)
        line = next(number for number, line in enumerate(self.text.splitlines(), 1) if "tls:" in line)
        self.assert_refused(self.daemon, self.text, f"duplexd.yaml:{line}:", str(self.live.key))
        self.assertTrue(self.shows(before))

    def test_watched_pair_that_does_not_match(self):
        self.start_with(self.live.both, "watch: true")
        before = self.live.der()
        self.live.both.write_bytes(self.live.certificate.read_bytes() + self.kinds[0].key.read_bytes())
        self.daemon.log.wait("certificates_refused")
        with self.connect_tls(self.daemon.address()) as client:
            self.assertEqual(client.getpeercert(binary_form=True), before)
        self.put(self.kinds[0].both, self.live.both)
        self.daemon.log.wait("certificates_replaced")
        self.assertTrue(self.shows(self.kinds[0]))


if __name__ == "__main__":
    unittest.main()
