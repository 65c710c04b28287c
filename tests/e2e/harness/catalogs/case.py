"""A daemon whose endpoints come from a catalog, and endpoints that are removed and restored."""

import math
import time
from datetime import datetime

from harness import proc
from harness.control import ControlledTest
from harness.endpoints import echo
from harness.waiting import eventually

LATEST = 1.0  # seconds after which nobody may be sent to an endpoint that was removed


class Watched:
    """An echoing endpoint that is removed and restored. Moments are those of the clock that the log has."""

    def __init__(self, test):
        self.address = test.serve(echo).address
        self._away = []  # from when till when

    def remove(self, how):
        """Counts from when the catalog has taken it."""
        how()
        self._away.append([time.time(), math.inf])

    def restore(self, how):
        self._away[-1][1] = time.time()
        how()

    def latest(self, daemon):
        """After how many seconds the last session with it began although it was removed."""
        begins = [_begin(session) for session in daemon.sessions(endpoint=self.address)]
        return max((begin - removed for removed, restored in self._away for begin in begins
                    if removed <= begin < restored), default=0)


def _begin(session):
    return datetime.fromisoformat(session["time"]).timestamp() - session["duration_ms"] / 1000


class CatalogTest(ControlledTest):
    """A daemon with one upstream, "main"."""

    def _assert_at_rest(self, daemon):
        """The connection to a catalog may have ended, or have been made, since the start."""
        eventually(lambda: all(row["live"] == 0 for row in daemon.totals().listeners.values()), every=0.05,
                   what="all sessions to end")
        eventually(lambda: proc.lasting_descriptors(daemon.pid) <= daemon.lasting_at_start + 1,
                   what="the descriptors to be closed")

    def text(self, upstream, top=""):
        return (f"control: {{socket: {self.control.path}}}\n{top}\nlisteners:\n  main: {{bind: '127.0.0.1:0', upstream: "
                f"main}}\nupstreams:\n  main:\n    retry: {{rounds: 0}}\n    {upstream}\n")

    def upstream(self):
        upstream, = self.control.status()["upstreams"]
        return upstream

    def source(self):
        source, = self.upstream()["sources"]
        return source

    def wait_failure(self, words):
        seen = []
        try:
            eventually(lambda: seen.append(self.source()["failure"]) or words in (seen[-1] or ""), what="the failure")
        except AssertionError:
            raise AssertionError(f"{words!r} is not the failure, but {seen[-1]!r}") from None

    def in_use(self):
        return sorted(row["name"] for row in self.upstream()["endpoints"] if not row["removed"])

    def wait_in_use(self, *addresses):
        eventually(lambda: self.in_use() == sorted(addresses), what=f"{addresses} to be in use")
