#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds the site: build.sh [OUT], by default build/docs. `./dev docs` runs it, and installs what it
# needs: doxygen, and a compiler for WebAssembly for the playground. Without that compiler, the page has
# a note. A name without documentation fails the build, but the whole site is written.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${1:-build/docs}
mkdir -p "$out"
failed=0
{ cat docs/Doxyfile && echo "OUTPUT_DIRECTORY = $out"; } | doxygen - || failed=1
# Files that pages link to, besides pages and pictures.
find docs -maxdepth 1 \( -name '*.json' -o -name '*.csv' -o -name '*.txt' \) -exec cp {} "$out" \;
cp -r docs/survey "$out"
# Files of Doxygen's own style.
(cd "$out" && rm -f ./*.png ./*.js ./*.luz tabs.css doxygen.svg)
module=build/wasm/statusline.wasm
if [[ -d src/wasm && -d /usr/include/wasm32-wasi/c++ ]] && command -v clang++-19 wasm-ld-19 >/dev/null; then
  [[ -e $module && -z $(find include src -newer "$module") ]] || src/wasm/build.sh "$module"
else
  module=none
  echo 'left out: the playground (no clang-19, lld-19 and libc++-19-dev-wasm32)' >&2
fi
python3 docs/site.py "$out"
cp docs/search.js "$out"
python3 docs/playground.py "$out" "$module" build/peers/llhttp9.wasm
exit $failed
