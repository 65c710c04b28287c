"""Sockets of peers. Addresses are written as the daemon writes them: "127.0.0.1:80", "[::1]:80", "unix:/path"."""

import contextlib
import random
import socket
import struct
from pathlib import Path

from harness.waiting import DEADLINE


def split(address):
    """The family and the socket module's form of "127.0.0.1:80", "[::1]:80", "unix:/path" or "unix:@name"."""
    if address.startswith("unix:"):
        return socket.AF_UNIX, address[5:].replace("@", "\0", 1)
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    return family, (host.strip("[]"), int(port))


def join(name):
    """The reverse of split(), from what getsockname() returns."""
    if isinstance(name, (str, bytes)):
        text = name if isinstance(name, str) else name.decode()
        return "unix:" + text.replace("\0", "@", 1)
    return f"[{name[0]}]:{name[1]}" if ":" in name[0] else f"{name[0]}:{name[1]}"


def connect(address, source=None, receive_buffer=None, within=DEADLINE):
    family, name = split(address)
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(within)
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    if source:
        connection.bind((source, 0))
    try:
        connection.connect(name)
    except OSError:
        connection.close()
        raise
    return connection


def hang_up(connection):
    """Ends both ways, so that a thread that waits for the connection goes on. The other side may have reset it."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def listen(address="127.0.0.1:0", backlog=4096):
    family, name = split(address)
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(name)
    listener.listen(backlog)
    return listener


def free_port(count=1):
    """The first of `count` free ports in a row, below those that the kernel gives to clients."""
    lowest_of_clients = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        first = random.randrange(1024, lowest_of_clients - count)
        if all(_is_free(first + offset) for offset in range(count)):
            return first


def _is_free(port):
    try:
        socket.create_server(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def reset(connection):
    """Closes with a RST instead of a FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
