# SPDX-License-Identifier: MIT
"""Compares a parser of status lines with the conformance cases: python3 run.py [CASES.json [POLICY]].

Write your parser in place of `parse`. It returns "need_more", "refused", or (code, version, reason, end), with
None for a value that it does not have.
"""

import json
import pathlib
import re
import sys

LINE = re.compile(rb"HTTP/([0-9]\.[0-9]) ([0-9]{3}) ([\t\x20-\x7e\x80-\xff]*)\r\n")


def parse(data):
    match = LINE.match(data)
    if match:
        return int(match[2]), match[1].decode(), match[3], match.end()
    return "need_more" if could_go_on(data) else "refused"


def could_go_on(data):
    """Whether some line begins with these bytes: those of this one are the rest."""
    line = b"HTTP/1.1 200 \r\n"
    return any(LINE.fullmatch(data + line[i:]) for i in range(len(line)))


def differences(case, policy):
    expected = case["policies"][policy]
    outcome = "accepted" if expected["ok"] else "need_more" if expected["error"] == "need_more" else "refused"
    answer = parse(bytes.fromhex(case["input_hex"]))
    if isinstance(answer, str) or outcome != "accepted":
        found = answer if isinstance(answer, str) else "accepted"
        if found != outcome:
            yield f"expected {outcome}, found {found}"
        return
    values = case["code"], case["version"], bytes.fromhex(case["reason_hex"]), case["end"]
    for name, value, own in zip(["code", "version", "reason", "end"], values, answer):
        if own is not None and own != value:
            yield f"expected {name} {value!r}, found {own!r}"


def main(cases="cases.json", policy="strict"):
    failed = compared = 0
    for case in json.loads(pathlib.Path(cases).read_bytes()):
        if "max_size" in case or case["policies"][policy]["error"] == "too_long":
            continue  # about a limit, which this parser does not have
        compared += 1
        for difference in differences(case, policy):
            failed += 1
            print(f"{case['id']}: {difference} ({case['title']})")
            print(f"    {bytes.fromhex(case['input_hex'])[:100]!r}; {case['rfc']}: {case['danger']}")
    print(f"{compared} cases, {failed} divergences from {policy}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
