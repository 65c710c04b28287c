#!/bin/bash
# From a fresh checkout to a running proxy: installs what is missing, builds, shows real traffic.
#   packaging/quickstart.sh [--once] [--upstream ADDR] [--listen ADDR]
#     --once            stop after the demonstration; exit code 0 only if every byte was right
#     --upstream ADDR   put duplexd in front of ADDR instead of the demonstration's own services
#     --listen ADDR     address to listen on; default: a free port of 127.0.0.1
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' packaging/quickstart.sh
}

check_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --once) shift ;;
      --upstream=?* | --listen=?*) shift ;;
      --upstream | --listen) [ $# -gt 1 ] || { usage >&2; exit 64; }; shift 2 ;;
      -h | --help) usage; exit 0 ;;
      *) usage >&2; exit 64 ;;
    esac
  done
}

step() {
  local strong='' plain=''
  if [ -t 1 ]; then strong=$'\e[1m' plain=$'\e[0m'; fi
  printf '\n%s[%s s] %s%s\n' "$strong" "$SECONDS" "$1" "$plain"
}

# Uses a build folder of its own, without tests, to leave a developer's alone. The sources of a folder are compiled as one,
# which takes half of the time or less.
build() {
  cmake --preset release -B build/quickstart -DDUPLEXD_TESTS=OFF -DCMAKE_UNITY_BUILD=ON
  NINJA_STATUS='[%f/%t, %e s] ' cmake --build build/quickstart --parallel "$(nproc)"
}

check_arguments "$@"
step "1 of 3: packages"
packaging/install-deps.sh build
step "2 of 3: build"
build
step "3 of 3: demonstration"
exec python3 packaging/demo --duplexd build/quickstart/daemon/duplexd "$@"
