"""The daemon's log, read by a thread as it is written."""

import json
import re
import threading
import time

from harness.waiting import DEADLINE

_SANITIZER = re.compile(r"(Address|Thread|Leak|UndefinedBehavior)Sanitizer|runtime error:")


class Log:
    """JSON records and everything else, in order. pause() stops reading, as a stuck terminal does."""

    def __init__(self, stream):
        self.speaks_for_others = False  # a program that failed says why here, too
        self.lines = []
        self.records = []
        self._stream = stream
        self._changed = threading.Condition()
        self._reading = threading.Event()
        self._reading.set()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def pause(self):
        self._reading.clear()

    def resume(self):
        self._reading.set()

    def close(self, within=DEADLINE):
        """Reads to the end of the stream, which comes when the last process that holds it has ended."""
        self.resume()
        self._thread.join(within)
        self._stream.close()

    def find(self, event, since=0, **fields):
        with self._changed:
            return self._find(event, since, fields)

    def wait(self, event, times=1, within=DEADLINE, since=0, **fields):
        """All matching records, once there are at least `times` of them."""
        deadline = time.monotonic() + within
        with self._changed:
            while len(found := self._find(event, since, fields)) < times:
                remaining = deadline - time.monotonic()
                if remaining <= 0 or not self._thread.is_alive():
                    raise AssertionError(f"{len(found)} of {times} records event={event} {fields}\n{self.tail()}")
                self._changed.wait(min(remaining, 0.1))
            return found

    def tail(self, count=12):
        return "".join(self.lines[-count:])

    def text_lines(self):
        """What is not a record: messages of start-up for people, and anything that should not be there."""
        return [line for line in self.lines if not line.startswith("{") and not self.speaks_for_others]

    def sanitizer_lines(self):
        return [line for line in self.lines if _SANITIZER.search(line)]

    def _find(self, event, since, fields):
        return [record for record in self.records[since:]
                if record.get("event") == event and all(record.get(key) == value for key, value in fields.items())]

    def _read(self):
        for raw in self._stream:
            self._reading.wait()
            line = raw.decode(errors="replace")
            with self._changed:
                self.lines.append(line)
                if line.startswith("{"):
                    self.records.append(json.loads(line))
                self._changed.notify_all()
