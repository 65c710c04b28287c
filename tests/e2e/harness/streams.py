"""Bytes that peers send and receive."""

import hashlib
import random
import struct

BLOCK = 256 * 1024


def receive_exactly(connection, size):
    data = b""
    while len(data) < size and (part := connection.recv(size - len(data))):
        data += part
    return data


def receive_all(connection):
    return b"".join(iter(lambda: connection.recv(BLOCK), b""))


def send_stream(connection, size, seed=0):
    """Sends `size` bytes in which no block repeats, and returns their hash."""
    block = bytearray(random.Random(seed).randbytes(BLOCK))
    digest = hashlib.sha256()
    for start in range(0, size, BLOCK):
        struct.pack_into("<Q", block, 0, start)
        part = memoryview(block)[:size - start]
        digest.update(part)
        connection.sendall(part)
    return digest.hexdigest()


def receive_stream(connection):
    """The number and the hash of all bytes up to the end of the stream."""
    digest = hashlib.sha256()
    buffer = bytearray(BLOCK)
    total = 0
    while size := connection.recv_into(buffer):
        digest.update(memoryview(buffer)[:size])
        total += size
    return total, digest.hexdigest()
