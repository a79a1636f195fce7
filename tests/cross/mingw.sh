#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# mingw.sh DIR: tests the Windows build in DIR. Under Wine the tool must answer as on this machine, and a
# project of C and C++ must use the installed DLL and archive.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dir=$1
windows=$dir/tests/emulated/tool native=build/tool/src/statusline
export LC_ALL=C.UTF-8 # Wine passes the names of files on

fail() {
  printf 'mingw: %s\n' "$*" >&2
  exit 1
}

# quietly LOG COMMAND...: shows the output only if the command fails.
quietly() { "${@:2}" >"$1" 2>&1 || { cat "$1"; fail "${*:2}"; }; }

quietly "$dir/native.log" cmake --preset tool
quietly "$dir/native.log" cmake --build build/tool --target statusline_tool

# same ARGS...: both tools must print the same bytes and exit alike; standard error has the system's line
# ends.
same() {
  local status=0 expected=0
  "$windows" "$@" <"$dir/input" >"$dir/out" 2>"$dir/err" || status=$?
  "$native" "$@" <"$dir/input" >"$dir/expected_out" 2>"$dir/expected_err" || expected=$?
  cmp "$dir/expected_out" "$dir/out" || fail "prints something else: $*"
  diff --strip-trailing-cr "$dir/expected_err" "$dir/err" || fail "complains of something else: $*"
  ((status == expected)) || fail "exits with $status, not $expected: $*"
}
# Text mode would end at a Ctrl-Z, and would drop CRs.
head -c 1000000 /dev/urandom >"$dir/input"
for _ in {1..2000}; do printf 'HTTP/1.1 200 O\x1aK\r\n\nHTTP/1.1 404\r\n'; done >>"$dir/input"
name="$dir/ä 日本.http"
cp corpus/captured/nginx-via-empty.http "$name"
same parse --lines --json
same parse --lines --quiet
same parse --lines --policy permissive --json - "$name"
same parse --follow --json corpus/captured/*.http
same parse corpus/captured/*.http
same parse "$name" "$dir/no ä.http" /no/such/file
same parse --registry corpus/registry/documented.tsv --json "$PWD/$name"
same parse --no-such-option
same registry documented
same explain zufällig

# The tool must end quietly if its reader closes the pipe. The output is 1000 times what a pipe holds.
status=0
"$windows" parse --lines --json <"$dir/input" 2>"$dir/err" | head -n 1 >"$dir/out" || status=$?
[[ -s $dir/out && ! -s $dir/err ]] || fail "does not end quietly ($status): $(<"$dir/err")"

rm -rf "$dir/root" "$dir/consumer"
quietly "$dir/install.log" cmake --install "$dir" --prefix "$dir/root"
[[ -e $dir/root/bin/libstatusline.dll ]] || fail "the DLL is not installed"
quietly "$dir/consumer.log" cmake -S tests/embed/consumer -B "$dir/consumer" -G Ninja \
  --toolchain "$PWD/cmake/mingw.cmake" -DCMAKE_FIND_ROOT_PATH="$PWD/$dir/root"
quietly "$dir/consumer.log" cmake --build "$dir/consumer"
WINEPATH=Z:$PWD/$dir/root/bin quietly "$dir/consumer.log" ctest --test-dir "$dir/consumer" --output-on-failure
