#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# duckdb.sh TOOL [ROWS]: builds examples/duckdb, loads it into npm's DuckDB, and compares it with the tool. Then times
# it next to regexp_extract on ROWS rows, 20 million by default. Exits with 77 if npm cannot install DuckDB.
set -euo pipefail
tool=$(realpath "${1:?usage: duckdb.sh TOOL [ROWS]}")
rows=${2:-20000000}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
package=@duckdb/node-api@1.5.6-r.1
mkdir -p build/duckdb
dir=$PWD/build/duckdb

npm list --prefix "$dir" "$package" >/dev/null 2>&1 ||
  npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund --loglevel=error "$package" >/dev/null ||
  { echo "duckdb.sh: left out: npm cannot install $package" >&2; exit 77; }
# DuckDB's header initializes a struct with {0}, which Clang reports.
CXXFLAGS="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wno-missing-field-initializers -Werror" \
  examples/duckdb/build.sh "$dir"
exec node tests/examples/duckdb_test.mjs "$dir" "$tool" "$rows"
