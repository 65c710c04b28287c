"""Clients that come at a steady rate, whatever becomes of those before them."""

import threading
import time
from dataclasses import dataclass

from harness.case import E2eTest
from harness.sockets import connect, join
from harness.threads import join_all
from harness.waiting import eventually

_PAUSE = 0.03  # seconds between two clients


@dataclass
class Visit:
    """What became of a client, and when, by time.monotonic()."""
    began: float
    client: str = ""  # the address that it came from
    answered: float = 0.0  # when its first byte came; 0: none did
    error: str = ""


class Visitors:
    """Each client has a thread, in which `ask(connection)` returns the first bytes of the answer, and leaves."""

    def __init__(self, address, ask):
        self.visits = []
        self._address, self._ask = address, ask
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True)]
        self._threads[0].start()

    def stop(self):
        """Lets the last ones finish, and returns all visits."""
        self._stopping.set()
        join_all(self._threads[:1])
        join_all(self._threads)
        return self.visits

    def wait_answered(self, more):
        """`more` clients that come from now on."""
        start = time.monotonic()
        eventually(lambda: sum(visit.began > start and visit.answered > 0 for visit in self.visits) >= more,
                   what=f"{more} more clients to be answered", within=30)

    def _run(self):
        while not self._stopping.wait(_PAUSE):
            self.visits.append(Visit(time.monotonic()))
            self._threads.append(threading.Thread(target=self._visit, args=[self.visits[-1]], daemon=True))
            self._threads[-1].start()

    def _visit(self, visit):
        try:
            with connect(self._address) as connection:
                visit.client = join(connection.getsockname())
                if self._ask(connection):
                    visit.answered = time.monotonic()
                else:
                    visit.error = "end of stream"
        except OSError as error:
            visit.error = type(error).__name__


class OutageTest(E2eTest):
    """A daemon in front of endpoints of which one has an outage while clients keep coming."""

    def start_visitors(self, ask):
        self.visitors = Visitors(self.daemon.address(), ask)
        self.addCleanup(self.visitors.stop)
        self.visitors.wait_answered(10)

    def wait_change(self, event, endpoint, count=1):
        """Waits until checks have found an endpoint down or up, so often in all; returns the moment."""
        self.daemon.log.wait(f"endpoint_{event}", count, within=30, endpoint=endpoint)
        return time.monotonic()

    def endpoints_of(self, visits):
        """The names of the endpoints that visits came to; None for those who came to none."""
        records = {record["client"]: record for record in self.daemon.sessions()}
        return {records[visit.client].get("endpoint") for visit in visits}

    def finish_visits(self):
        visits = self.visitors.stop()
        self.daemon.log.wait("session", times=len(visits), within=30)
        return visits

    def report(self, what, visits, changed, noticed):
        """Prints what an outage cost, and returns who was not answered."""
        lost = [visit for visit in visits if not visit.answered]
        during = [visit for visit in visits if changed <= visit.began < noticed]
        after = [visit for visit in visits if visit.began >= noticed]
        longest = max((visit.answered - visit.began for visit in visits if visit.answered), default=0)
        first = min((visit.answered for visit in visits if visit.began >= changed and visit.answered), default=0)
        print(f"{what}: noticed after {noticed - changed:.2f} s; first client answered after {first - changed:.3f} s; "
              f"{len(visits)} clients, {len(during)} of them before it was noticed and {len(after)} later; "
              f"the longest waited {longest:.2f} s; {len(lost)} lost", flush=True)
        return lost
