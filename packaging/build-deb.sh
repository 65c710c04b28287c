#!/bin/bash
# Builds the Debian packages of this tree: duplexd, and its debug symbols.
#   packaging/build-deb.sh [OUTDIR [ARGUMENT-OF-DPKG-BUILDPACKAGE ...]]     OUTDIR: build/deb, unless it is given
# Environment:
#   DEB_BUILD_OPTIONS=nocheck    leave out the unit tests
#   BUILD_VERSION=0.1.1-1        build as this version, also of the program itself; to try an upgrade
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/source-tree.sh

set_version() {
  local upstream=${BUILD_VERSION%-*} date
  date=$(dpkg-parsechangelog --show-field Date)
  printf 'duplexd (%s) unstable; urgency=medium\n\n  * Built as this version to try it.\n\n' "$BUILD_VERSION" >changelog
  printf ' -- duplexd maintainers <maintainers@duplexd.example>  %s\n\n' "$date" >>changelog
  cat debian/changelog >>changelog
  mv changelog debian/changelog
  set_program_version "$upstream"
}

main() {
  local outdir=${1:-build/deb}
  mkdir --parents "$outdir"
  outdir=$(realpath "$outdir")
  packaging/install-deps.sh deb
  folder=$(mktemp --directory)
  trap 'rm --recursive --force "$folder"' EXIT
  copy_source_tree "$folder/duplexd"
  cd "$folder/duplexd"
  mv packaging/debian debian
  [ -z "${BUILD_VERSION:-}" ] || set_version
  CCACHE_BASEDIR=$PWD dpkg-buildpackage --build=binary --unsigned-changes --unsigned-buildinfo "${@:2}"
  find .. -maxdepth 1 -type f -exec mv --target-directory="$outdir" {} +
  echo "in $outdir: $(cd "$outdir" && echo *.deb)"
}

main "$@"
