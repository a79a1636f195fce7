// SPDX-License-Identifier: MIT

// Command is Go's net/http as a subject. An input in hex on each line in, an answer in JSON on each line out:
//
//	$ (cd examples/conformance/go && go build -o ../../../build/go-command ./command)
//	$ ./dev conform command build/go-command
//
// Put your parser in place of ReadResponse.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"strings"
)

func parse(input []byte) map[string]any {
	line, _, found := bytes.Cut(input, []byte("\n"))
	if !found {
		return map[string]any{"outcome": "need_more"} // it reads up to an LF first
	}
	head := string(line) + "\n\r\n"
	r, err := http.ReadResponse(bufio.NewReader(strings.NewReader(head)), nil)
	if err != nil {
		return map[string]any{"outcome": "refused"}
	}
	version := strconv.Itoa(r.ProtoMajor) + "." + strconv.Itoa(r.ProtoMinor)
	_, reason, _ := strings.Cut(r.Status, " ")
	return map[string]any{"outcome": "accepted", "code": r.StatusCode, "version": version,
		"reason_hex": hex.EncodeToString([]byte(reason)), "end": len(line) + 1}
}

func main() {
	out := json.NewEncoder(os.Stdout) // writes each line at once
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		input, _ := hex.DecodeString(in.Text())
		_ = out.Encode(parse(input))
	}
}
