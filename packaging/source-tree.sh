# shellcheck shell=bash
# What the builders of packages share. They are at the root of the repository when they ask for it.

# The files that belong to the source: those that git tracks or, without git, all but what was built.
copy_source_tree() {
  mkdir "$1"
  if [ -e .git ] && command -v git >/dev/null; then
    git ls-files -z | tar --create --null --files-from=- | tar --extract --directory="$1"
  else
    tar --create --exclude=./build --exclude=./.git --exclude=__pycache__ . | tar --extract --directory="$1"
  fi
}

set_program_version() {
  sed --in-place "s/^project(duplexd VERSION [0-9.]*/project(duplexd VERSION $1/" CMakeLists.txt
}
