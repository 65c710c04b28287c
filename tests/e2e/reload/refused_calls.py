"""The n-th system call of a reload is refused, for every n: the old configuration serves or the new one, and the next
reload works."""

import signal
import unittest

from harness import ControlledTest, echo, eventually, is_sanitized
from harness.strace import Injection, why_not

# Of the control thread. What tells that something has happened, and wakes a thread for it, cannot be refused.
CALLS = {
    "openat": "EMFILE", "newfstatat,fstat": "EIO", "getdents64": "EIO", "socket": "EMFILE", "bind": "ENOMEM",
    "listen": "EADDRINUSE", "setsockopt": "ENOBUFS", "getsockopt": "ENOBUFS", "getsockname": "ENOBUFS", "fcntl": "EMFILE",
    "dup,dup2,dup3": "EMFILE", "chmod,fchmod,fchmodat": "EPERM", "chown,fchown,lchown,fchownat": "EPERM",
    "unlink,unlinkat": "EACCES", "connect": "ENETUNREACH", "sendto": "ENOBUFS", "recvmsg": "ENOBUFS",
    "prlimit64": "EPERM", "getrandom": "ENOSYS",
}
if not is_sanitized():  # a sanitizer ends the process where it gets no memory
    CALLS |= {"mmap": "ENOMEM", "brk": "ENOMEM"}
MOST = 60  # of one call, in one reload


@unittest.skipIf(why_not(), why_not())
class RefusedCalls(ControlledTest):
    def setUp(self):
        super().setUp()
        self.endpoint = self.serve(echo)
        self.kept = f"unix:{self.folder}/kept"
        self.number = 0
        self.daemon = self.start(self.text())

    def text(self):
        """One address stays; others come and go, and everything about them changes."""
        number = self.number = self.number + 1
        more = (f"include: more*.yaml\nlisteners:\n"
                f"  kept{number}: {{bind: '{self.kept}', upstream: u{number}, unix: {{mode: '06{number % 7}0'}}}}\n"
                f"  tcp{number}: {{bind: ['127.0.0.1:0', '[::1]:0'], upstream: u{number}, backlog: {100 + number}}}\n"
                f"  unix{number}: {{bind: 'unix:{self.folder}/other{number % 3}', upstream: u{number}}}\n"
                f"upstreams:\n  u{number}:\n    endpoints: ['{self.endpoint.address}', 'localhost:{1000 + number}']\n"
                f"    resolve: {{at_start: optional}}\n")
        return f"control: {{socket: {self.control.path}}}\nworkers: 2\n{more}"

    def reload(self):
        """Whether it was applied."""
        applied, refused = self.count("reloaded"), self.count("reload_refused")
        self.daemon.write_config(self.text())
        self.daemon.signal(signal.SIGHUP)
        eventually(lambda: self.count("reloaded") + self.count("reload_refused") > applied + refused,
                   what="an outcome of the reload")
        return self.count("reloaded") > applied

    def count(self, event):
        return len(self.daemon.log.find(event))

    def refuse_each(self, session, calls, error):
        """How many of them there are in one reload, and how many refusals refused it."""
        refused = 0
        for number in range(1, MOST + 1):
            with Injection(self.daemon.pid, calls, error, number, f"{self.folder}/strace", first_thread_only=True) as refusal:
                applied = self.reload()
            refused += not applied
            self.assert_echoes(session)
            self.assertTrue(self.reload(), f"after {calls} number {number}")
            self.assert_served(self.kept)
            if not refusal.happened():
                self.assertTrue(applied)
                return number - 1, refused
        return MOST, refused

    def test_next_reload_works(self):
        session = self.connect(self.kept)
        self.assert_echoes(session)
        counts = {}
        for calls, error in CALLS.items():
            with self.subTest(calls=calls, error=error):
                counts[calls] = self.refuse_each(session, calls, error)
        self.assert_echoes(session)
        print(f"{sum(made for made, _ in counts.values())} calls were refused, and {sum(no for _, no in counts.values())} "
              f"reloads with them: " + ", ".join(f"{calls} {made}/{no}" for calls, (made, no) in counts.items()), flush=True)


if __name__ == "__main__":
    unittest.main()
