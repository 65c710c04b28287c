"""A process that another one has started, and left to this one."""

import ctypes
import os
import signal
import subprocess

from harness import proc
from harness.waiting import eventually

_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """Children of processes that have ended become this one's (prctl(2))."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


adopt_orphans()


def kill_orphans(name, known):
    """For clean-up only: the processes of this name that were left to this one, such as one that serves unexpectedly.
    `known` are children that somebody else waits for."""
    for child in set(proc.children(os.getpid())) - known:
        if proc.name(child) == name:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


class Successor:
    """What subprocess.Popen is for a child."""

    def __init__(self, pid):
        self.pid = pid
        self.returncode = None

    def poll(self):
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout):
        try:
            eventually(lambda: self.poll() is not None, within=timeout)
        except AssertionError:
            raise subprocess.TimeoutExpired([self.pid], timeout) from None
        return self.returncode

    def send_signal(self, number):
        os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)
