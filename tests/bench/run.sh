#!/bin/bash
# Compares duplexd with a bare relay, HAProxy and nginx on this machine: installs what is missing, builds, measures.
#   tests/bench/run.sh [--quick] [--rounds N] [--seconds S] [--only WORK,...] [--proxies NAME,...] [--out DIR]
# --help says more about each. Takes 20 minutes, with --quick two; results are in build/bench/results.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONPATH=tests/bench:tests/e2e

step() {
  printf '\n==> [%s s] %s\n' "$SECONDS" "$1"
}

# FOLDER OPTION...
configure() {
  local launcher=()
  ! command -v ccache >/dev/null || launcher=(-D CMAKE_CXX_COMPILER_LAUNCHER=ccache)
  cmake --preset release -B "build/bench/$1" "${launcher[@]}" "${@:2}"
}

# FOLDER TARGET
build() {
  NINJA_STATUS='[%f/%t, %e s] ' cmake --build "build/bench/$1" --target "$2" --parallel "$(nproc)"
}

# Handler memory of another kind. CMake calls an option that the project does not have UNINITIALIZED.
build_variant() {
  configure "$1" -D DUPLEXD_TESTS=OFF -D DUPLEXD_HANDLER_MEMORY="$1"
  if grep --quiet '^DUPLEXD_HANDLER_MEMORY:UNINITIALIZED' "build/bench/$1/CMakeCache.txt"; then
    echo "this source has no option DUPLEXD_HANDLER_MEMORY: there is no duplexd-$1"
    rm --recursive --force "build/bench/$1"
  else
    build "$1" duplexd
  fi
}

# Prints the program, if there is such a target.
build_microbenchmarks() {
  if cmake --build build/bench/chain --target help | grep '^microbenchmarks:' >&2; then
    build chain microbenchmarks >&2
    find build/bench/chain/tests -name microbenchmarks -type f -executable
  fi
}

[[ ! " $* " =~ \ (-h|--help)\  ]] || exec python3 -B -m comparison --help
python3 -B -m comparison.arguments "$@" # refuses what is wrong before anything is built
step "packages"
packaging/install-deps.sh bench
step "build"
configure chain -D DUPLEXD_TESTS=ON -D DUPLEXD_BENCH=ON
build chain bench
build_variant recycling
build_variant malloc
microbenchmarks=$(build_microbenchmarks)
step "measure"
exec python3 -B -m comparison "$@" ${microbenchmarks:+--microbenchmarks "$microbenchmarks"}
