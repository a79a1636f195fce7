// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"testing"
)

// FuzzParse holds Parse to two laws: bytes after a line change nothing, and a policy is a filter.
// `fuzz/export_seeds.py go FuzzParse .` writes the seeds.
func FuzzParse(f *testing.F) {
	f.Fuzz(func(t *testing.T, input []byte) {
		strict, size, err := Parse(input, 0)
		if err != nil {
			return
		}
		if input[size-1] != '\n' || bytes.ContainsAny(strict.Reason, "\r\n") {
			t.Errorf("%q is no line", input[:size])
		}
		alone, end, err := Parse(input[:size], 0)
		if err != nil || end != size || !bytes.Equal(alone.Reason, strict.Reason) {
			t.Errorf("%q depends on the bytes after it: %v", input[:size], err)
		}
		wide, end, err := Parse(input, 0x1fff)
		if err != nil || end != size || wide.Code != strict.Code || !bytes.Equal(wide.Reason, strict.Reason) {
			t.Errorf("%q reads otherwise under another policy: %v", input[:size], err)
		}
	})
}
