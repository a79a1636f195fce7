// SPDX-License-Identifier: MIT

// Compares a parser of status lines with the conformance cases:
//
//	$ go run . CASES.json [POLICY]
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
)

// Answer is what a parser returns. Its values count if the outcome is "accepted".
type Answer struct {
	Outcome string // "accepted", "need_more", "refused"
	Code    int
	Version string
	Reason  []byte
	End     int
}

var line = regexp.MustCompile(`^HTTP/([0-9]\.[0-9]) ([0-9]{3}) ([^\x00-\x08\x0a-\x1f\x7f]*)\r\n`)

// Parse is the parser to compare: write yours in its place.
func Parse(bytes []byte) Answer {
	if m := line.FindSubmatch(bytes); m != nil {
		code, _ := strconv.Atoi(string(m[2]))
		return Answer{"accepted", code, string(m[1]), m[3], len(m[0])}
	}
	// Whether some line begins with these bytes: those of this one are the rest.
	const rest = "HTTP/1.1 200 \r\n"
	for i := range rest {
		whole := string(bytes) + rest[i:]
		if line.FindString(whole) == whole {
			return Answer{Outcome: "need_more"}
		}
	}
	return Answer{Outcome: "refused"}
}

// Case has the members of a case that this program needs.
type Case struct {
	ID       string
	Title    string
	Input    string `json:"input_hex"`
	MaxSize  *int   `json:"max_size"`
	Code     int
	Version  string
	Reason   string `json:"reason_hex"`
	End      int
	Policies map[string]struct {
		OK    bool
		Error string
	}
	RFC, Danger string
}

func differences(c Case, bytes []byte, policy string) (list []string) {
	want := c.Policies[policy]
	outcome := "refused"
	if want.OK {
		outcome = "accepted"
	} else if want.Error == "need_more" {
		outcome = "need_more"
	}
	found := Parse(bytes)
	differ := func(name string, expected, found any) {
		if expected != found {
			list = append(list, fmt.Sprintf("expected %s %v, found %v", name, expected, found))
		}
	}
	differ("outcome", outcome, found.Outcome)
	if len(list) == 0 && outcome == "accepted" {
		differ("code", c.Code, found.Code)
		differ("version", c.Version, found.Version)
		differ("reason_hex", c.Reason, hex.EncodeToString(found.Reason))
		differ("end", c.End, found.End)
	}
	return list
}

func run(path, policy string) (compared, failed int, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, err
	}
	var cases []Case
	if err = json.Unmarshal(text, &cases); err != nil {
		return 0, 0, err
	}
	for _, c := range cases {
		if c.MaxSize != nil || c.Policies[policy].Error == "too_long" {
			continue // about a limit, which this parser does not have
		}
		bytes, err := hex.DecodeString(c.Input)
		if err != nil {
			return 0, 0, err
		}
		compared++
		for _, difference := range differences(c, bytes, policy) {
			failed++
			fmt.Printf("%s: %s (%s)\n    %.100q; %s: %s\n", c.ID, difference, c.Title, bytes, c.RFC, c.Danger)
		}
	}
	return compared, failed, nil
}

func main() {
	path, policy := "cases.json", "strict"
	if len(os.Args) > 1 {
		path = os.Args[1]
	}
	if len(os.Args) > 2 {
		policy = os.Args[2]
	}
	compared, failed, err := run(path, policy)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	fmt.Printf("%d cases, %d divergences from %s\n", compared, failed, policy)
	if failed > 0 {
		os.Exit(1)
	}
}
