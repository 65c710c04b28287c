# shellcheck shell=bash
# For the scripts that build packages, which run it at the root of the repository.

# The source files: those that git tracks or, without git, all but built files.
copy_source_tree() {
  mkdir "$1"
  if [ -e .git ] && command -v git >/dev/null; then
    git -c safe.directory="$PWD" ls-files -z | tar --create --null --files-from=- | tar --extract --directory="$1"
  else
    tar --create --exclude=./build --exclude=./.git --exclude=__pycache__ . | tar --extract --directory="$1"
  fi
}
