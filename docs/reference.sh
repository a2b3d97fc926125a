#!/bin/sh
# reference.sh PROGRAM FOLDER: the reference of what the program knows, one Markdown page a subject, and the JSON Schema of
# pipeline files. Each page comes out of the program; diagnostics/ has an example of each code, and the program says what is
# wrong with it.
set -eu
program=$1 out=$2
mkdir -p "$out"
out=$(cd "$out" && pwd)
case $program in */*) program=$(cd "$(dirname -- "$program")" && pwd)/$(basename -- "$program") ;; esac
cd "$(dirname -- "$0")/diagnostics"

for what in nodes resources keys verbs; do "$program" list "$what" --format markdown >"$out/$what.md"; done
"$program" list --format jsonschema >"$out/pipeline.schema.json"

# An example is checked, unless its first line says another command.
complaint() {  # FILE
  command=$(sed -n '1s/^# headrace //p' "$1")
  # shellcheck disable=SC2086  # words on purpose
  "$program" ${command:-check "$1"} 2>&1 >/dev/null || true
}

example() {  # CODE
  for file in "$1".yaml "$1"_test.yaml; do
    [ -f "$file" ] || continue
    printf '\n```yaml\n%s\n```\n\n```text\n%s\n```\n' "$(cat "$file")" "$(complaint "$file")"
  done
}

{
  printf '# Diagnostics\n\nEvery code that `headrace check` can give, with a file that gets it and what is then said.\n'
  "$program" list diagnostics | while read -r code sentence; do
    printf '\n## %s\n\n%s\n' "$code" "$sentence"
    example "$code"
  done
} >"$out/diagnostics.md"

cat >"$out/index.md" <<'END'
# Reference

| page | what |
|---|---|
| [Nodes](nodes.md) | kind, inputs, fields with types and defaults, value, errors |
| [Resources](resources.md) | the same of what lives as long as a pipeline |
| [Keys](keys.md) | the vocabulary: types, members, who makes and who reads them |
| [Verbs](verbs.md) | the command line |
| [Diagnostics](diagnostics.md) | every code, with an example |
| [pipeline.schema.json](pipeline.schema.json) | the JSON Schema of pipeline files and their tests |
END
