#!/bin/bash
# Builds the Debian packages of this tree: duplexd, and its debug symbols.
#   packaging/build-deb.sh [OUTDIR [ARGUMENT-OF-DPKG-BUILDPACKAGE ...]]     default OUTDIR: build/deb
# DEB_BUILD_OPTIONS=nocheck leaves out the unit tests.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packaging/source-tree.sh
. packaging/source-tree.sh

build() {
  copy_source_tree "$folder/duplexd"
  cd "$folder/duplexd"
  mv packaging/debian debian
  CCACHE_BASEDIR=$PWD dpkg-buildpackage --build=binary --unsigned-changes --unsigned-buildinfo "$@"
}

main() {
  local outdir=${1:-build/deb}
  mkdir --parents "$outdir"
  outdir=$(realpath "$outdir")
  packaging/install-deps.sh deb
  folder=$(mktemp --directory)
  trap 'rm --recursive --force "$folder"' EXIT
  (build "${@:2}")
  lintian --info --display-info --pedantic --fail-on error,warning --allow-root "$folder"/duplexd_*.changes
  find "$folder" -maxdepth 1 -type f -exec mv --target-directory="$outdir" {} +
  echo "in $outdir: $(cd "$outdir" && echo *.deb)"
}

main "$@"
