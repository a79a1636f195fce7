#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# build.sh DIR: builds DIR/statusline.duckdb_extension, with CXX and CXXFLAGS if they are set. DuckDB's header comes from npm's `duckdb`, once; the API in it
# is stable, so that one file loads into every DuckDB from 1.2 on.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1:?usage: build.sh DIR}
api=v1.2.0
mkdir -p "$dir/include"

headers=package/src/duckdb/src/include
(cd "$dir/include" && sha256sum --check --status <<'END'
cbe6a827284375c5a646b8f27dbd3a00808ce8738b5bbb49c190cb1e08540281  duckdb.h
514a5b639cd800e90f1556e8e039cff7f0b4a256e461754dd55caf79dc16db00  duckdb_extension.h
END
) 2>/dev/null || {
  npm pack duckdb@1.4.4 --loglevel=error --pack-destination "$dir" >/dev/null
  tar -xzf "$dir/duckdb-1.4.4.tgz" -C "$dir/include" --strip-components=5 "$headers"/duckdb{,_extension}.h
  rm "$dir/duckdb-1.4.4.tgz"
}

case $(uname -sm) in
  'Linux x86_64') platform=linux_amd64 ;;
  'Linux aarch64') platform=linux_arm64 ;;
  'Darwin x86_64') platform=osx_amd64 ;;
  'Darwin arm64') platform=osx_arm64 ;;
  *) echo "build.sh: DuckDB has no name for $(uname -sm)" >&2; exit 1 ;;
esac
version=$(sed -n 's/.*version = "\(.*\)".*/\1/p' "$here/../../include/statusline/version.hpp")

read -ra flags <<<"${CXXFLAGS:-}"
"${CXX:-g++}" -std=c++20 -O3 -fPIC -shared -fvisibility=hidden "${flags[@]}" \
  -I"$here/../../include" -isystem "$dir/include" "$here/statusline_extension.cpp" -o "$dir/statusline.new"

# DuckDB reads the last 512 bytes: eight fields of 32 bytes, in reverse, and 256 bytes for a signature. The 22 bytes
# before make them a custom section of WebAssembly.
field() {
  printf '%s' "$1"
  head -c $((32 - ${#1})) /dev/zero
}
{
  printf '\0\x93\x04\x10duckdb_signature\x80\x04'
  for text in '' '' '' C_STRUCT "v$version" "$api" "$platform" 4; do
    field "$text"
  done
  head -c 256 /dev/zero
} >>"$dir/statusline.new"
mv "$dir/statusline.new" "$dir/statusline.duckdb_extension"
