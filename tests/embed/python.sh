#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs the example for Python on the installed library.
source "$(dirname "$0")/common.sh"
need python3 python3
scratch

example=$CHECKOUT/examples/python/status_line.py
export STATUSLINE_LIBRARY PYTHONDONTWRITEBYTECODE=1
STATUSLINE_LIBRARY=$(libdir "$ROOT")/libstatusline.so.1
python3 -m doctest "$example"

# says INPUT EXPECTED
says() {
  local input=$1 expected=$2 answer
  answer=$(printf '%b' "$input" | python3 "$example" 2>&1) || true
  [[ $answer == "$expected" ]] || fail "$input gave $answer"
}
says 'HTTP/1.1 404 Not Found\r\n' "1.1 404 b'Not Found'"
says 'HTTP/1.1 200 OK\n' 'byte 15: Expected the line to end with CRLF: one CR, then LF. (bare_lf)'
