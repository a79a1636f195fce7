#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs the example for Rust on the installed archive, and reads the seeds in the form of cargo-fuzz.
source "$(dirname "$0")/common.sh"
need rustc rustc readelf binutils python3 python3
scratch

rustc --edition 2021 -D warnings -L "$(libdir "$ROOT")" "$CHECKOUT/examples/rust/statusline.rs" -o example
if readelf --dynamic example | grep -qF libstatusline; then
  fail "the example needs the shared library"
fi
prints "1.1 404 \"Not Found\"" 'HTTP/1.1 404 Not Found\r\n' ./example
prints '1.1 200 ""' 'HTTP/1.1 200\n' ./example
prints 'byte 10: Expected a digit of the status code, which has exactly three.' 'HTTP/1.1 2x0 OK\r\n' ./example
prints 'byte 0: The input ends before the line does; expected more bytes.' '' ./example

"$CHECKOUT/fuzz/export_seeds.py" cargo parse .
diff -r "$CHECKOUT/corpus/seeds/oracle_fuzzer" fuzz/corpus/parse || fail "the seeds are other bytes"
