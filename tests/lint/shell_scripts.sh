#!/bin/bash
# Every shell script parses; with shellcheck at hand, it finds nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."

mapfile -t scripts < <(grep --recursive --files-with-matches --exclude-dir=build --exclude-dir=.git \
  --max-count=1 --regexp='^#!/bin/\(ba\)\?sh' . | while read -r file; do
  head -c 2 "$file" | grep --quiet '^#!' && echo "$file"
done)
[ ${#scripts[@]} -gt 0 ] || { echo "no script found"; exit 1; }
scripts+=(packaging/completions/bash/*)

for script in "${scripts[@]}"; do
  bash -n "$script"
done
if command -v shellcheck >/dev/null; then
  shellcheck --external-sources "${scripts[@]}"
else
  echo "shellcheck is not installed: scripts were only parsed"
fi
echo "${#scripts[@]} scripts: ${scripts[*]}"
