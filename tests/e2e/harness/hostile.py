"""Those who may use the control socket and misuse it: python -m harness.hostile PATH [USER]. Ends with its
standard input."""

import itertools
import os
import sys
import threading
import time

from harness.sockets import connect
from harness.threads import end_process_with_any_thread

_GARBAGE = bytes(range(256)) * 256
_HALF = b"GET /v1/status HTTP/1.1\r\nHost: duplexd\r\nX-Never-Ends: "
_WHOLE = b"GET /v1/status HTTP/1.1\r\nHost: duplexd\r\n\r\n"


def _half_a_request(connection):
    connection.sendall(_HALF)
    return connection.recv(4096)


def _garbage(connection):
    for _ in range(64):
        connection.sendall(_GARBAGE)


def _large_body(connection):
    connection.sendall(b"POST /v1/reload HTTP/1.1\r\nHost: duplexd\r\nContent-Length: 9999999999\r\n\r\n")
    _garbage(connection)


def _never_reads(connection):
    for _ in itertools.repeat(None):
        connection.sendall(_WHOLE * 100)


def _leaves(connection):
    connection.sendall(_WHOLE)


def _says_nothing(connection):
    return connection.recv(4096)


def _again_and_again(misuse, path):
    while True:
        try:
            with connect(f"unix:{path}", within=3) as connection:
                misuse(connection)
        except OSError:
            time.sleep(0.001)  # turned away: the machine has others to serve, too


def _become(user):
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


if __name__ == "__main__":
    if sys.argv[2:]:
        _become(int(sys.argv[2]))
    end_process_with_any_thread()
    for _misuse in [_half_a_request, _garbage, _large_body, _never_reads, _leaves, _says_nothing] * 7:
        threading.Thread(target=_again_and_again, args=[_misuse, sys.argv[1]], daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()
