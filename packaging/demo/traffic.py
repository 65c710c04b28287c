"""What the demonstration sends through the proxy, and what has to come of it."""

import asyncio
import collections
import hashlib

from upstream import BULK

Scenario = collections.namedtuple("Scenario", "listener run sessions parallel ends says")


async def connect(address):
    if address.startswith("unix:"):
        return await asyncio.open_unix_connection(address.removeprefix("unix:").replace("@", "\0", 1))
    host, _, port = address.rpartition(":")
    host = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}.get(host, host.strip("[]"))
    return await asyncio.open_connection(host, int(port))


async def exchange(address, sent):
    """Sends everything, then the end of stream, while it reads until the other side's end of stream."""
    reader, writer = await connect(address)
    try:
        writer.write(sent)
        writer.write_eof()
        return await reader.read()
    finally:
        writer.close()


async def echo(address, number):
    sent = b"session %d\n" % number * 64
    assert await exchange(address, sent) == sent, "the echo differs"


async def bulk(address, _):
    got = await exchange(address, BULK)
    assert got[: len(BULK)] == BULK, "bytes towards the client differ"
    assert got[len(BULK) :] == hashlib.sha256(BULK).digest(), "bytes towards the endpoint differ"


async def half_close(address, number):
    answer = await exchange(address, b"x" * number)
    assert answer == b"%d bytes arrived" % number, f"the late answer was {answer!r}"


async def cut_short(address, _):
    """No byte comes back; that the connection was reset is told by duplexd's close reason."""
    reader, writer = await connect(address)
    try:
        writer.write(b"anybody there?")
        got = await reader.read()
        assert not got, f"bytes out of nowhere: {got!r}"
    except ConnectionError:
        pass
    finally:
        writer.close()


async def visit(address, _):
    """To a service that we know nothing about: connect, say nothing, leave."""
    _, writer = await connect(address)
    await asyncio.sleep(0.1)
    writer.close()


DEMO = [
    Scenario("echo", echo, 500, 50, "client_finished", "500 short sessions, 50 at a time"),
    Scenario("bulk", bulk, 8, 4, "client_finished", "8 bulk sessions, 16 MiB each way at once"),
    Scenario("half_close", half_close, 10, 10, "client_finished", "10 clients that end first and still get an answer"),
    Scenario("reset", cut_short, 10, 10, "endpoint_reset", "10 endpoints that reset"),
    Scenario("refused", cut_short, 10, 10, "connect_refused", "10 sessions whose endpoint refuses"),
]
VISIT = [Scenario("demo", visit, 20, 5, None, "20 sessions to the upstream that was given")]


async def play(scenario, address):
    """Runs the scenario's sessions and returns what went wrong, one sentence for each."""
    slots = asyncio.Semaphore(scenario.parallel)

    async def one(number):
        async with slots:
            await asyncio.wait_for(scenario.run(address, number), 60)

    results = await asyncio.gather(*map(one, range(scenario.sessions)), return_exceptions=True)
    return [f"{scenario.listener}, session {i}: {e or type(e).__name__}" for i, e in enumerate(results) if e]
