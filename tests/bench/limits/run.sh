#!/bin/sh
# How exactly rates and bandwidths are held, each for 30 seconds: tests/bench/limits/run.sh BUILD [SECONDS]
set -eu
build=$(realpath "${1:?the folder of a build}")
cd "$(dirname "$0")/../../e2e/limits"
export PYTHONPATH=.. DUPLEXD="$build/daemon/duplexd" DUPLEXCTL="$build/daemon/duplexctl"
export DUPLEXD_MEASURED_SECONDS="${2:-30}"
exec python3 -B -m unittest held_rates handshake_burst
