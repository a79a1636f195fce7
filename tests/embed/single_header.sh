#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The library as one file: complete, equal each time, usable alone and in two translation units of one
# program, one of them without exceptions and RTTI, under both compilers.
source "$(dirname "$0")/common.sh"
need python3 python3 g++ g++ clang++ clang
scratch

python3 "$CHECKOUT/src/amalgamate.py" statusline.hpp
python3 "$CHECKOUT/src/amalgamate.py" again.hpp
cmp statusline.hpp again.hpp
grep '^ *# *include <statusline/' statusline.hpp && fail "it needs another header"
grep -q 'Permission is hereby granted' statusline.hpp || fail "it has lost its licence"

cat >main.cpp <<'CODE'
#include "statusline.hpp"
const void* other_table();
unsigned other_code();
int main() {
  statusline::stream_parser stream;
  stream.feed("HTTP/1.1 404 Not Found\r\n");
  return stream.line().code == other_code() && &statusline::iana == other_table() ? 0 : 1;
}
CODE
cat >other.cpp <<'CODE'
#include "statusline.hpp"
const void* other_table() { return &statusline::iana; }
unsigned other_code() {
  const auto r = statusline::parse("HTTP/1.1 404 Not Found\r\n");
  return statusline::assess(r.line, statusline::iana).entry->code;
}
CODE
for compiler in g++ clang++; do
  strict=("$compiler" -std=c++20 -Wall -Wextra -Wpedantic -Werror)
  "${strict[@]}" -c main.cpp
  "${strict[@]}" -O2 -fno-exceptions -fno-rtti -c other.cpp
  "$compiler" main.o other.o -o main
  ./main
done
