#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# merge.sh LIST OUT: adds the objects of all files in the order of LIST, as the last job of submit.sh.
set -euo pipefail
list=$1 out=$2
objects() { find "$out" -maxdepth 1 -name '[0-9]*.json' -print0; }
there=$(objects | tr -cd '\0' | wc -c)
expected=$(wc -l <"$list")
((there == expected)) || { echo "merge.sh: $there objects, expected $expected" >&2; exit 1; }
objects | sort -z | xargs -0 cat | statusline merge --json >"$out/total.new"
mv "$out/total.new" "$out/total.json"
