#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Checks that the stranger's project notices a mistake in statusline.c:
#   planted.sh STATUSLINE_C PRINT_CASES FOLDER COMPILER...
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source_c=$1 print_cases=$2 folder=$3
shift 3
compiler=("$@")
mkdir -p "$folder"

fail() {
  printf 'planted.sh: %s\n' "$*" >&2
  exit 1
}

# plant EDIT: edits statusline.c like this. The project must then fail.
plant() {
  sed -e "$1" "$source_c" >"$folder/statusline.c"
  ! cmp -s "$source_c" "$folder/statusline.c" || fail "nothing to edit: $1"
  if "$here/stranger.sh" "$folder/statusline.c" "$print_cases" "$folder/project" "${compiler[@]}" >"$folder/log" 2>&1; then
    fail "not noticed: $1"
  fi
  grep -q '[1-9][0-9]* wrong$' "$folder/log" || fail "$1: $(cat "$folder/log")"
}
for edit in 's/r\.end = cr + 2;/r.end = cr + 1;/' \
  's/(after_space ? 1 : 0)/(after_space ? 2 : 0)/' \
  's/error = SL_TOO_LONG;/error = SL_NEED_MORE;/' \
  's/{0x400106u}/{0x106u}/' \
  's/case (sl_quirks)SL_BARE_LF:/case 0:/' \
  's/p + 9)/p + 10)/'; do
  plant "$edit"
done
