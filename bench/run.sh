#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh [--row ROW]... [--column NAME]... [--lines FILE] [--subject FILE.so] [--out DIR] [--against REV]
#
# Without options, or with --out alone: builds the benchmark with GCC and with Clang, runs all of it, and
# writes bench/record/ and docs/benchmarks.{md,svg}; with --out both to DIR.
#
# With others: builds with $CXX, else g++, runs these rows and columns, prints the cells, and writes them to
# DIR, else build/bench-out. --lines runs the lines of FILE as the row `lines`, and no other row.
# --subject adds the column `subject`: a parser of yours (statusline/subject.h). Of the rows about which it differs,
# the output has the reason instead of a time.
# --against builds the headers of REV too, runs both in turn, and compares the two by compare.py of
# Google Benchmark; columns of the library if --column names none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'bench: %s\n' "$*" >&2; }

rows=() columns=() lines='' subject='' out='' against=''
while (($#)); do
  if (($# < 2)); then
    say "$1 needs a value"
    exit 2
  fi
  case $1 in
    --row) rows+=("$2") ;;
    --column) columns+=("$2") ;;
    --lines) lines=$(realpath -e -- "$2") || exit 2 ;;
    --subject) subject=$(realpath -e -- "$2") || exit 2 ;;
    --out) out=$2 ;;
    --against) against=$(git rev-parse --verify --quiet "$2^{commit}") || { say "no revision $2"; exit 2; } ;;
    *) say "no option $1"; exit 2 ;;
  esac
  shift 2
done

# build SOURCE FOLDER CC CXX: builds the benchmark, and the tool.
build() {
  local log
  log=$(mktemp)
  say "building ($2)"
  if ! { cmake -S "$1" -B "$2" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER="$3" -DCMAKE_CXX_COMPILER="$4" \
    -DSTATUSLINE_BENCH=ON -DSTATUSLINE_TOOL=ON -DSTATUSLINE_TESTS=OFF -DSTATUSLINE_INSTALL=OFF &&
    cmake --build "$2" --target statusline_bench statusline_tool; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
}

# run FOLDER JSON OPTION...: runs it on the last core.
run() {
  taskset -c $(($(nproc) - 1)) "$1/bench/statusline_bench" --benchmark_enable_random_interleaving=true \
    --benchmark_format=json "${@:3}" >"$2"
}
full=(--benchmark_min_time=0.002 --benchmark_repetitions=15 --benchmark_report_aggregates_only=true)

# either NAME...: prints a regular expression for one of these names, or for any if there is none.
either() {
  local IFS='|' names=("${@//+/\\+}")
  printf '(%s)' "${names[*]:-[^/]*}"
}

if (($(nproc) > 1)) && awk '{ exit !($1 > 1) }' /proc/loadavg; then
  say "others use this machine (load $(cut -d' ' -f1 /proc/loadavg)); the results include the load"
fi

if ((!${#rows[@]} && !${#columns[@]})) && [[ ! $lines && ! $subject && ! $against ]]; then
  record=${out:-bench/record}
  mkdir -p "$record"
  for name in gcc clang; do
    build . "build/bench-$name" "$name" "$(if [[ $name == gcc ]]; then echo g++; else echo clang++; fi)"
    say 'running it, some minutes'
    run "build/bench-$name" "build/bench-$name/benchmarks.json" "${full[@]}"
    bench/report.py keep "build/bench-$name/benchmarks.json" "$record/$name.csv"
  done
  say 'counting instructions, and lines in 1 GiB'
  bench/growth.py build/bench-gcc/src/statusline build >"$record/growth.json"
  bench/report.py page "$record" "${out:-docs}"
  exit
fi

if [[ $lines ]] && ((${#rows[@]})); then
  say '--lines is a row, and excludes --row'
  exit 2
fi
[[ ! $against ]] || ((${#columns[@]})) || columns=(statusline statusline_{c,assess,stream,stream2,bytes})
chosen=(--benchmark_filter="^$(either "${rows[@]}")/$(either "${columns[@]}")\$" ${lines:+"--lines=$lines"}
  ${subject:+"--subject=$subject"})
out=${out:-build/bench-out} cc=${CC:-gcc} cxx=${CXX:-g++}
folder=build/bench-$(basename "$cc")
mkdir -p "$out"
build . "$folder" "$cc" "$cxx"
if [[ ! $against ]]; then
  run "$folder" "$out/benchmarks.json" "${full[@]}" "${chosen[@]}"
  bench/report.py keep "$out/benchmarks.json" "$out/benchmarks.csv"
  bench/report.py table "$out/benchmarks.csv"
  exit
fi

# Both use today's benchmark: only the measured headers differ.
older=build/bench-against-$(basename "$cc")
rm -rf "$older/source"
mkdir -p "$older/source"
git archive "$against" | tar -x -C "$older/source"
rm -rf "$older/source/bench"
cp -R bench "$older/source"
build "$older/source" "$older/build" "$cc" "$cxx"
rm -f "$out"/{old,new}-?.json
for round in 1 2 3 4 5; do
  say "round $round of 5"
  run "$older/build" "$out/old-$round.json" --benchmark_min_time=0.02 --benchmark_repetitions=3 "${chosen[@]}"
  run "$folder" "$out/new-$round.json" --benchmark_min_time=0.02 --benchmark_repetitions=3 "${chosen[@]}"
done
for which in old new; do
  bench/report.py join "$out/$which.json" "$out/$which"-?.json
done
colour=()
[[ -t 1 ]] || colour=(--no-color)
PYTHONPATH=build/scipy/usr/lib/python3/dist-packages /usr/bin/python3 /usr/share/benchmark/compare.py \
  --display_aggregates_only "${colour[@]}" benchmarks "$out/old.json" "$out/new.json"
