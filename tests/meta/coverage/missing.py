#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""missing.py COVERAGE.json...: lists the lines and branches of include/ that no test reaches.

What one of the reports has covered counts, so does what none of them compiles. Fails on one that
justified.txt, beside this file, does not name, and on a row of it that is reached after all. A row
is `file | the line's text | what is missing | why`; of a branch, its condition is part of what is missing.
"""
import collections
import json
import pathlib
import sys

JUSTIFIED = pathlib.Path(__file__).with_name("justified.txt")


def missing(reports):
    """(file, line's text, what), over all instantiations of a template and all reports together."""
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
    for (path, line, column, what), count in sorted(counts.items()):
        text = path.read_text().splitlines()[line - 1]
        # The compiler's own comparison, member by member, is no line of ours.
        if count == 0 and not (what != "line" and text.endswith("= default;")):
            if what != "line":
                what += ": " + text[column - 1:ends[path, line, column] and ends[path, line, column] - 1]
            yield str(path).rpartition("include/statusline/")[2], text.strip(), what


def main():
    found = list(dict.fromkeys(missing(json.loads(pathlib.Path(name).read_text()) for name in sys.argv[1:])))
    justified = {}
    if JUSTIFIED.exists():
        for row in JUSTIFIED.read_text().splitlines():
            if row and not row.startswith("#"):
                name, rest = row.split(" | ", 1)
                text, what, why = rest.rsplit(" | ", 2)
                justified[name, text, what] = why
    bad = [f"not covered: {' | '.join(f)}" for f in found if f not in justified]
    bad += [f"covered after all: {' | '.join(row)}" for row in justified if row not in found]
    print(*bad, sep="\n", end="\n" if bad else "")
    print(f"{len(found)} lines or branches not covered, {len(justified)} justified")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
