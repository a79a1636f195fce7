#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""missing.py COVERAGE.json...: lists the lines and branches of include/ that no test reaches.

A line counts if one of the reports covers it, or if none compiles it. Decisions of the compiler are left out:
constant evaluation, which has no counters, and conditions on a template's parameters or on the machine.
justified.txt, next to this file, lists the accepted gaps as rows of `file | function | gaps | why`. Fails on
a gap in any other function, on another number of gaps, and on a row without a gap.
"""
import collections
import json
import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1]))
from functions import Functions  # noqa: E402

JUSTIFIED = pathlib.Path(__file__).with_name("justified.txt")


def by_compiler(condition, line, parameters):
    return (re.fullmatch(r"!?std::is_constant_evaluated\(\)", condition) or "if constexpr" in line or
            any(re.search(rf"\b{p}\b", condition) for p in parameters))


def missing(reports):
    """(file, function, line's number, line's text, what), over all instances of a template and all reports."""
    counts, ends = collections.Counter(), {}
    for each in (file for report in reports for file in report["data"][0]["files"]):
        path = pathlib.Path(each["filename"])
        # A segment: line, column, count, has_count, is_entry, is_gap.
        for line, column, count, has_count, is_entry, is_gap in each["segments"]:
            if has_count and is_entry and not is_gap:
                counts[path, line, column, "line"] += count
        # A branch: line, column, end, end, true, false, ...
        for line, column, last, end, yes, no, *_ in each["branches"]:
            counts[path, line, column, "never true"] += yes
            counts[path, line, column, "never false"] += no
            ends[path, line, column] = end if last == line else None
    sources = {}
    for (path, line, column, what), count in sorted(counts.items()):
        if count != 0:
            continue
        if path not in sources:
            text = path.read_text(encoding="utf-8")
            values = [p for t in re.findall(r"template <([^<>{}]*)>", text)
                      for p in re.findall(r"\b(?!class\b|typename\b)\w+ (\w+)", t) if not p.startswith("class")]
            sources[path] = text.splitlines(), Functions(text), set(values)
        lines, functions, parameters = sources[path]
        text = lines[line - 1]
        if what != "line":
            # The compiler writes the default comparison; it is not a line of these headers.
            if text.endswith("= default;"):
                continue
            condition = text[column - 1:ends[path, line, column] and ends[path, line, column] - 1]
            if by_compiler(condition, text, parameters):
                continue
            what += ": " + condition
        yield str(path).rpartition("include/statusline/")[2], functions.at(line, column), line, text.strip(), what


def main():
    reports = [json.loads(pathlib.Path(name).read_text()) for name in sys.argv[1:]]
    found = sorted(set(missing(reports)))
    have = collections.Counter((file, function) for file, function, *_ in found)
    justified = {}
    for row in JUSTIFIED.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            file, function, count, _why = row.split(" | ", 3)
            justified[file, function] = int(count)
    bad = []
    for key in sorted({*have, *justified}):
        if have[key] == justified.get(key, 0):
            continue
        bad.append(f"{key[0]}: {key[1]}: {have[key]} gaps, {justified.get(key, 0)} justified")
        bad += [f"  line {line}: {text}: {what}" for *name, line, text, what in found if tuple(name) == key]
    print(*bad, sep="\n", end="\n" if bad else "")
    print(f"{len(found)} lines or branches not covered, in {len(justified)} functions that are justified")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
