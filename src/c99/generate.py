#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the library as C99: generate.py [--tables PROGRAM] OUT.

OUT is statusline.c; it includes "statusline.h", which is include/statusline/statusline.h. PROGRAM is the
compiled tables.cpp; without it, $CXX or c++ compiles it. The same sources make the same bytes.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import translate

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DETAIL = "statusline/detail/"
# The headers that are translated; for some, only the names in the list.
SOURCES = [
    ("statusline/line.hpp", {"http_version"}),
    (DETAIL + "grammar.hpp", {"octet", "state", "expected_instead_of", "refusal"}),
    (DETAIL + "block.hpp", None),
    (DETAIL + "scan.hpp", None),
    (DETAIL + "machine.hpp", None),
    (DETAIL + "parse_line.hpp", None),
    ("statusline/stream.hpp", None),
    ("statusline/batch.hpp", None),
    ("statusline/write.hpp", None),
    ("statusline/error.hpp", {"describe"}),
    ("statusline/quirk.hpp", {"to_string"}),
    ("statusline/explain.hpp", {"describe", "expectation"}),
    ("statusline/format.hpp", None),
]
# The functions that the API of C calls.
ROOTS = ["parse_line", "parse_many", "write", "format"] + ["stream_parser::" + f for f in (
    "init", "feed", "finish", "error", "end", "refused", "line", "reset()")]


def head():
    version = re.search(r'version = "(.*)";', (ROOT / "include/statusline/version.hpp").read_text())[1]
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8").splitlines()
    return "\n".join(line.rstrip() for line in [
        "/*",
        f" * statusline {version} as C99: this file and statusline.h are the whole library.",
        " *",
        " * Made by src/c99/generate.py from the C++ headers, whose functions are translated, and whose table",
        " * is printed. Change those, not this.",
        " *",
        *(f" * {line}" for line in licence),
        " */"])


def compiled(folder):
    """The program of tables.cpp, made in a folder."""
    program = pathlib.Path(folder, "tables")
    subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", f"-I{ROOT}/include", HERE / "tables.cpp",
                    "-o", program], check=True)
    return program


def generate(tables):
    def printed(what):
        return subprocess.run([tables, what], check=True, capture_output=True, text=True).stdout.strip()

    types, prototypes, functions = translate.translate(ROOT / "include", SOURCES, ROOTS)
    parts = {"head": head(), "types": types, "data": printed("data"), "prototypes": prototypes,
             "functions": functions, "texts": printed("texts")}
    shell = (HERE / "shell.c").read_text(encoding="utf-8")
    out = re.sub(r"/\*@ (\w+) @\*/", lambda m: parts.pop(m[1]), shell)
    if parts:
        raise SystemExit(f"shell.c has no place for {', '.join(parts)}")
    return out


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tables", metavar="PROGRAM")
    options.add_argument("out", type=pathlib.Path)
    args = options.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            text = generate(args.tables or compiled(folder))
    except translate.NotCovered as why:
        sys.exit(f"generate.py: {why}")
    except subprocess.CalledProcessError as why:
        sys.exit(f"generate.py: {why}")
    args.out.write_bytes(text.encode())


if __name__ == "__main__":
    main()
