"""An endpoint as a process: prints its address and serves until its standard input ends."""

import sys

from harness.endpoints import Crowd, Endpoint, discard, echo
from harness.threads import end_process_with_any_thread

end_process_with_any_thread()
_endpoint = {"echo": lambda: Endpoint(echo), "discard": lambda: Endpoint(discard), "crowd": Crowd}[sys.argv[1]]()
print(_endpoint.address, flush=True)
sys.stdin.read()
