#!/bin/sh
# What a scrape costs beside many sessions: tests/bench/operations/run.sh BUILD [SESSIONS]
# Each session takes two descriptors of duplexd, and one of this script: ulimit -n
set -eu
build=$(realpath "${1:?the folder of a build}")
cd "$(dirname "$0")"
export PYTHONPATH=../../e2e DUPLEXD="$build/daemon/duplexd" DUPLEXCTL="$build/daemon/duplexctl"
export DUPLEXD_BENCH_SESSIONS="${2:-10000}"
exec python3 -B -m unittest scrape_cost
