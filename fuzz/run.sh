#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh [TARGET] [SECONDS]: builds the fuzzers in build/fuzz and runs TARGET (parse, or parse_fuzzer; else
# each in turn) for SECONDS (else 60). Stores new inputs in build/fuzz/corpus, crashes in build/fuzz/crashes.
# Exit 1 after a crash. Uses CXX as the compiler if it is a Clang.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

wanted=
[[ ${1-} =~ ^[a-z_]+$ ]] && { wanted=${1%_fuzzer}; shift; }
seconds=${1:-60}
[[ $# -le 1 && $seconds =~ ^[1-9][0-9]*$ ]] || { sed -n '3,5s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }

build=build/fuzz
[[ ${CXX-} == *clang++* ]] || CXX=clang++-14
mkdir -p $build
log=$build/build.log
if ! { env -u CC -u CXX cmake -S . -B $build -G Ninja -DCMAKE_CXX_COMPILER="$CXX" \
         -DCMAKE_C_COMPILER="${CXX/clang++/clang}" -DSTATUSLINE_{COMPLETE,FUZZ}=ON -DSTATUSLINE_TESTS=OFF \
         -DSTATUSLINE_TOOL=OFF -DBUILD_SHARED_LIBS=OFF -DSTATUSLINE_INSTALL=OFF &&
       cmake --build $build --target statusline_fuzzers; } >$log 2>&1; then
  cat $log >&2
  exit 1
fi

fuzzers=("$build"/fuzz/*_fuzzer)
[[ -z $wanted ]] || fuzzers=("$build/fuzz/${wanted}_fuzzer")

number() { sed -n "s/.*$1:* *\([0-9]\+\).*/\1/p" "$log" | tail -n 1; }

crashes=0
printf '%-16s %12s %8s %8s %8s %8s %8s\n' target executions /second features coverage inputs crashes
for fuzzer in "${fuzzers[@]}"; do
  name=$(basename "$fuzzer")
  [[ -x $fuzzer ]] || { echo "no such target: $wanted" >&2; exit 2; }
  log=$build/$name.log
  inputs=("$build/corpus/$name" corpus/seeds/"$name")
  [[ -d corpus/crashes/$name ]] && inputs+=(corpus/crashes/"$name")
  mkdir -p "${inputs[0]}" $build/crashes
  touch "$build/$name.started"
  status=0
  "$fuzzer" -max_total_time="$seconds" -max_len=2048 -dict="$fuzzer.dict" -print_final_stats=1 \
    -artifact_prefix=$build/crashes/"$name"- "${inputs[@]}" >"$log" 2>&1 || status=$?
  found=$(find $build/crashes -name "$name-*" -newer "$build/$name.started" | wc -l)
  printf '%-16s %12s %8s %8s %8s %8s %8s\n' "$name" "$(number executed_units)" \
    "$(number average_exec_per_sec)" "$(number 'ft')" "$(number 'cov')" \
    "$(find "${inputs[0]}" -type f | wc -l)" "$found"
  if ((status != 0)); then
    crashes=$((crashes + 1))
    tail -n 40 "$log" >&2
    echo "$name: crashed; the log is $log, the input is in $build/crashes" >&2
    echo "once it is mended: cp the input to corpus/crashes/$name/NAME, and it is replayed by every test run" >&2
  fi
done
((crashes == 0))
