"""An endpoint as a process: prints its address and serves until its standard input ends."""

import sys

from harness import endpoints

_endpoint = endpoints.Endpoint({"echo": endpoints.echo, "discard": endpoints.discard}[sys.argv[1]])
print(_endpoint.address, flush=True)
sys.stdin.read()
