#!/bin/sh
# What operating costs: tests/bench/operations/run.sh scrape|list BUILD [SESSIONS] | commands BUILD
#   scrape, list   the CPU of them beside many sessions, and what they do to round trips. Each session takes two
#                  descriptors of duplexd, and one of this script: ulimit -n
#   commands       what each command does to those who connect meanwhile
set -eu
work=${1:?scrape, list or commands}
build=$(realpath "${2:?the folder of a build}")
cd "$(dirname "$0")"
export PYTHONPATH=../../e2e DUPLEXD="$build/daemon/duplexd" DUPLEXCTL="$build/daemon/duplexctl"
export BENCH_LOAD="$build/tests/bench/bench_load" BENCH_BACKEND="$build/tests/bench/bench_backend"
export DUPLEXD_BENCH_SESSIONS="${3:-10000}"
exec python3 -B -m unittest "${work}_cost"
