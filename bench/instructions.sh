#!/usr/bin/env bash
# Counts the instructions of each call in instructions.cpp under callgrind, and compares them with
# instructions.txt, within 3 %. A count is exact: it depends on the compiler, which is part of the key, and
# not on the machine. Counts of a compiler without rows in the file are only printed.
#
#   bench/instructions.sh [--update] [COMPILER...]     g++ and clang++ if none is given
#   bench/instructions.sh --growth COMPILER            by length, place of the error and pieces
#   bench/instructions.sh --changed FOLDER COMPILER    with headers of this folder before those of include/
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kept=bench/instructions.txt
work=$(mktemp -d)
changed=()
trap 'rm -rf "$work"' EXIT

# count COMPILER [growth]: prints lines of NAME COUNT.
count() {
  rm -f "$work"/*
  CXX=$1 python3 -B src/c99/generate.py "$work/statusline.c"
  "$1" -x c -std=c99 -O3 -Iinclude/statusline -c "$work/statusline.c" -o "$work/statusline.o"
  "$1" -std=c++20 -O3 -DNDEBUG "${changed[@]}" -Iinclude bench/instructions.cpp "$work/statusline.o" -o "$work/program"
  LD_BIND_NOW=1 valgrind -q --tool=callgrind --callgrind-out-file="$work/out" --collect-atstart=no \
    --toggle-collect='*::counted(*' --dump-after='*counted(*' "$work/program" "${@:2}" >"$work/names"
  # The two patterns differ: with one pattern valgrind 3.19 makes no dumps.
  local number=0 name
  while read -r name; do
    number=$((number + 1))
    printf '%s %s\n' "$name" "$(sed -n 's/^totals: //p' "$work/out.$number")"
  done <"$work/names"
}

# key COMPILER: gcc-12.2.0-x86_64
key() {
  local kind=gcc
  "$1" --version | grep -q clang && kind=clang
  printf '%s-%s-%s\n' "$kind" "$("$1" -dumpfullversion 2>/dev/null || "$1" -dumpversion)" \
    "$("$1" -dumpmachine | cut -d- -f1)"
}

if [[ ${1:-} == --growth ]]; then
  count "$2" growth
  exit
fi
if [[ ${1:-} == --changed ]]; then
  changed=("-I$2")
  shift 2
fi
update=false
if [[ ${1:-} == --update ]]; then
  update=true
  shift
fi
(($#)) || set -- g++ clang++

failed=0
for compiler in "$@"; do
  id=$(key "$compiler")
  counts=$(count "$compiler")
  if $update; then
    { grep -v "^$id " "$kept" || true; printf '%s\n' "$counts" | sed "s/^/$id /"; } >"$work/kept"
    sort -s -k1,1 "$work/kept" >"$kept"
    printf '%s: %d counts\n' "$id" "$(wc -l <<<"$counts")"
    continue
  fi
  if ! grep -q "^$id " "$kept"; then
    printf '%s has no counts of %s, so nothing is held to them; --update adds these:\n%s\n' \
      "$kept" "$id" "$counts"
    continue
  fi
  awk -v id="$id" '
    NR == FNR { if ($1 == id) want[$2] = $3; next }
    { have[$1] = 1; ++calls }
    !($1 in want) || $2 * 100 > want[$1] * 103 || $2 * 103 < want[$1] * 100 {
      printf "%-20s %-32s expected %6s, found %6s\n", id, $1, ($1 in want ? want[$1] : "none"), $2
      bad = 1
    }
    END {
      for (name in want)
        if (!(name in have)) {
          printf "%-20s %-32s expected %6s, found no such call\n", id, name, want[name]
          bad = 1
        }
      if (!bad)
        printf "%s: %d calls, each within 3 %% of its count\n", id, calls
      exit bad
    }' "$kept" - <<<"$counts" || failed=1
done
if ((failed)); then
  echo 'If the change is meant: ./dev instructions --update, with the reason in the commit.'
fi
exit "$failed"
