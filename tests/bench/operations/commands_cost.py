"""What each command of an operator does to the sessions of others: percentiles of visits in pairs of windows, without the
command and beside it, while 2,000 new clients come in a second and a thousand stay. A refused visit fails."""

import json
import os
import statistics
import subprocess
import threading

from harness import TETHER, ControlledTest, receive_exactly

LOAD, BACKEND = os.environ["BENCH_LOAD"], os.environ["BENCH_BACKEND"]
COMMANDS = [["status"], ["metrics"], ["sessions"], ["sessions", "--tcp"], ["who-is-slow"], ["recent"], ["plan"],
            ["plan", "--upgrade"], ["endpoint", "list"], ["kill", "--min-age", "1h", "--dry-run"], ["reload"]]
LASTING = 1000
RATE, SEATS = 2000, 64  # new clients a second; at most so many at once
WINDOW, PAIRS = 2, 5  # seconds; windows of each kind for each command
PAUSE = 0.5  # seconds between two of a command


class CommandsCost(ControlledTest):
    def setUp(self):
        super().setUp()
        echo, self.backend = self.serve("echo"), self.serve("close")
        self.daemon = self.start(self.config(self.backend, top="workers: 2").replace("upstreams:\n", f"""  lasting:
    bind: ["127.0.0.1:0"]
    endpoints: ["{echo}"]
upstreams:
"""))
        self.lasting = [self.connect(self.daemon.address("lasting")) for _ in range(LASTING)]
        for client in self.lasting:
            client.sendall(b"x")
            receive_exactly(client, 1)

    def serve(self, mode):
        backend = subprocess.Popen([*TETHER, BACKEND, "--mode", mode, "--listen", "127.0.0.1:0"], text=True,
                                   stdout=subprocess.PIPE)
        self.addCleanup(backend.communicate)
        self.addCleanup(backend.terminate)
        return backend.stdout.readline().removeprefix("listening on ").strip()

    def visits(self):
        command = [*TETHER, LOAD, "connect", "--to", self.daemon.address(), "--sessions", str(SEATS), "--rate", str(RATE),
                   "--seconds", str(WINDOW), "--warm-up", "0.2"]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def visits_beside(self, command):
        stop = threading.Event()

        def ask():
            while not stop.wait(PAUSE):
                self.control.run(*command)

        operator = threading.Thread(target=ask)
        operator.start()
        try:
            return self.visits()
        finally:
            stop.set()
            operator.join()

    def test_commands_delay_no_visit(self):
        for command in COMMANDS:
            pairs = [(self.visits(), self.visits_beside(command)) for _ in range(PAIRS)]
            alone, beside = (statistics.median(window["p99_us"] for window in windows) for windows in zip(*pairs))
            ratios = sorted(with_it["p99_us"] / without["p99_us"] for without, with_it in pairs)
            rate = statistics.median(with_it["units"] / with_it["seconds"] for _, with_it in pairs)
            print(f"{' '.join(command)}: 99th percentile of a visit {alone:.0f} us without, {beside:.0f} us beside it, ratio "
                  f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), {rate:.0f} visits a second",
                  flush=True)
            self.assertGreater(rate, 0.95 * RATE)
