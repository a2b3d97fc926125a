#!/bin/sh
# Generates the reference into build/docs from the program itself, and checks the pages: ./dev docs.
set -eu
cd "$(dirname -- "$0")/.."
program=${HEADRACE_BIN:-build/headrace}
out=${1:-build/docs}

sh docs/reference.sh "$program" "$out"
printf 'docs: wrote %s\n' "$out" >&2

if [ -x build/headrace-tests ]; then
  build/headrace-tests --source-file='*tests/docs/*'
else
  echo "docs: build/headrace-tests is not there, so blocks and links were not checked; ./dev test does" >&2
fi
