#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Makes the npm package in build/npm/package, and its tarball in build/npm; `./dev npm` runs it, and then
# tests the tarball.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=$(sed -n 's/.*version = "\(.*\)".*/\1/p' include/statusline/version.hpp)
out=build/npm
rm -rf "$out"
mkdir -p "$out/package"
src/wasm/build.sh "$out/statusline.wasm"
cp packaging/npm/{index.js,index.d.ts,README.md} src/wasm/load.js LICENSE "$out/package"
sed "s/\"version\": \".*\"/\"version\": \"$version\"/" packaging/npm/package.json >"$out/package/package.json"
printf "export default '%s';\n" "$(base64 -w 0 "$out/statusline.wasm")" >"$out/package/module.js"
npm pack "./$out/package" --pack-destination "$out" --loglevel=error >/dev/null
ls -l "$out"/*.wasm "$out"/*.tgz
