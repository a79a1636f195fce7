#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds the example of a fuzz target from the installed files, by Clang, with the library's mutator,
# dictionary and seeds. It runs for a few seconds, and must find a planted mistake.
source "$(dirname "$0")/common.sh"
need clang++ clang
scratch

# fuzz DIR SOURCES: builds the fuzzer and runs it. Its output is in DIR/log.
fuzz() {
  CXX=clang++ CXXFLAGS="-g -O1 -fsanitize=fuzzer-no-link,address,undefined" \
    cmake -S "$2" -B "$1" -G "$GENERATOR" -DCMAKE_PREFIX_PATH="$ROOT/usr" -DSTATUSLINE_FUZZ=ON
  cmake --build "$1" --target statusline_fuzzers
  mkdir -p "$1/found"
  (cd "$1" && ./retry_fuzzer -runs=50000 -seed=1 -dict=retry_fuzzer.dict found \
    "$ROOT/usr/share/statusline/fuzz/seeds") >"$1/log" 2>&1
}

fuzz right "$CHECKOUT/examples/fuzz_your_own" || { tail -n 30 right/log; fail "the fuzzer failed"; }
grep -E '^(INFO: +[0-9]+ files|Dictionary:|Done)' right/log
grep -q 'Custom' right/log || fail "the mutator is not in it"

cp -r "$CHECKOUT/examples/fuzz_your_own" sources
sed -i 's/r.line.code)/r.line.reason.starts_with("Not") ? 503 : r.line.code)/' sources/retry.hpp
if fuzz wrong sources; then fail "it does not find a mistake"; fi
grep -q 'deadly signal' wrong/log || { tail -n 30 wrong/log; fail "it failed in another way"; }
