#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs the example for Go on the installed archive, and its fuzz target on the seeds in Go's form.
source "$(dirname "$0")/common.sh"
need go golang-go gofmt golang-go readelf binutils python3 python3
scratch

cp "$CHECKOUT"/examples/go/* .
lib=$(libdir "$ROOT")
export CGO_CFLAGS=-I$ROOT/usr/include CGO_LDFLAGS=-L$lib
export GOCACHE=$PWD/cache GOPATH=$PWD/path GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local
[[ -z $(gofmt -l .) ]] || fail "gofmt: $(gofmt -d .)"
go vet .
go build -o example .
if readelf --dynamic example | grep -qF libstatusline; then
  fail "the example needs the shared library"
fi
prints "1.1 404 \"Not Found\"" 'HTTP/1.1 404 Not Found\r\n' ./example
prints '1.1 200 ""' 'HTTP/1.1 200\n' ./example
prints 'byte 10: Expected a digit of the status code, which has exactly three.' 'HTTP/1.1 2x0 OK\r\n' ./example
prints 'byte 0: The input ends before the line does; expected more bytes.' '' ./example

"$CHECKOUT/fuzz/export_seeds.py" go FuzzParse .
go test -v -run FuzzParse >log || fail "$(cat log)"
seeds=$(find "$CHECKOUT/corpus/seeds/oracle_fuzzer" -type f | wc -l)
[[ $(grep -c -e '--- PASS: FuzzParse/' log) == "$seeds" ]] || fail "go test reads other than $seeds seeds: $(cat log)"
sed -i 's/input\[size-1\] != /input[size-1] == /' statusline_test.go # and finds a planted mistake
if go test -run FuzzParse >log; then
  fail "the fuzz target cannot fail"
fi
