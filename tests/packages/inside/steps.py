"""Runs one step after the other, each in a line; a step that fails does not keep the next from being tried. A thread
that dies of an exception fails the step."""

import threading
import time
import traceback

from machine import Journal


class Steps:
    def __init__(self, title):
        self._title = title
        self._began = time.monotonic()
        self.passed = self.failed = 0
        self._deaths = []
        threading.excepthook = self._deaths.append

    def __call__(self, name, step):
        began, journal = time.monotonic(), Journal()
        try:
            figures = step()
            self._assert_nobody_died()
            self.passed += 1
            self._line("ok", began, name, figures)
        except (AssertionError, OSError, ValueError) as error:
            self.failed += 1
            self._line("FAIL", began, name, str(error).strip())
            self._explain(journal)

    def _assert_nobody_died(self):
        deaths, self._deaths[:] = list(self._deaths), []
        assert not deaths, "; ".join(f"{death.thread.name} died: {death.exc_value!r}" for death in deaths)

    def _line(self, verdict, began, name, figures):
        print(f"{verdict:4} {time.monotonic() - began:5.1f}s  {self._title}: {name}: {figures}", flush=True)

    @staticmethod
    def _explain(journal):
        where = [line for line in traceback.format_exc().splitlines() if line.startswith("  File")]
        said = [line for line in journal.text().splitlines() if not line.startswith("event=session ")]
        for line in where[-1:] + said[-8:]:
            print(f"        | {line.strip()[:200]}", flush=True)

    def summary(self):
        took = time.monotonic() - self._began
        print(f"{self._title}: {self.passed} passed, {self.failed} failed, {took:.0f} s", flush=True)
        return 1 if self.failed else 0
