#!/bin/sh
# Called by ./dev docs from the root of the project, after the build. Writes the reference to build/docs/reference.md, then
# checks what no compiler checks: every pipeline shown in the documentation, and every link to a file.
set -eu
out=build/docs
pages=$(ls README.md docs/*.md 2>/dev/null)
rm -rf "$out"
mkdir -p "$out/blocks"

build/headrace list --format markdown >"$out/reference.md"

# Blocks name their files relative to pipelines/, then to the root: a folder that looks like both.
for file in "$PWD"/* "$PWD"/pipelines/*; do ln -sfn "$file" "$out/blocks/${file##*/}"; done

bad=0
for page in $pages; do
  name=$(echo "$page" | tr '/.' '__')
  awk -v prefix="$out/blocks/$name" '
    /^```yaml[ \t]*$/ { inside = 1; text = ""; line = NR; next }
    /^```/ && inside { inside = 0; if (text ~ /(^|\n)graph:/) printf "%s", text > (prefix "_" line ".yaml"); next }
    inside { text = text $0 "\n" }' "$page"
done
for block in "$out"/blocks/*_md_*.yaml; do
  [ -e "$block" ] || continue
  build/headrace check "$block" || { echo "docs: $block is wrong" >&2; bad=1; }
done

for page in $pages; do
  for link in $(grep -o '](\([^)#:]*\)' "$page" | cut -c 3-); do
    [ -e "${page%/*}/$link" ] || [ -e "$link" ] || { echo "docs: $page links to $link, which is not there" >&2; bad=1; }
  done
done

[ "$bad" = 0 ] || exit 1
echo "docs: $out/reference.md is written; every block and link holds" >&2
