"""A network interface is deleted and made again: link-local addresses on it work again after a reload of the same file."""

import ctypes
import os
import socket
import subprocess
import unittest

from harness import DEADLINE, ControlledTest, echo

CLONE_NEWNET = 0x40000000


def ip(arguments):
    subprocess.run(["ip", *arguments.split()], check=True)


def on_interface(port):
    """Of d0, as the socket module has it."""
    return "fe80::1", port, 0, socket.if_nametoindex("d0")


@unittest.skipUnless(os.geteuid() == 0, "only root may make a network")
class Interfaces(ControlledTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
            raise unittest.SkipTest(os.strerror(ctypes.get_errno()))
        ip("link set lo up")

    def setUp(self):
        super().setUp()
        self.make_interface()
        self.addCleanup(ip, "link delete d0")

    def make_interface(self):
        ip("link add d0 type veth peer name d1")
        ip("address add fe80::1/64 dev d0 nodad")
        ip("link set d0 up")

    def make_interface_again(self):
        ip("link delete d0")
        self.make_interface()

    def listen(self, port):
        listener = socket.socket(socket.AF_INET6)
        self.addCleanup(listener.close)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(on_interface(port))
        listener.listen()
        return listener

    def assert_link_local_is_served(self, port):
        with socket.socket(socket.AF_INET6) as client:
            client.settimeout(DEADLINE)
            client.connect(on_interface(port))
            self.assert_echoes(client)

    def test_listener_works_again(self):
        text = self.config(self.serve(echo).address, bind="[fe80::1%d0]:7200")
        daemon = self.start(text)
        self.assert_link_local_is_served(7200)
        self.make_interface_again()
        self.assertIn(self.reload(daemon, text)["result"], ["applied", "unchanged"])
        self.assert_link_local_is_served(7200)
        self.assertEqual(self.reload(daemon, text)["result"], "unchanged")

    def test_listener_works_without_reload(self):
        daemon = self.start(self.config(self.serve(echo).address, bind="[fe80::1%d0]:7200"))
        self.make_interface_again()
        daemon.log.wait("reopened")
        self.assert_link_local_is_served(7200)

    def test_endpoint_works_again(self):
        text = self.config("[fe80::1%d0]:7300")
        for again in [False, True]:
            with self.listen(7300) as listener:
                if again:
                    self.assertIn(self.reload(daemon, text)["result"], ["applied", "unchanged"])
                else:
                    daemon = self.start(text)
                client = self.connect(daemon.address())
                with listener.accept()[0] as endpoint:
                    client.sendall(b"hello")
                    self.assertEqual(endpoint.recv(5), b"hello")
                client.close()
            self.make_interface_again()


if __name__ == "__main__":
    unittest.main()
