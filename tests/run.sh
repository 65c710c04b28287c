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
cmake --preset debug -DCMAKE_UNITY_BUILD=ON
step "build"
NINJA_STATUS='[%f/%t, %e s] ' cmake --build --preset debug --parallel "$(nproc)"
step "test"
# Most tests wait: three per core. Those that compute count as three.
exec ctest --preset debug --no-tests=error --timeout 300 --parallel "$((3 * $(nproc)))" "$@"
