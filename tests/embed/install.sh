#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds the library alone, as a packager would, and installs it. Then moves the tree, since no file in it may
# depend on its place.
source "$(dirname "$0")/common.sh"

cmake -S "$CHECKOUT" -B "$TREE" -G "$GENERATOR" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr \
  -DCMAKE_CXX_COMPILER="$CXX" -DSTATUSLINE_TESTS=OFF -DSTATUSLINE_TOOL=OFF
cmake --build "$TREE"
rm -rf "$ROOT" "$ROOT.first"
cmake --install "$TREE" --prefix "$ROOT.first/usr"
mv "$ROOT.first" "$ROOT"
if grep -rIF -e "$CHECKOUT" -e "$TREE" -e "$ROOT" "$ROOT"; then
  fail "these files know a path of this machine"
fi
for file in cases.json cases.schema.json manifest.tsv inputs/table-start-end.http runners/c/run.c; do
  [[ -e $ROOT/usr/share/statusline/conformance/$file ]] || fail "conformance/$file is not installed"
done
