"""What the end-to-end tests share: the daemon under test, its log, its peers, and what /proc says about it."""

from harness import proc
from harness.case import E2eTest, config, scaled
from harness.control import DUPLEXCTL, Control, ControlledTest, HttpConnection
from harness.daemon import DUPLEXD, TETHER, Daemon, is_sanitized, run
from harness.endpoints import Crowd, Endpoint, Filled, PeerProcess, discard, echo, flood
from harness.load import Newcomers, Streams
from harness.service_manager import ServiceTest, passing
from harness.sockets import connect, free_port, hang_up, join, listen, reset, split
from harness.streams import receive_all, receive_exactly, receive_stream, send_stream
from harness.waiting import AT_ONCE, DEADLINE, eventually

__all__ = ["AT_ONCE", "DEADLINE", "DUPLEXCTL", "DUPLEXD", "TETHER", "Control", "ControlledTest", "Crowd", "Daemon", "E2eTest",
           "Endpoint", "Filled", "HttpConnection", "Newcomers", "PeerProcess", "ServiceTest", "Streams", "config", "connect",
           "discard", "echo", "eventually", "flood", "free_port", "is_sanitized", "join", "listen", "passing", "proc",
           "receive_all", "receive_exactly", "receive_stream", "reset", "run", "scaled", "send_stream", "split"]
