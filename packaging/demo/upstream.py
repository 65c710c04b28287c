"""The services behind the proxy in the demonstration: each listens on a port of its own."""

import asyncio
import hashlib
import random
import socket
import struct

HOST = "127.0.0.1"
BULK = random.Random(1).randbytes(16 << 20)


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def bulk(reader, writer):
    """Sends BULK while it receives; then the SHA-256 of what came in."""
    received = hashlib.sha256()

    async def receive():
        while data := await reader.read(1 << 18):
            received.update(data)

    writer.write(BULK)
    await asyncio.gather(receive(), writer.drain())
    writer.write(received.digest())


async def half_close(reader, writer):
    """Answers late, and only once the client has said that it is done."""
    received = await reader.read()
    await asyncio.sleep(0.3)
    writer.write(b"%d bytes arrived" % len(received))


async def reset(reader, writer):
    await reader.read(1)
    linger_zero = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_zero)
    writer.transport.abort()


def closing(service):
    async def serve(reader, writer):
        try:
            await service(reader, writer)
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    return serve


class Upstreams:
    """Starts every service; `ports` says where. One port is bound but refuses: nobody listens on it."""

    def __init__(self):
        self.ports = {}
        self._servers = []
        self._refusing = socket.socket()

    async def __aenter__(self):
        for service in (echo, bulk, half_close, reset):
            server = await asyncio.start_server(closing(service), HOST, 0, backlog=1024)
            self._servers.append(server)
            self.ports[service.__name__] = server.sockets[0].getsockname()[1]
        self._refusing.bind((HOST, 0))
        self.ports["refused"] = self._refusing.getsockname()[1]
        return self

    async def __aexit__(self, *_):
        for server in self._servers:
            server.close()
        self._refusing.close()
