"""A program in a real terminal, which is a pane of tmux: what is on its screen, keys, sizes, and what it leaves behind."""

import shlex
import shutil
import subprocess
from pathlib import Path

from harness.waiting import eventually

# The terminal's settings before and after, and the exit code; then the pane waits, so that it can be looked at.
_SCRIPT = 'stty -g >"$1/before"; echo $$ >"$1/shell"; "${@:2}"; echo $? >"$1/code"; stty -g >"$1/after"; ' \
    'touch "$1/ended"; exec sleep infinity'


class Terminal:
    def __init__(self, folder, command, columns=80, lines=24, env=()):
        self._folder = Path(folder) / "terminal"
        self._folder.mkdir()
        script = shlex.join(["env", "-u", "NO_COLOR", *env, "bash", "-c", _SCRIPT, "bash", str(self._folder), *command])
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(lines), script)
        self._tmux("set-option", "-g", "window-size", "manual")

    def _tmux(self, *args):
        return subprocess.run(["tmux", "-S", str(self._folder / "tmux"), *args], check=True, capture_output=True,
                              text=True, timeout=20).stdout

    def screen(self, *options):
        return self._tmux("capture-pane", "-p", *options)

    def lines(self):
        return self.screen().splitlines()

    def coloured(self):
        """With the sequences that set colours and attributes."""
        return self.screen("-e")

    def press(self, *keys):
        self._tmux("send-keys", *keys)

    def type(self, text):
        self._tmux("send-keys", "-l", text)

    def resize(self, columns, lines):
        self._tmux("resize-window", "-x", str(columns), "-y", str(lines))

    def wait(self, text, absent=False):
        eventually(lambda: (text in self.screen()) != absent, every=0.05,
                   what=f"'{text}' {'off' if absent else 'on'} the screen")

    def wait_until(self, condition, what):
        eventually(lambda: condition(self.lines()), every=0.05, what=what)

    def pid(self):
        """Of the program."""
        shell = (self._folder / "shell").read_text().strip()
        return int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[0])

    def wait_end(self):
        """Waits until the program has ended; returns its exit code."""
        eventually((self._folder / "ended").exists, what="the program to end")
        return int((self._folder / "code").read_text())

    def settings(self):
        """Of the terminal: before the program, and after it."""
        return [(self._folder / name).read_text() for name in ("before", "after")]

    def shows_cursor_and_shell(self):
        """The cursor is visible, and the alternate screen was left."""
        return self._tmux("display-message", "-p", "#{cursor_flag} #{alternate_on}").split() == ["1", "0"]

    def close(self):
        subprocess.run(["tmux", "-S", str(self._folder / "tmux"), "kill-server"], capture_output=True, check=False)

    def forget(self):
        """Another one may come in the same folder."""
        shutil.rmtree(self._folder)
