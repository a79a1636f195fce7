#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# STATUSLINE_PICOHTTPPARSER: runs peers_test with picohttpparser from a source tree, with SSE4.2 and without.
# Debian's libh2o is built without it. ctest sets CHECKOUT, SCRATCH, GENERATOR, CXX, and PICOHTTPPARSER, the
# source tree.
set -euo pipefail
mkdir -p "$SCRATCH"

fail() {
  printf 'picohttpparser: %s\n' "$*" >&2
  exit 1
}

for kind in with without; do
  flags=''
  [[ $kind == without ]] || flags=-msse4.2
  build=$SCRATCH/$kind
  cmake -S "$CHECKOUT" -B "$build" -G "$GENERATOR" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_C_FLAGS="$flags" \
    -DSTATUSLINE_PEERS=picohttpparser -DSTATUSLINE_PICOHTTPPARSER="$PICOHTTPPARSER" -DSTATUSLINE_TOOL=OFF -DSTATUSLINE_C=OFF \
    -DSTATUSLINE_INSTALL=OFF >"$SCRATCH/log"
  grep -q "peer picohttpparser $kind SSE4.2, from a source tree" "$SCRATCH/log" || fail "$(cat "$SCRATCH/log")"
  cmake --build "$build" --target peers_test >"$SCRATCH/log" || fail "$(cat "$SCRATCH/log")"
  # The name alone proves nothing: the program must contain pcmpestri.
  found=without
  objdump -d "$build/libstatusline_picohttpparser.a" >"$SCRATCH/log"
  ! grep -q pcmpestri "$SCRATCH/log" || found=with
  [[ $found == "$kind" ]] || fail "built $found SSE4.2, expected $kind"
  "$build/tests/peers_test" --gtest_brief=1
done
