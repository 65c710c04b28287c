"""System calls of a running process that fail, by strace."""

import shutil
import subprocess
from pathlib import Path

from harness import proc
from harness.waiting import eventually


class Injection:
    """The `when`-th of `calls` from now on fails with `error`: of every thread, or of the first one alone."""

    def __init__(self, pid, calls, error, when, said="/dev/null", first_thread_only=False):
        self._said = Path(said)
        self._process = subprocess.Popen(
            ["strace", *([] if first_thread_only else ["-f"]), "-qq", "-o", said, "-e", f"trace={calls}",
             "-e", f"inject={calls}:error={error}:when={when}", "-p", str(pid)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        traced = (lambda: proc.is_thread_traced(pid, pid)) if first_thread_only else (lambda: proc.is_traced(pid))
        eventually(traced, what="strace to attach")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()

    def happened(self):
        """After it: whether a call failed."""
        return "(INJECTED)" in self._said.read_text()


def why_not():
    """Why nothing can be injected here; empty if it can."""
    if not shutil.which("strace"):
        return "strace is not installed"
    trial = subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "inject=socket:error=EMFILE:when=1", "true"],
                           capture_output=True, text=True, check=False)
    return trial.stderr.strip() if trial.returncode else ""
