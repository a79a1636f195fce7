// SPDX-License-Identifier: MIT

// Parses an HTTP/1.x status line from Go, by cgo and the C library, which is linked statically:
//
//	$ export CGO_CFLAGS=-I/usr/local/include CGO_LDFLAGS=-L/usr/local/lib
//	$ printf 'HTTP/1.1 404 Not Found\r\n' | go run .
//	1.1 404 "Not Found"
package main

// #cgo LDFLAGS: -l:libstatusline.a
// #include <statusline/statusline.h>
import "C"

import (
	"fmt"
	"io"
	"os"
	"unsafe"
)

// StatusLine has the parts of a line. Reason is a part of the bytes that were parsed.
type StatusLine struct {
	Major, Minor, Code int
	Reason             []byte
}

// Parse returns the line at the start of `bytes`, and its size. Allowed is a set of SL_* flags.
func Parse(bytes []byte, allowed uint32) (line StatusLine, size int, err error) {
	var first *C.char
	if len(bytes) > 0 {
		first = (*C.char)(unsafe.Pointer(&bytes[0]))
	}
	policy := C.sl_policy{max_size: C.SL_MAX_SIZE, allowed: C.sl_quirks(allowed)}
	r := C.sl_parse_complete(first, C.size_t(len(bytes)), policy)
	if r.error != C.SL_OK {
		return line, 0, fmt.Errorf("byte %d: %s", r.end, C.GoString(C.sl_strerror(C.int(r.error))))
	}
	begin := uintptr(unsafe.Pointer(r.line.reason)) - uintptr(unsafe.Pointer(first))
	line = StatusLine{int(r.line.version_major), int(r.line.version_minor), int(r.line.code),
		bytes[begin : begin+uintptr(r.line.reason_size)]}
	return line, int(r.end), nil
}

func main() {
	bytes, err := io.ReadAll(os.Stdin)
	if err == nil {
		var line StatusLine
		if line, _, err = Parse(bytes, C.SL_MISSING_REASON|C.SL_BARE_LF); err == nil {
			fmt.Printf("%d.%d %d %q\n", line.Major, line.Minor, line.Code, line.Reason)
			return
		}
	}
	fmt.Println(err)
	os.Exit(1)
}
