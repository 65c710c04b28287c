"""Threads of tests and of peers: none dies or hangs unnoticed."""

import os
import threading
import traceback

from harness.waiting import DEADLINE


class Deaths:
    """The exceptions that threads of this process die of, from here on."""

    def __init__(self):
        self._found = []
        threading.excepthook = self._found.append

    def assert_none(self):
        died = "".join(f"{death.thread and death.thread.name} died:\n" +
                       "".join(traceback.format_exception(death.exc_value)) for death in self._found)
        if died:
            raise AssertionError(died)


def end_process_with_any_thread():
    """For peers in a process of their own: half a peer would be taken for a whole one."""
    def end(death):
        traceback.print_exception(death.exc_value)
        os._exit(os.EX_SOFTWARE)

    threading.excepthook = end


def join_all(threads, within=DEADLINE):
    for thread in threads:
        thread.join(within)
    alive = [thread.name for thread in threads if thread.is_alive()]
    if alive:
        raise AssertionError(f"threads that did not end within {within} s: {alive}")
