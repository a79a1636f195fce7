#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs statusline-bench alone, and gives it parsers: it measures one that is right, and names the mistake of each
# other one in place of a time. No test of speed.
source "$(dirname "$0")/common.sh"
need cc gcc jq jq
scratch

cmake -S "$CHECKOUT" -B build -G "$GENERATOR" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="$CXX" \
  -DSTATUSLINE_BENCH=ON -DSTATUSLINE_TESTS=OFF -DSTATUSLINE_TOOL=OFF
cmake --build build --target statusline_bench
cmake --install build --component statusline_bench --prefix "$PWD/usr"
mv usr moved
rm -rf build

# subject BENT: builds the parser of tests/conform/bent.c with this mistake; `straight` has none.
subject() {
  cc -std=c99 -shared -fPIC -O1 -I"$ROOT/usr/include" -DBENT="$1" -o "$1.so" "$CHECKOUT/tests/conform/bent.c"
}
# measure ROWS BENT: prints the rows for which it has a time, and what the context has about the others.
measure() {
  moved/bin/statusline-bench --subject="./$2.so" --benchmark_filter="^($1)/(statusline(_permissive)?|subject)\$" \
    --benchmark_min_time=0.0001 --benchmark_format=json >out.json
  jq -r --arg rows "$1" '(.benchmarks[].name | select(endswith("/subject"))),
    (.context | to_entries[] | select(.key | test("^left out of (" + $rows + ")$")) |
      .key as $row | .value | split("; ")[] | select(startswith("subject ")) | $row + ": " + .)' out.json | sort -u
}
# expect BENT ROW LINE...: exactly these lines.
expect() {
  local answer wanted
  answer=$(measure "$2" "$1")
  wanted=$(printf '%s\n' "${@:3}" | sort)
  [[ $answer == "$wanted" ]] || fail "$1, row $2: expected $wanted; found $answer"
}
for bent in straight short_reason far_end minor_version waits_forever; do
  subject "$bent"
done
expect straight 'ok|long|bad-00' {ok,long,bad-00}/subject
expect straight quirky-bare_lf 'left out of quirky-bare_lf: subject refuses it'
expect short_reason ok 'left out of ok: subject reads another reason'
expect far_end ok 'left out of ok: subject ends elsewhere'
expect minor_version mix 'left out of mix: subject reads another version'
expect waits_forever bad-05 'left out of bad-05: subject accepts it, or needs more'

# A wrong file is an error, not a column that is missing.
printf 'no library' >none.so
if moved/bin/statusline-bench --subject=./none.so --benchmark_filter='^ok/subject$' >out 2>error; then fail "$(cat out)"; fi
grep -q none.so error || fail "$(cat error)"
