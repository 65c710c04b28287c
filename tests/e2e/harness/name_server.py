"""A name server that keeps its clients waiting, and how to have a daemon ask it. For root only."""

import os
import random
import socket
import struct
import subprocess
import threading
from pathlib import Path

from harness.streams import BLOCK
from harness.threads import join_all

# The command sees other files, and asks nobody but this name server.
_PRIVATE_FILES = """
set -e
for file in resolv.conf nsswitch.conf; do
  mount --bind "$1/$file" "/etc/$file"
done
shift
exec "$@"
"""
_A, _NO_SUCH_NAME, _FOUND = 1, 0x8183, 0x8180  # RFC 1035, 3.2.2 and 4.1.1


class NameServer:
    """Keeps every question until release(), which says whether every name stands for 127.0.0.1 or for nothing."""

    def __init__(self):
        self.address = f"127.{random.randrange(1, 255)}.{random.randrange(1, 255)}.{random.randrange(1, 255)}"
        self.questions = []
        self._known = None
        self._lock = threading.Lock()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.address, 53))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wrapper(self, folder):
        """What to put before a command line so that the program asks here."""
        Path(folder, "resolv.conf").write_text(f"nameserver {self.address}\noptions timeout:30 attempts:1\n")
        Path(folder, "nsswitch.conf").write_text("hosts: files dns\npasswd: files\ngroup: files\n")
        return ["unshare", "--mount", "sh", "-c", _PRIVATE_FILES, "sh", folder]

    def release(self, known):
        with self._lock:
            self._known = known
            for question, asker in self.questions:
                self._answer(question, asker)

    def hold(self):
        """Keeps questions again."""
        with self._lock:
            self._known = None
            self.questions.clear()

    def close(self):
        self._socket.sendto(b"", (self.address, 53))
        join_all([self._thread])
        self._socket.close()

    def _run(self):
        while True:
            question, asker = self._socket.recvfrom(BLOCK)
            if not question:
                return
            with self._lock:
                self.questions.append((question, asker))
                if self._known is not None:
                    self._answer(question, asker)

    def _answer(self, question, asker):
        name_end = question.index(b"\0", 12)
        asked = question[12:name_end + 5]
        kind, = struct.unpack_from("!H", question, name_end + 1)
        has_address = self._known and kind == _A
        header = question[:2] + struct.pack("!5H", _FOUND if self._known else _NO_SUCH_NAME, 1, has_address, 0, 0)
        address = struct.pack("!HHHIH4s", 0xc00c, _A, 1, 60, 4, socket.inet_aton("127.0.0.1"))
        self._socket.sendto(header + asked + (address if has_address else b""), asker)


def why_not():
    """Why a daemon cannot be made to ask this name server; empty if it can."""
    if os.geteuid() != 0:
        return "only root can give a process another name server"
    trial = subprocess.run(["unshare", "--mount", "true"], capture_output=True, text=True, check=False)
    return trial.stderr.strip() if trial.returncode else ""
