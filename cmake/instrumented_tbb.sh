#!/bin/sh
# Builds Debian's own oneTBB with the thread sanitizer's instrumentation into FOLDER: the packaged one has none, and every
# hand-over through it would look like a race. Takes the source package that belongs to the installed library.
set -eu
folder=$1
[ ! -e "$folder/libtbb.so.12" ] || exit 0
mkdir -p "$folder/lists" "$folder/source"
folder=$(CDPATH='' cd -- "$folder" && pwd)

# The machine's own package sources, asked for source packages; its lists stay as they are.
for list in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
  [ -s "$list" ] || continue
  sed 's/^Types:.*/Types: deb-src/; s/^deb /deb-src /' "$list" >"$folder/from.${list##*.}"
done
apt() { apt-get -q -o Dir::Etc::SourceParts=/dev/null -o "Dir::Etc::SourceList=$from" -o "Dir::State::Lists=$folder/lists" "$@" >&2; }
for from in "$folder"/from.*; do
  (cd "$folder" && apt update && apt source --download-only onetbb) && break
done
tar xf "$folder"/onetbb_*.orig.tar.* -C "$folder/source" --strip-components=1
cmake -S "$folder/source" -B "$folder/build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTBB_SANITIZE=thread -DTBB_TEST=OFF -DTBB_STRICT=OFF -DTBBMALLOC_BUILD=OFF >&2
cmake --build "$folder/build" --parallel >&2
cp -a "$folder"/build/*/libtbb.so* "$folder"
