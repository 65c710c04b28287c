#!/bin/bash
# Builds the rpm of this tree on Debian, for systems of the level of EL 9 and later.
#   packaging/build-rpm.sh [OUTDIR [ARGUMENT-OF-RPMBUILD ...]]     default OUTDIR: build/rpm
# "--without check" leaves out the unit tests. install-deps.sh installs the build dependencies, because those of the spec
# have other names on Debian.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packaging/source-tree.sh
. packaging/source-tree.sh

most_glibc=2.34 most_glibcxx=3.4.29 # of EL 9

build() {
  local spec=packaging/rpm/duplexd.spec name
  name=duplexd-$(sed -n 's/^Version: *//p' "$spec")
  copy_source_tree "$folder/$name"
  tar --create --gzip --directory="$folder" --file="$folder/$name.tar.gz" "$name"
  export DEB_BUILD_MAINT_OPTIONS="hardening=+all reproducible=-fixfilepath,-fixdebugpath"
  cd "$folder/$name"
  # Flags are Debian's, because rpmbuild has none here. The package records the optflags, so they must not name a folder.
  CCACHE_BASEDIR=$folder/BUILD/$name rpmbuild -bb --nodeps --with static \
    --define "_topdir $folder" --define "_sourcedir $folder" \
    --define "__os_install_post bash /usr/lib/rpm/brp-compress" \
    --define "optflags $(dpkg-buildflags --get CPPFLAGS) $(dpkg-buildflags --get CXXFLAGS)" \
    --define "build_cxxflags %{optflags} -ffile-prefix-map=$folder/BUILD/$name=." \
    --define "build_ldflags $(dpkg-buildflags --get LDFLAGS)" \
    --define "source_date_epoch_from_changelog 1" --define "clamp_mtime_to_source_date_epoch 1" \
    --define "use_source_date_epoch_as_buildtime 1" --define "_buildhost localhost" "$@" "$spec"
}

# The newest symbol version of a library that the program needs.
newest() {
  objdump --dynamic-syms "$1" | grep --only-matching "\b$2_[0-9.]*" | sort --version-sort | tail -1 | cut -d_ -f2
}

fail() {
  echo "build-rpm.sh: $*" >&2
  exit 1
}

at_most() {
  [ "$(printf '%s\n' "$1" "$2" | sort --version-sort | tail -1)" = "$2" ]
}

check_program() {
  local glibc glibcxx
  glibc=$(newest "$1" GLIBC) glibcxx=$(newest "$1" GLIBCXX)
  at_most "$glibc" $most_glibc || fail "${1##*/} needs GLIBC_$glibc"
  at_most "$glibcxx" $most_glibcxx || fail "${1##*/} needs GLIBCXX_$glibcxx"
  ! readelf --dynamic "$1" | grep --extended-regexp 'NEEDED.*(boost|yaml|fmt|ncurses|tinfo)' || fail "${1##*/} needs these"
  readelf --dynamic "$1" | grep --quiet 'FLAGS_1.*NOW.*PIE' || fail "${1##*/} is not PIE with immediate binding"
  echo "${1##*/}: GLIBC_$glibc, GLIBCXX_$glibcxx, no other library that differs between distributions"
}

check_programs() {
  local program
  mkdir "$folder/content"
  (cd "$folder/content" && rpm2cpio "$1" | cpio --extract --make-directories --quiet)
  for program in "$folder"/content/usr/sbin/*; do
    check_program "$program"
  done
}

main() {
  local outdir=${1:-build/rpm} package root=$PWD
  mkdir --parents "$outdir"
  outdir=$(realpath "$outdir")
  packaging/install-deps.sh rpm
  folder=$(mktemp --directory)
  trap 'rm --recursive --force "$folder"' EXIT
  (build "${@:2}")
  package=$(echo "$folder"/RPMS/*/*.rpm)
  check_programs "$package"
  rpmlint --strict --config "$root/packaging/rpm/rpmlint.toml" "$package"
  mv "$package" "$outdir"
  echo "in $outdir: ${package##*/}"
}

main "$@"
