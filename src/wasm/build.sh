#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds the library and the tool's reports as a WebAssembly module without imports: build.sh [FILE], by
# default build/wasm/statusline.wasm. `./dev npm` and `./dev docs` run it, and install its needs: Debian's
# clang-19, lld-19, libc++ and libc for wasm32, and nlohmann-json. If binaryen's wasm-opt is installed, the
# driver runs it, which makes the module a sixth smaller.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=${1:-build/wasm/statusline.wasm}
mkdir -p "$(dirname "$out")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# /usr/include is for nlohmann-json; every other header is found before it.
clang++-19 --target=wasm32-wasi -std=c++20 -Oz -flto -fno-exceptions -fno-rtti -fvisibility=hidden \
  -DNDEBUG -DJSON_NOEXCEPTION -mbulk-memory -mexec-model=reactor -Wall -Wextra -Wshadow -Werror \
  -Iinclude -Isrc -idirafter /usr/include -Wl,--strip-all -o "$work/module.wasm" \
  src/wasm/module.cpp src/cli/{framing,lookalike,report_json,report_text,tables,text}.cpp
chmod -x "$work/module.wasm"
mv "$work/module.wasm" "$out"
