#!/bin/bash
# Installs what is missing, builds the debug preset (assertions are on) and runs every test.
# Arguments go to ctest: tests/run.sh -L unit     labels: unit integration e2e bench lint fuzz
set -euo pipefail
cd "$(dirname "$0")/.."

step() {
  printf '\n==> [%s s] %s\n' "$SECONDS" "$1"
}

step "packages"
packaging/install-deps.sh test
step "configure"
# lld links in a third of the time.
cmake --preset debug -DCMAKE_UNITY_BUILD=ON -DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld
step "build"
NINJA_STATUS='[%f/%t, %e s] ' cmake --build --preset debug --parallel "$(nproc)"
step "test"
# Most tests wait: three per core. Those that compute count as three.
exec ctest --preset debug --no-tests=error --timeout 300 --parallel "$((3 * $(nproc)))" "$@"
