#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh: builds the benchmark with GCC and with Clang in build/bench-*, runs it, and writes
# docs/benchmarks.md and what is beside it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'bench: %s\n' "$*" >&2; }

# bench_with NAME CC CXX JSON: builds the benchmark with that compiler and runs it on the last core.
bench_with() {
  local folder=build/bench-$1 log
  log=$(mktemp)
  say "building ($folder)"
  if ! { cmake -S . -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER="$2" \
    -DCMAKE_CXX_COMPILER="$3" -DSTATUSLINE_BENCH=ON -DSTATUSLINE_TOOL=ON -DSTATUSLINE_TESTS=OFF -DSTATUSLINE_C=OFF \
    -DSTATUSLINE_INSTALL=OFF && cmake --build "$folder" --target statusline_bench statusline_tool; } \
    >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
  say "running it, some minutes"
  taskset -c $(($(nproc) - 1)) "$folder/bench/statusline_bench" --benchmark_min_time=0.002 \
    --benchmark_repetitions=15 --benchmark_enable_random_interleaving=true \
    --benchmark_report_aggregates_only=true --benchmark_format=json >"$folder/benchmarks.json"
  bench/report.py keep "$folder/benchmarks.json" "$4"
}

if (($(nproc) > 1)) && awk '{ exit !($1 > 1) }' /proc/loadavg; then
  say "others are at work here (load $(cut -d' ' -f1 /proc/loadavg)); the report says so"
fi
bench_with gcc gcc g++ docs/benchmarks.json
bench_with clang clang clang++ docs/benchmarks-clang.json
say 'counting instructions, and lines in 1 GiB'
bench/growth.py build/bench-gcc/src/statusline build >docs/benchmarks-growth.json
bench/report.py
