#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# coverage.sh [--mcdc]: how much of include/ the tests and the corpus reach, by clang 14. Builds the library's
# tests in build/coverage, runs them, prints the table, and fails if a line or a branch is not covered and
# tests/meta/coverage/justified.txt does not list it. --mcdc uses clang 19 and build/mcdc, prints only its
# table, and also counts the conditions that are shown to decide on their own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=14 dir=build/coverage
# NDEBUG: the failure of an assert() would count as a branch that no test reaches.
flags='-fprofile-instr-generate -fcoverage-mapping -O1 -DNDEBUG -DSTATUSLINE_QUICK_TESTS'
show=(--show-branch-summary --show-region-summary=false)
if [[ ${1:-} == --mcdc ]]; then
  version=19 dir=build/mcdc
  flags+=' -fcoverage-mcdc -Wno-unknown-warning-option'
  show+=(--show-mcdc-summary)
fi
tests=(parse stream write explain format quirk cases corpus exhaustive grammar proof_strict registry words)

log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() { "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }; }

quietly cmake -S . -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DSTATUSLINE_PEERS= \
  -DCMAKE_C_COMPILER="clang-$version" -DCMAKE_CXX_COMPILER="clang++-$version" -DCMAKE_CXX_FLAGS="$flags"
quietly cmake --build "$dir" --target "${tests[@]/%/_test}"

# Each program by itself: two of them may have different functions of one name.
reports=()
for each in "${tests[@]}"; do
  program=$dir/tests/${each}_test
  LLVM_PROFILE_FILE="$dir/$each.profraw" quietly "$program"
  "llvm-profdata-$version" merge -sparse "$dir/$each.profraw" -o "$dir/$each.profdata"
  "llvm-cov-$version" export -instr-profile "$dir/$each.profdata" "$program" "$PWD/include" >"$dir/$each.json"
  reports+=("$dir/$each.json")
done

# The table covers the programs that scan with vectors; the last program compiles another branch of block.hpp.
programs=()
for each in "${tests[@]:0:12}"; do
  programs+=(${programs[0]:+-object} "$dir/tests/${each}_test")
done
"llvm-profdata-$version" merge -sparse "${reports[@]/%.json/.profraw}" -o "$dir/all.profdata"
"llvm-cov-$version" report "${show[@]}" -instr-profile "$dir/all.profdata" "${programs[@]}" "$PWD/include" 2>/dev/null
if [[ $version == 14 ]]; then
  python3 tests/meta/coverage/missing.py "${reports[@]}"
else
  llvm-cov-19 export -summary-only -instr-profile "$dir/all.profdata" "${programs[@]}" "$PWD/include" 2>/dev/null |
    python3 -c '
import json, sys
shown = json.load(sys.stdin)["data"][0]["totals"]["mcdc"]
print("{covered} of {count} conditions are shown to decide on their own".format(**shown))
sys.exit(shown["count"] == 0 or shown["covered"] != shown["count"])'
fi
