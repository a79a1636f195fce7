// SPDX-License-Identifier: MIT
// Go's net/http. A URL on each line in, an answer in JSON on each line out.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"
)

func get(url string) map[string]any {
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	r, err := client.Get(url)
	if err != nil {
		return map[string]any{"outcome": "refused", "error": err.Error()}
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	// Status is "200 OK".
	_, reason, _ := strings.Cut(r.Status, " ")
	return map[string]any{"outcome": "accepted", "code": r.StatusCode, "reason_hex": hex.EncodeToString([]byte(reason)),
		"version": fmt.Sprintf("%d.%d", r.ProtoMajor, r.ProtoMinor), "body_hex": hex.EncodeToString(body)}
}

func main() {
	fmt.Println(runtime.Version())
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		line, _ := json.Marshal(get(in.Text()))
		fmt.Println(string(line))
	}
}
