#!/bin/sh
# Generates the reference into build/docs from the program itself, and checks the pages: ./dev docs.
set -eu
cd "$(dirname -- "$0")/.."
program=${HEADRACE_BIN:-build/headrace}
out=${1:-build/docs}

mkdir -p "$out"
for what in nodes resources keys; do "$program" list "$what" --format markdown >"$out/$what.md"; done
cp README.md "$out/"
cp docs/*.md "$out/"
printf 'docs: wrote %s\n' "$out" >&2

if [ -x build/headrace-tests ]; then
  build/headrace-tests --source-file='*tests/docs/*'
else
  echo "docs: build/headrace-tests is not there, so blocks and links were not checked; ./dev test does" >&2
fi
