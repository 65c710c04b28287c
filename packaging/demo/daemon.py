"""duplexd as a child process: started, listened to through its log, measured and stopped."""

import asyncio
import collections
import json
import os
import signal
import sys


class Daemon:
    """Ends with this process, however that ends."""

    def __init__(self, binary, config):
        # setpriv execs: the pid is that of duplexd.
        self._command = ["setpriv", "--pdeathsig", "TERM", binary, "--config", config, "--log-format", "json"]
        self.addresses = {}
        self.ended = collections.defaultdict(collections.Counter)
        self.totals = {}
        self.workers = "?"
        self._news = asyncio.Condition()
        self._totals_read = 0
        self._ready = False

    async def __aenter__(self):
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stderr=asyncio.subprocess.PIPE, start_new_session=True, limit=1 << 20)
        self._reading = asyncio.create_task(self._read_log())
        await self.until(lambda: self._ready or self._reading.done(), 30)
        if not self._ready:
            raise SystemExit(await self._process.wait() or 1)
        return self

    async def __aexit__(self, *_):
        """Asks twice, as an operator would, before it insists."""
        for ask, patience in (signal.SIGTERM, 3), (signal.SIGTERM, 5), (signal.SIGKILL, 5):
            if self._process.returncode is None:
                self._process.send_signal(ask)
                await asyncio.wait({self._reading}, timeout=patience)
        self.exit_code = await self._process.wait()

    async def _read_log(self):
        async for line in self._process.stderr:
            async with self._news:
                self._take(line.decode(errors="replace").rstrip())
                self._news.notify_all()
        await self._process.wait()
        async with self._news:
            self._news.notify_all()

    def _take(self, line):
        try:
            record = json.loads(line)
        except ValueError:
            print(line, file=sys.stderr)
            return
        match record.get("event"):
            case "listening":
                self.addresses.setdefault(record["listener"], record["address"])
            case "ready":
                self._ready, self.workers = True, record["workers"]
            case "session":
                self.ended[record["listener"]][record["reason"]] += 1
            case "totals" if "listener" in record:
                self.totals[record["listener"]] = record
            case "totals" if "handler_memory_fallbacks" in record:
                self._totals_read += 1

    async def until(self, condition, seconds):
        """Whether the log made `condition` true in time."""
        try:
            async with self._news:
                await asyncio.wait_for(self._news.wait_for(lambda: condition() or not self.alive), seconds)
        except TimeoutError:
            pass
        return condition()

    async def refresh_totals(self):
        seen = self._totals_read
        self._process.send_signal(signal.SIGUSR1)
        return await self.until(lambda: self._totals_read > seen, 5)

    @property
    def alive(self):
        return not hasattr(self, "_process") or self._process.returncode is None

    @property
    def pid(self):
        return self._process.pid

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_kib(self):
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
