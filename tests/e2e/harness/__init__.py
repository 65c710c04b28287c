"""What the end-to-end tests share: the daemon under test, its log, its peers, and what /proc says about it."""

from harness import proc
from harness.case import E2eTest, config, eventually, scaled
from harness.daemon import DUPLEXD, TETHER, Daemon, is_sanitized, run
from harness.peers import (Endpoint, Filled, PeerProcess, connect, free_port, listen, receive_all, receive_exactly,
                           receive_stream, reset, send_stream)

__all__ = ["DUPLEXD", "Daemon", "E2eTest", "Endpoint", "Filled", "PeerProcess", "TETHER", "config", "connect", "eventually",
           "free_port", "is_sanitized", "listen", "proc", "receive_all", "receive_exactly", "receive_stream", "reset", "run",
           "scaled", "send_stream"]
