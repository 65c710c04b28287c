#!/bin/bash
# Builds the deb and the rpm twice, each time in another folder and without a compiler cache, and compares them.
#   tests/packages/reproducible.sh [deb] [rpm]
set -euo pipefail
cd "$(dirname "$0")/../.."

export DEB_BUILD_OPTIONS=nocheck CCACHE_DISABLE=1

build() {
  case $1 in
    deb) packaging/build-deb.sh "$2" ;;
    rpm) packaging/build-rpm.sh "$2" --without check ;;
  esac
}

compare() {
  local package
  for package in "$folder"/first/*."$1"; do
    cmp "$package" "$folder/second/${package##*/}"
    sha256sum "$package" | sed "s# .*/#  #"
  done
}

formats=("$@")
[ ${#formats[@]} -gt 0 ] || formats=(deb rpm)
folder=$(mktemp --directory)
trap 'rm --recursive --force "$folder"' EXIT
for format in "${formats[@]}"; do
  for time in first second; do
    build "$format" "$folder/$time" >"$folder/output" 2>&1 || { tail -40 "$folder/output" >&2; exit 1; }
  done
  compare "$format"
done
