#!/bin/bash
# Boots a Debian 12 with the packages of this tree and does to them what operators do: install, reload, restart, kill,
# upgrade, remove. One line per step; the exit status says whether all passed.
#   tests/packages/run.sh [--built] [deb] [rpm]
#     --built    take the packages of the last time instead of building them
# As root. The Debian is fetched once and kept in ${XDG_CACHE_HOME:-~/.cache}/duplexd; remove that to have it anew.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=packaging/source-tree.sh
. packaging/source-tree.sh

suite=bookworm
inside=(systemd systemd-sysv dbus iproute2 logrotate netbase python3 rpm libboost-program-options1.81.0 libboost-json1.81.0
  libboost-container1.81.0 libfmt9 libyaml-cpp0.7 libc-ares2 libre2-9 libssl3)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/duplexd
image=$cache/$suite-$(sha256sum <<<"${inside[*]}" | head -c 12).tar
packages=$PWD/build/packages
booting=120 steps=300 # seconds

note() {
  printf '     %5s s  %s\n' "$SECONDS" "$1"
}

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' tests/packages/run.sh >&2
  exit 64
}

# All output of a command that succeeds is noise.
quietly() {
  "$@" >"$folder/output" 2>&1 || { tail -40 "$folder/output" >&2; exit 1; }
}

fetch_image() {
  [ ! -e "$image" ] || return 0
  note "fetching a Debian, once"
  mkdir --parents "$cache"
  quietly debootstrap --variant=minbase --include="$(IFS=,; echo "${inside[*]}")" $suite "$folder/image"
  rm --recursive "$folder"/image/var/cache/apt/*
  tar --create --directory="$folder/image" --file="$image.new" .
  mv "$image.new" "$image"
  rm --recursive --force "$folder/image"
}

# The same source as its next release, with another text in the configuration that it brings.
next_release() {
  local version next
  version=$(sed -n 's/^project(duplexd VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
  next=${version%.*}.$((${version##*.} + 1))
  copy_source_tree "$1"
  sed --in-place "s/^project(duplexd VERSION $version/project(duplexd VERSION $next/" "$1/CMakeLists.txt"
  sed --in-place "s/^\(Version: *\)$version$/\1$next/; s/ - $version-/ - $next-/" "$1/packaging/rpm/duplexd.spec"
  sed --in-place "1s/($version-/($next-/" "$1/packaging/debian/changelog"
  echo '# This is the next release.' >>"$1/packaging/duplexd.yaml"
}

# SOURCE RELEASE FORMAT. The unit tests are left out: they are no matter of packages.
build() {
  note "building the $3 of $2 release"
  mkdir --parents "$packages/$2"
  case $3 in
    deb) DEB_BUILD_OPTIONS=nocheck quietly "$1/packaging/build-deb.sh" "$packages/$2" ;;
    rpm) quietly "$1/packaging/build-rpm.sh" "$packages/$2" --without check ;;
  esac
}

build_all() {
  local format
  rm --recursive --force "$packages"
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache
  next_release "$folder/next"
  for format in "${formats[@]}"; do
    build . this "$format"
    build "$folder/next" next "$format"
  done
}

# Two certificates of one name, each with its key behind it.
make_certificates() {
  local name
  mkdir "$1"
  for name in first second; do
    quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 90 -subj "/CN=$name" \
      -addext subjectAltName=DNS:db.test -keyout "$1/key" -out "$1/certificate"
    cat "$1/certificate" "$1/key" >"$1/$name.pem"
  done
}

prepare_machine() {
  mkdir --parents "$1/test"
  tar --extract --directory="$1" --file="$image"
  cp --recursive tests/packages/inside "$packages" "$1/test/"
  make_certificates "$1/test/certificates"
  cp --recursive packaging/debian/tests "$1/test/autopkgtest"
  cp tests/packages/package-test.service "$1/etc/systemd/system/"
  ln --symbolic ../package-test.service "$1/etc/systemd/system/multi-user.target.wants/"
  echo "FORMAT=$2" >"$1/test/environment"
  touch "$1/test/log"
}

# systemd-nspawn wants a /run that nothing else manages. The console is of no use: results are in /test.
boot() {
  # shellcheck disable=SC2016  # the inner shell's
  exec unshare --mount bash -c 'mount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir /run/systemd &&
    exec timeout --kill-after=10 '$((booting + steps))' systemd-nspawn --quiet --directory="$0" --boot \
      --register=no --keep-unit --private-network --console=pipe' "$1" </dev/null >"$1.console" 2>&1
}

run_machine() {
  local root=$folder/$1
  prepare_machine "$root" "$1"
  boot "$root" &
  tail --follow --lines=+1 --pid=$! "$root/test/log"
  wait $! || true
  [ -e "$root/test/status" ] || { tail -20 "$root.console" >&2; echo "FAIL        $1: the machine did not finish"; }
  [ "$(cat "$root/test/status" 2>/dev/null)" = 0 ]
}

formats=() built=no
for argument in "$@"; do
  case $argument in
    --built) built=yes ;;
    deb | rpm) formats+=("$argument") ;;
    *) usage ;;
  esac
done
[ ${#formats[@]} -gt 0 ] || formats=(deb rpm)
[ "$(id -u)" -eq 0 ] || { echo "run.sh: only root can boot a machine: sudo tests/packages/run.sh" >&2; exit 77; }

packaging/install-deps.sh packages
folder=$(mktemp --directory)
trap 'rm --recursive --force "$folder"' EXIT
fetch_image
[ $built = yes ] || build_all
failed=()
for format in "${formats[@]}"; do
  run_machine "$format" || failed+=("$format")
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "failed after $SECONDS s: ${failed[*]}"
  exit 1
fi
echo "passed after $SECONDS s: ${formats[*]}"
