#!/bin/bash
# What the log of sessions costs a connection, with what run.sh has built: a minute.
#   tests/bench/log_cost.sh [--turns N] [--seconds S] [--format logfmt|json] [--build DIR] [--daemon PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONPATH=tests/bench:tests/e2e
exec python3 -B -m comparison.log_cost "$@"
