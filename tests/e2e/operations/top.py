"""duplexctl top in a real terminal, against a daemon with traffic."""

import json
import os
import re
import signal
import threading
from pathlib import Path
from xml.etree import ElementTree

from harness import ControlledTest, Crowd, connect, eventually, flood, receive_exactly
from harness.operations import Terminal, picture_of

KEYS_LINE = "q quit"


class Traffic:
    """One client that sends and receives `size` bytes again and again."""

    def __init__(self, address, size):
        self._connection = connect(address)
        self._stop = threading.Event()
        self._message = b"x" * size
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = self._connection.getsockname()[1]
        self._thread.start()

    def _run(self):
        while not self._stop.wait(0.01):
            self._connection.sendall(self._message)
            receive_exactly(self._connection, len(self._message))

    def close(self):
        self._stop.set()
        self._thread.join()
        self._connection.close()


class TopTest(ControlledTest):
    def setUp(self):
        super().setUp()
        self.crowd = Crowd()
        self.addCleanup(self.crowd.close)
        self.flooding = self.serve(flood)
        self.daemon = self.start(self.text())

    def text(self, endpoint=None):
        return self.config(endpoint or self.crowd.address, top="workers: 1").replace("upstreams:\n", f"""  flood:
    bind: ["127.0.0.1:0"]
    upstream: flood
upstreams:
  flood: {{endpoints: ["{self.flooding.address}"], retry: {{rounds: 0}}}}
""")

    def traffic(self, *sizes):
        """Clients, the busiest last."""
        clients = [Traffic(self.daemon.address(), size) for size in sizes]
        for client in clients:
            self.addCleanup(client.close)
        return clients

    def deaf_client(self):
        """It reads nothing of what it is sent."""
        return self.connect(self.daemon.address("flood"))

    def deaf_row(self):
        return [row for row in self.frame()["rows"] if row["held_up_by"] == "client"]

    def top(self, *args, interval="0.2", columns=80, lines=24, env=()):
        terminal = Terminal(self.folder, self.control.command("top", "--interval", interval, *args), columns, lines, env)
        self.addCleanup(terminal.close)
        return terminal

    def frame(self, *args):
        return self.control.ask("top", "--interval", "0.3", *args)


class Live(TopTest):
    def assert_left_clean(self, terminal, code):
        self.assertEqual(terminal.wait_end(), code)
        before, after = terminal.settings()
        self.assertEqual(before, after)
        self.assertTrue(terminal.shows_cursor_and_shell())
        self.assertNotIn(KEYS_LINE, terminal.screen())

    def clients_on(self, lines):
        return [int(port) for line in lines for port in re.findall(r"^ *127\.0\.0\.1:(\d+) ", line)]

    def wait_clients(self, terminal, ports):
        terminal.wait_until(lambda lines: self.clients_on(lines) == ports, f"the clients {ports}")

    def test_rows_are_sorted_and_reversed(self):
        slow, middle, fast = [client.port for client in self.traffic(100, 3000, 60_000)]
        terminal = self.top()
        self.wait_clients(terminal, [fast, middle, slow])
        terminal.press("r")
        self.wait_clients(terminal, [slow, middle, fast])
        terminal.press("c")
        self.wait_clients(terminal, sorted([slow, middle, fast], key=str))

    def test_filter_leaves_others_out(self):
        first, second = [client.port for client in self.traffic(100, 3000)]
        terminal = self.top()
        self.wait_clients(terminal, [second, first])
        terminal.type(f"/:{first}")
        terminal.wait(f"show rows with: :{first}_")
        terminal.press("Enter")
        self.wait_clients(terminal, [first])
        terminal.press("Escape")
        self.wait_clients(terminal, [second, first])

    def test_views_follow_their_keys(self):
        terminal = self.top()
        for key, title in [("2", "LISTENER "), ("3", "UPSTREAM "), ("Tab", "WORKER "), ("BTab", "UPSTREAM "), ("1", "CLIENT ")]:
            terminal.press(key)
            terminal.wait(title)
        terminal.press("h")
        terminal.wait("sort the other way round")
        terminal.press("x")
        terminal.wait("CLIENT ")

    def test_screen_follows_its_size(self):
        self.traffic(100)
        terminal = self.top()
        terminal.wait("CLIENT ")
        for columns, lines, has_endpoint in [(120, 40, True), (80, 24, False), (40, 10, False), (100, 30, True)]:
            terminal.resize(columns, lines)
            terminal.wait_until(lambda shown: len(shown) == lines and KEYS_LINE in shown[-1], "the new size")  # noqa: B023
            terminal.wait("ENDPOINT", absent=not has_endpoint)
            self.assertLessEqual(max(map(len, terminal.lines())), columns)

    def test_pause_stops_the_figures(self):
        terminal = self.top()
        terminal.press("Space")
        terminal.wait("PAUSED")
        self.traffic(100)
        terminal.press("Space")
        terminal.wait("PAUSED", absent=True)
        terminal.wait("127.0.0.1:")

    def test_pages_go_through_all_rows(self):
        clients = [self.connect(self.daemon.address()) for _ in range(50)]
        for client in clients:
            self.assert_echoes(client)
        terminal = self.top()
        terminal.wait_until(lambda lines: len(self.clients_on(lines)) == 19, "a page of rows")
        first = self.clients_on(terminal.lines())
        terminal.press("NPage")
        terminal.wait_until(lambda lines: self.clients_on(lines)[:1] not in ([], first[:1]), "the second page")
        terminal.press("End")
        terminal.press("PPage")
        terminal.press("Home")
        terminal.wait_until(lambda lines: self.clients_on(lines)[:1] == first[:1], "the first page")

    def test_each_way_out_is_clean(self):
        ways = [("q", 0), ("C-c", 0), (signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM),
                (signal.SIGHUP, 128 + signal.SIGHUP)]
        for way, code in ways:
            with self.subTest(way):
                terminal = self.top()
                terminal.wait("CLIENT ")
                terminal.press(way) if isinstance(way, str) else os.kill(terminal.pid(), way)
                self.assert_left_clean(terminal, code)
                terminal.close()
                terminal.forget()

    def test_count_ends_it(self):
        self.assert_left_clean(self.top("--count", "2"), 0)

    def test_stopped_daemon_holds_no_key_up(self):
        terminal = self.top()
        terminal.wait("CLIENT ")
        self.daemon.signal(signal.SIGSTOP)
        self.addCleanup(self.daemon.signal, signal.SIGCONT)
        terminal.press("h")
        terminal.wait("sort the other way round")
        terminal.press("q")
        self.assert_left_clean(terminal, 0)
        self.daemon.signal(signal.SIGCONT)

    def test_restarted_daemon_is_found_again(self):
        terminal = self.top()
        terminal.wait("CLIENT ")
        self.daemon.signal(signal.SIGTERM)
        self.assertEqual(self.daemon.wait_exit(), 0)
        terminal.wait("duplexd does not answer")
        self.daemon = self.start(self.text())
        terminal.wait("duplexd does not answer", absent=True)
        [client] = self.traffic(1000)
        terminal.wait(f":{client.port}")
        self.assertNotRegex(terminal.screen(), r"-\d")

    def test_colours_are_left_out(self):
        """The only endpoint is drained, which is shown in colour."""
        self.control.ask("endpoint", "drain", "main", self.crowd.address)
        colour = r"\x1b\[[0-9;]*3[1-7]"
        for env, is_coloured in [((), True), (["NO_COLOR=1"], False)]:
            terminal = self.top("--view", "endpoints", env=["TERM=xterm-256color", *env])
            terminal.wait("drained")
            self.assertEqual(bool(re.search(colour, terminal.coloured())), is_coloured)
            terminal.close()
            terminal.forget()


class Picture(TopTest):
    """The picture of the README. DUPLEXD_TOP_PICTURE names the file that is to be written."""

    def test_screen_becomes_a_picture(self):
        self.traffic(*[100 * 3 ** power for power in range(7)])
        self.deaf_client()
        eventually(self.deaf_row, what="the client to be named")
        terminal = self.top(interval="1", columns=100, lines=16, env=["TERM=xterm-256color"])
        terminal.wait("DOWN/s")
        terminal.wait_until(lambda lines: any(re.search(r"  up [1-9].*/s  down ", line) for line in lines), "the first rates")
        picture = picture_of(terminal.coloured(), 100, 16)
        self.assertIn("HELD\N{NO-BREAK SPACE}UP", "".join(ElementTree.fromstring(picture).itertext()))
        Path(os.environ.get("DUPLEXD_TOP_PICTURE", f"{self.folder}/top.svg")).write_text(picture, encoding="utf-8")


class Batch(TopTest):
    def test_frame_is_text(self):
        [client] = self.traffic(5000)
        eventually(lambda: f"127.0.0.1:{client.port}" in self.control.run("top", "--batch", "--interval", "0.2").stdout)
        result = self.control.run("top", "-b", "-n", "2", "--interval", "0.2", "--view", "listeners", env={"PATH": "/bin"})
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout.count("LISTENER"), 2)
        self.assertIn("main", result.stdout)
        self.assertNotIn("\x1b", result.stdout)

    def test_rates_are_those_of_the_interval(self):
        self.traffic(10_000)
        eventually(lambda: self.frame()["rows"])
        frame = self.frame("--sort", "bytes")
        [row] = frame["rows"]
        for key in ["upstream_rate", "downstream_rate"]:
            self.assertGreater(row[key], 10_000)
            self.assertGreater(frame[key], 10_000)
        self.assertEqual(row["listener"], "main")
        self.assertEqual(self.frame("--view", "listeners", "--filter", "flood")["rows"][0]["upstream_rate"], 0)

    def test_side_that_holds_up_is_named(self):
        self.deaf_client()
        [row] = eventually(self.deaf_row, what="the client to be named")
        self.assertEqual(row["listener"], "flood")
        self.assertGreater(row["stalled"], 0)

    def test_endpoint_that_is_away_is_told(self):
        self.reload(self.daemon, self.text("127.0.0.1:1"))
        with connect(self.daemon.address()) as client:
            self.assert_turned_away(client)
        [row] = [row for row in self.frame("--view", "endpoints")["rows"] if row["upstream"] == "main"]
        self.assertEqual((row["endpoint"], row["failed"], row["live"]), ("127.0.0.1:1", 1, 0))

    def test_workers_tell_their_lag(self):
        [row] = self.frame("--view", "workers")["rows"]
        self.assertGreater(row["tick_rate"], 1)
        self.assertIsNotNone(row["lag_ms"])

    def test_terminal_is_needed(self):
        result = self.control.run("top")
        self.assertEqual(result.returncode, os.EX_USAGE)
        self.assertIn("--batch", result.stderr)

    def test_unknown_terminal_is_told(self):
        keeps_memory = "ASAN_OPTIONS=detect_leaks=0"  # newterm(3X) does, of a terminal that it does not know
        for env in (["-u", "TERM"], ["TERM=no-such-terminal"]):
            with self.subTest(env):
                terminal = Terminal(self.folder, ["env", *env, keeps_memory, *self.control.command("top")], columns=150)
                self.addCleanup(terminal.close)
                self.assertEqual(terminal.wait_end(), os.EX_USAGE)
                self.assertIn("--batch", terminal.screen())
                terminal.close()
                terminal.forget()

    def test_missing_daemon_ends_a_batch(self):
        self.daemon.signal(signal.SIGTERM)
        self.assertEqual(self.daemon.wait_exit(), 0)
        result = self.control.run("top", "--batch")
        self.assertEqual(result.returncode, os.EX_UNAVAILABLE)
        self.assertIn("control.sock", result.stderr)

    def test_many_frames_are_lines_of_json(self):
        result = self.control.run("--json", "top", "--count", "3", "--interval", "0.1")
        self.assertEqual([json.loads(line)["view"] for line in result.stdout.splitlines()], ["sessions"] * 3)
