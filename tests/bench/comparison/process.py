"""The programs of a measurement."""

import os
import select
import signal
import subprocess
from pathlib import Path

from harness import proc

_LEAVING = 5  # seconds

# Put before a command, it ends with the process that started it, even if that is killed.
_TETHER = ["setpriv", "--pdeathsig", "TERM"]


class Failed(Exception):
    """No result. The text has the reason and the output of the programs."""


class Process:
    """A program in a session of its own and on the CPUs of a list, with its stderr in a file. Leaves with `with`, or
    if this process ends."""

    def __init__(self, name, command, cpus, folder):
        self.name = name
        self._stderr = Path(folder, f"{name}.stderr")
        with self._stderr.open("wb") as stderr:
            # Unbuffered, because select() does not see a buffer.
            self._process = subprocess.Popen([*_TETHER, "taskset", "--cpu-list", cpus, *command], bufsize=0,
                                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
                                             start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self._process.stdin.close()
        self._process.stdout.close()

    def is_running(self):
        return self._process.poll() is None

    def has_ended(self, within):
        try:
            self._process.wait(within)
            return True
        except subprocess.TimeoutExpired:
            return False

    def pids(self):
        """Its process and the children of that."""
        found = [self._process.pid]
        for pid in found:
            found += proc.children(pid)
        return found

    def sockets(self):
        return sum(_is_socket(descriptor) for pid in self.pids() for descriptor in Path(f"/proc/{pid}/fd").iterdir())

    def pss(self):
        """Memory of user space, in bytes."""
        return sum(proc.pss(pid) for pid in self.pids())

    def read_line(self, within):
        """The next line of its output; raises Failed after the time-out."""
        if not select.select([self._process.stdout], [], [], within)[0]:
            raise self.failure(f"printed nothing within {within:g} s")
        if not (line := self._process.stdout.readline()):
            self.has_ended(_LEAVING)
            raise self.failure(f"ended its output, and itself with status {self._process.returncode}")
        return line.decode()

    def finish(self):
        """Ends its standard input and waits for its orderly exit."""
        self._process.stdin.close()
        if not self.has_ended(_LEAVING):
            raise self.failure(f"did not end within {_LEAVING} s")
        if self._process.returncode != 0:
            raise self.failure(f"ended with status {self._process.returncode}")

    def stop(self):
        """SIGTERM, and 5 s later SIGKILL to all of its session."""
        self._process.terminate()
        if not self.has_ended(_LEAVING):
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def failure(self, what):
        return Failed(f"{self.name} {what}; stderr: {self.said() or 'empty'}")

    def said(self):
        return self._stderr.read_text(errors="replace").strip()[-4000:]


def _is_socket(descriptor):
    try:
        return os.readlink(descriptor).startswith("socket:")
    except FileNotFoundError:
        return False  # closed since it was listed
