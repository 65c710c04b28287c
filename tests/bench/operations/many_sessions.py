"""A duplexd with many sessions, and the CPU time that its threads take."""

import os
from pathlib import Path

from harness import ControlledTest, HttpConnection, PeerProcess, proc, receive_exactly

SESSIONS = int(os.environ.get("DUPLEXD_BENCH_SESSIONS", "1000"))


class ManySessionsTest(ControlledTest):
    def start_with(self, endpoints, sessions):
        crowd = PeerProcess("crowd")
        self.addCleanup(crowd.close)
        others = [f"127.0.0.1:{port}" for port in range(1, endpoints)]
        weights = "\n".join(["endpoints:", f"  - {{address: '{crowd.address}'}}"] +
                            [f"  - {{address: '{other}', weight: 0}}" for other in others])
        self.daemon = self.start(self.config(top="workers: 2", upstream="").replace("    endpoints: []\n", "") +
                                 "\n".join(f"    {line}" for line in weights.splitlines()) + "\n")
        self.clients = [self.connect(self.daemon.address()) for _ in range(sessions)]
        for client in self.clients:
            client.sendall(b"x")
        for client in self.clients:
            receive_exactly(client, 1)
        self.http = HttpConnection(self.control.path)
        self.addCleanup(self.http.close)

    def get(self, target):
        self.http.request("GET", target)
        return self.http.getresponse().read()

    def cpu_by_thread(self):
        """In seconds, exact (schedstat of proc(5)): of the control thread, and of all others together."""
        spent = {thread: int(Path(f"/proc/{self.daemon.pid}/task/{thread}/schedstat").read_text().split()[0]) / 1e9
                 for thread in proc.threads(self.daemon.pid)}
        control = spent.pop(self.daemon.pid)
        return control, sum(spent.values())

    def cpu_of(self, work, times):
        """Of the control thread and of the others, for each time."""
        before = self.cpu_by_thread()
        for _ in range(times):
            work()
        return [(after - first) / times for after, first in zip(self.cpu_by_thread(), before)]
