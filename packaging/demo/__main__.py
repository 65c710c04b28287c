"""Starts duplexd, sends real traffic through it, compares what duplexd says with what happened."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import time

from daemon import Daemon
from report import live_line, say, table
from traffic import DEMO, VISIT, play
from upstream import HOST, Upstreams

NEVER_CONNECTED = ("connect_", "no_endpoint")


def parse_arguments():
    parser = argparse.ArgumentParser(prog="quickstart.sh", allow_abbrev=False)
    parser.add_argument("--once", action="store_true", help="stop after the demonstration")
    parser.add_argument("--upstream", metavar="ADDR", help="what to put duplexd in front of, instead of the demo's services")
    parser.add_argument("--listen", metavar="ADDR", default=f"{HOST}:0", help="where clients connect (a free port)")
    parser.add_argument("--duplexd", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def configuration(options, ports):
    """JSON is YAML. The first listener is the one that --listen places."""
    endpoints = {"demo": options.upstream} if options.upstream else {n: f"{HOST}:{p}" for n, p in ports.items()}
    binds = [options.listen] + [f"{HOST}:0"] * len(endpoints)
    return json.dumps({
        "listeners": {n: {"bind": b, "upstream": n} for n, b in zip(endpoints, binds)},
        "upstreams": {n: {"endpoints": [address]} for n, address in endpoints.items()},
    }, indent=2)


async def send_traffic(daemon, scenarios):
    problems = []
    for scenario in scenarios:
        began = time.monotonic()
        failed = await play(scenario, daemon.addresses[scenario.listener])
        say(f"  {'wrong' if failed else 'right'}: {scenario.says} ({time.monotonic() - began:.1f} s)", "bad" if failed else "good")
        problems += failed
    return problems


async def contradictions(daemon, scenarios):
    """Where duplexd's own account is not what was done to it."""
    expected = {s.listener: s.sessions for s in scenarios}
    await daemon.until(lambda: all(daemon.ended[n].total() >= count for n, count in expected.items()), 20)
    if not await daemon.refresh_totals():
        return ["duplexd did not log its totals"]
    return [problem for scenario in scenarios for problem in account_of(daemon, scenario)]


def account_of(daemon, scenario):
    ended, totals = daemon.ended[scenario.listener], daemon.totals[scenario.listener]
    if int(totals["accepted"]) != scenario.sessions or ended.total() != scenario.sessions:
        yield f"{scenario.listener}: {scenario.sessions} sessions, {totals['accepted']} accepted, {ended.total()} end records"
    for reason, count in ended.items():
        if scenario.ends not in (None, reason) or reason.startswith(NEVER_CONNECTED) and scenario.ends is None:
            yield f"{scenario.listener}: {count} sessions ended with {reason}"


async def serve(daemon):
    """Until Ctrl-C. False if duplexd ended before it was asked to."""
    before = dict(daemon.totals)
    while daemon.alive:
        await daemon.until(lambda: False, 1)
        if not await daemon.refresh_totals():
            break
        if line := live_line(daemon.totals, before):
            say(line)
        before = dict(daemon.totals)
    return False


def invite(options, address):
    say(f"\nduplexd goes on, in front of {options.upstream or 'the echo service'}. Ctrl-C stops it.", "strong")
    say(f"  it listens on {address}")
    if not options.upstream and not address.startswith("unix:"):
        host, _, port = address.rpartition(":")
        say(f"  try, in another terminal:  exec 3<>/dev/tcp/{host.strip('[]')}/{port}; echo hello >&3; head -1 <&3; exec 3>&-")


async def demonstrate(options, daemon):
    scenarios = VISIT if options.upstream else DEMO
    say("\nTraffic through duplexd", "strong")
    problems = await send_traffic(daemon, scenarios) + await contradictions(daemon, scenarios)
    say()
    table(daemon)
    for problem in problems[:20]:
        say(f"  wrong: {problem}", "bad")
    return not problems


async def run(options):
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="duplexd-demo-"))
        upstreams = await stack.enter_async_context(Upstreams())
        config = os.path.join(folder, "duplexd.yaml")
        with open(config, "w") as file:
            file.write(configuration(options, upstreams.ports))
        daemon = await stack.enter_async_context(Daemon(options.duplexd, config))
        right = await demonstrate(options, daemon)
        if not options.once:
            invite(options, next(iter(daemon.addresses.values())))
            with contextlib.suppress(asyncio.CancelledError):
                right = await serve(daemon)
    return right and daemon.exit_code == 0


def next_steps(options):
    say("\nWhat next", "strong")
    for command, purpose in (
        (f"{options.duplexd} --listen :8080 --upstream HOST:PORT", "the shortest way to a proxy of your own"),
        (f"{options.duplexd} --help", "every option"),
        ("etc/duplexd.yaml", "every key of the configuration, with its default"),
    ):
        say(f"  {command:<70} {purpose}")


async def main():
    options = parse_arguments()
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    for ends in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        loop.add_signal_handler(ends, task.cancel)
    right = await run(options)
    next_steps(options)
    say("\nEvery session was right and duplexd stopped in order." if right else "\nSomething was wrong.",
        "good" if right else "bad")
    return 0 if right else 1


try:
    sys.exit(asyncio.run(main()))
except asyncio.CancelledError:
    sys.exit(130)
