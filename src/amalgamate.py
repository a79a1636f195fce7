#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the C++ library as one header: amalgamate.py OUT (`-` for standard output).

Each header replaces its first #include; the standard's headers are included once, at the top. The same
sources make the same bytes.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOTS = ["statusline/statusline.hpp", "statusline/registry.hpp", "statusline/version.hpp"]

OURS = re.compile(r"#include <(statusline/[^>]+)>")
STANDARD = re.compile(r"#include (<[^>]+>)")
DROPPED = re.compile(r"// SPDX-License-Identifier: .*\n(//\n|/// @file\n)?|#pragma once\n")


def body(name, seen, standard):
    """Yields the lines of a header and of those that it includes, without those in `seen`."""
    seen.add(name)
    depth = 0  # an #include inside #if stays where it is
    text = (HERE / "include" / name).read_text(encoding="utf-8")
    for line in DROPPED.sub("", text).splitlines():
        if ours := OURS.match(line):
            if ours[1] not in seen:
                yield from body(ours[1], seen, standard)
        elif not depth and (other := STANDARD.match(line)):
            standard.add(other[1])
        else:
            depth += line.startswith("#if") - line.startswith("#endif")
            yield line


def amalgamate():
    seen, standard = set(), set()
    lines = [line for root in ROOTS if root not in seen for line in body(root, seen, standard)]
    licence = (HERE / "LICENSE").read_text(encoding="utf-8").splitlines()
    version = next(m[1] for m in map(re.compile(r'.* version = "(.*)";').match, lines) if m)
    head = [
        "// SPDX-License-Identifier: MIT",
        "//",
        f"// statusline {version} in one header, made from the headers of the library by",
        "// src/amalgamate.py. Change those, not this. Do not include both in one program.",
        "//",
        *(f"// {line}".rstrip() for line in licence),
        "#pragma once",
        "",
        *(f"#include {name}" for name in sorted(standard)),
        "",
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(head + lines)) + "\n"


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: amalgamate.py OUT")
    if sys.argv[1] == "-":
        sys.stdout.write(amalgamate())
    else:
        pathlib.Path(sys.argv[1]).write_text(amalgamate(), encoding="utf-8")


if __name__ == "__main__":
    main()
