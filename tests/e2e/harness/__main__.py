"""An endpoint as a process: prints its address and serves until its standard input ends."""

import sys

from harness import peers

_endpoint = peers.Endpoint({"echo": peers.echo, "discard": peers.discard}[sys.argv[1]])
print(_endpoint.address, flush=True)
sys.stdin.read()
