"""Files made to crash, stall or bloat their reader are refused at once, with the place of the mistake."""

import itertools
import os
import re
import subprocess
import time
import unittest
from pathlib import Path

from harness import DEADLINE, DUPLEXD, E2eTest, is_sanitized

MOST_SECONDS = 1.0 * (10 if is_sanitized() else 1)
MOST_MEMORY = 64 * 1024 * 1024
MOST_OUTPUT = 64 * 1024
VALID = "listeners: {main: {bind: '127.0.0.1:0', upstream: main}}\nupstreams: {main: {endpoints: ['127.0.0.1:1']}}\n"


def alias_bomb(levels):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        lines.append(f"a{level}: &a{level} [" + ", ".join([f"*a{level - 1}"] * 9) + "]")
    return "\n".join(lines).encode()


BOMBS = {
    "ten mebibytes of comments": b"# nothing to see here\n" * 500_000,
    "ten mebibytes in one scalar": b"workers: " + b"1" * 10_485_760,
    "a million opening brackets": b"[" * 1_000_000,
    "a million opening braces": b"{" * 1_000_000,
    "a million levels of a list": b"- " * 400_000,
    "a thousand levels": b"a: " + b"[" * 1000 + b"]" * 1000,
    "an alias bomb of twelve levels": alias_bomb(12),
    "an alias of itself": b"a: &a [*a]\n",
    "an alias of nothing": b"a: *b\n",
    "a merge key": b"a: &a {b: 1}\nc: {<<: *a}\n",
    "a hundred thousand keys": b"".join(b"key%d: 1\n" % number for number in range(100_000)),
    "a duplicate key": VALID.encode() + b"workers: 1\nworkers: 2\n",
    "a comma": b",",
    "a comma after a scalar": b'"a",',
    "a comma after a list": b"[],",
    "a NUL": VALID.encode() + b"wor\0kers: 1\n",
    "UTF-16": VALID.encode("utf-16"),
    "UTF-32": VALID.encode("utf-32"),
    "invalid UTF-8": b"workers: \xff\xfe\xc0\xaf\n",
    "two documents": VALID.encode() + b"---\n" + VALID.encode(),
    "a tag": b"workers: !!binary aGVsbG8=\n",
    "nothing": b"",
    "only a comment": b"# nothing\n",
    "a list at the root": b"- a\n",
    "a key without end": b"? " * 10_000,
    "terminal control characters": b"\x1b[31mworkers\x07: 1\n",
    "a tab for indentation": b"log:\n\tlevel: info\n",
    "quotes without end": b'a: "' + b"x\n" * 100_000,
}


class ConfigBombs(E2eTest):
    def check_file(self, file, *args):
        """Runs the daemon on the file, and returns its output."""
        output = Path(self.folder) / "output"
        with output.open("wb") as stream:
            process = subprocess.Popen([DUPLEXD, *args, "--config", str(file)], stdin=subprocess.DEVNULL,
                                       stdout=stream, stderr=subprocess.STDOUT)
            self.addCleanup(process.kill)
            status, usage = self.wait(process)
        # CPU time, because the machine may be busy.
        self.assertLess(usage.ru_utime + usage.ru_stime, MOST_SECONDS)
        self.assertEqual(os.waitstatus_to_exitcode(status), 78)
        if not is_sanitized():
            self.assertLess(usage.ru_maxrss * 1024, MOST_MEMORY)
        self.assertLess(output.stat().st_size, MOST_OUTPUT)
        return output.read_text(errors="surrogateescape")

    def wait(self, process):
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                return status, usage
            time.sleep(0.005)
        process.kill()
        self.fail(f"still reading after {DEADLINE} s")

    def test_every_bomb_is_refused(self):
        for (name, content), args in itertools.product(BOMBS.items(), [[], ["--check"]]):
            with self.subTest(bomb=name, args=args):
                file = Path(self.folder) / "bomb.yaml"
                file.write_bytes(content)
                output = self.check_file(file, *args)
                self.assertRegex(output, rf"{re.escape(str(file))}:\d+:\d+: ")
                self.assertNotRegex(output, r"[\x00-\x08\x0b-\x1f\x7f]", "control characters reach the terminal")

    def test_byte_order_mark_is_accepted(self):
        file = Path(self.folder) / "bom.yaml"
        file.write_bytes(b"\xef\xbb\xbf" + VALID.encode())
        process = subprocess.run([DUPLEXD, "--check", "--config", file], capture_output=True, timeout=DEADLINE, check=False)
        self.assertEqual(process.returncode, 0, process.stderr)

    def test_included_bomb_names_its_file(self):
        bomb = Path(self.folder) / "part.yaml"
        bomb.write_bytes(b"[" * 100_000)
        file = Path(self.folder) / "main.yaml"
        file.write_text("include: part.yaml\n" + VALID)
        self.assertRegex(self.check_file(file), rf"{re.escape(str(bomb))}:\d+:\d+: ")

    def test_file_including_itself_is_refused(self):
        file = Path(self.folder) / "main.yaml"
        file.write_text("include: main.yaml\n" + VALID)
        self.assertRegex(self.check_file(file), rf"{re.escape(str(file))}:\d+:\d+: ")

    def test_irregular_files_are_refused(self):
        pipe = Path(self.folder) / "pipe"
        os.mkfifo(pipe)
        for file in [self.folder, "/dev/zero", pipe, "/nonexistent/duplexd.yaml"]:
            with self.subTest(file=file):
                self.assertIn(str(file), self.check_file(file))


if __name__ == "__main__":
    unittest.main()
