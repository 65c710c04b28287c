"""A real etcd that stops and starts, and has its clients log in anew."""

import unittest
from pathlib import Path

from harness import Newcomers, eventually
from harness.catalogs import PREFIX, Certificates, EtcdTest


class EtcdOutages(EtcdTest):
    def test_last_list_outlives_etcd(self):
        self.start_etcd()
        first, second = self.addresses(2)
        self.put(first)
        daemon = self.start(self.text(self.keys()))
        newcomers = Newcomers([daemon.address()])
        self.etcd.stop()
        daemon.log.wait("endpoints_failed", upstream="main", count=1)
        self.wait_failure("refused")
        newcomers.wait_served(200)
        self.assertEqual(self.in_use(), [first])
        self.etcd.start()
        self.put(second)
        self.wait_in_use(first, second)
        self.remove(first)
        self.wait_in_use(second)
        self.assertIsNone(self.source()["failure"])
        newcomers.stop()
        self.assertEqual(newcomers.failures, {})

    def test_restart_without_etcd_keeps_list(self):
        self.start_etcd()
        first, second = self.addresses(2)
        self.put(first)
        state = Path(self.folder, "state.json")
        text = self.text(self.keys()).replace("control: {", f"control: {{state_file: {state}, ")
        daemon = self.start(text)
        self.put(second)
        eventually(lambda: state.exists() and second in state.read_text(), what="the list to be kept")
        self.etcd.stop()
        self.assert_leaves_cleanly(daemon)
        daemon = self.start(text)
        self.assertEqual(self.in_use(), sorted([first, second]))
        self.assert_served(daemon.address())
        self.etcd.start()
        self.remove(first)
        self.wait_in_use(second)

    def test_login_over_tls(self):
        certificates = Certificates(self.folder)
        self.start_etcd(certificates)
        first, second = self.addresses(2)
        password = Path(self.folder, "password")
        password.write_text("secret\n")
        self.etcd.require_login("reader", "secret", PREFIX)
        self.put(first)
        tls = (f"tls: {{ca_file: {certificates.ca}, certificate_file: {certificates.client}, "
               f"key_file: {certificates.client_key}}}")
        daemon = self.start(self.text(self.keys(tls, "user: reader", f"password_file: {password}", "refresh: 1s")))
        self.assert_served(daemon.address())
        self.put(second)
        self.wait_in_use(first, second)
        password.write_text("new\n")
        self.etcd.change_password("reader", "new")
        self.remove(first)
        self.wait_in_use(second)
        self.etcd.change_password("reader", "newer")
        self.wait_failure("answered 400: etcdserver: authentication failed")
        self.assertEqual(self.in_use(), [second])
        password.write_text("newer\n")
        self.put(first)
        self.wait_in_use(first, second)


if __name__ == "__main__":
    unittest.main()
