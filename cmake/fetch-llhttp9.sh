#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fetch-llhttp9.sh DIR: gets llhttp 9 as WebAssembly from npm's undici, as DIR/llhttp9.wasm. The only step
# that needs the network; cmake/llhttp9-wasm.cmake reads that file.
set -euo pipefail

package=undici@7.30.0
sum=57184a16144b5bc880e29105fa35d75c93dd318563e1b743e110de845e2ab661
to=${1:?usage: fetch-llhttp9.sh DIR}/llhttp9.wasm

check() { echo "$sum  $1" | sha256sum --check --status; }

[[ -f $to ]] && check "$to" && exit 0
mkdir -p "$(dirname "$to")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

npm pack "$package" --loglevel=error --pack-destination "$work" >/dev/null
tar -xzf "$work"/undici-*.tgz -C "$work" package/lib/llhttp/llhttp-wasm.js
sed -n "s/^const wasmBase64 = '\([A-Za-z0-9+/=]*\)'.*/\1/p" "$work/package/lib/llhttp/llhttp-wasm.js" |
  base64 --decode >"$work/llhttp9.wasm"
check "$work/llhttp9.wasm" || { echo "fetch-llhttp9: not the expected bytes in $package" >&2; exit 1; }
mv "$work/llhttp9.wasm" "$to"
