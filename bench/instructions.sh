#!/usr/bin/env bash
# Counts the instructions of the calls in instructions.cpp under callgrind, and holds them to
# instructions.txt, within 3 %. A count is exact: it depends on the compiler, which is part of the
# key, and on nothing of the machine. A compiler that the file does not have fails nothing.
#
#   bench/instructions.sh [--update] [COMPILER...]     g++ and clang++ if none is given
#   bench/instructions.sh --growth COMPILER            by length, place of the error and pieces
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kept=bench/instructions.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# count COMPILER [growth]: lines of NAME COUNT.
count() {
  rm -f "$work"/*
  "$1" -std=c++20 -O3 -DNDEBUG -Iinclude bench/instructions.cpp -o "$work/program"
  valgrind -q --tool=callgrind --callgrind-out-file="$work/out" --collect-atstart=no \
    --toggle-collect='statusline::detail::parse_line(*' \
    --toggle-collect='statusline::detail::machine::run(*' \
    --dump-after='*counted(*' "$work/program" "${@:2}" >"$work/names"
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
    continue
  fi
  if ! grep -q "^$id " "$kept"; then
    printf '%s has no counts of %s, so nothing is held to them; --update adds these:\n%s\n' \
      "$kept" "$id" "$counts"
    continue
  fi
  while read -r name have; do
    want=$(awk -v id="$id" -v name="$name" '$1 == id && $2 == name { print $3 }' "$kept")
    verdict=ok
    if [[ -z $want ]] || ((have * 100 > want * 103 || have * 103 < want * 100)); then
      verdict='out of 3 %'
      failed=1
    fi
    printf '%-22s %-26s want %6s, have %6s: %s\n' "$id" "$name" "${want:-none}" "$have" "$verdict"
  done <<<"$counts"
done
if ((failed)); then
  echo 'If the change is meant: ./dev instructions --update, and say in the commit what it buys.'
fi
exit "$failed"
