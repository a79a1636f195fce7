#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes include/statusline/registry_tables.hpp from the tables next to this script.

  corpus/registry/generate.py           writes the header
  corpus/registry/generate.py --check   writes nothing; exits 1 with a diff if it would change
  corpus/registry/generate.py -o FILE   writes FILE in place of the header

Reports a wrong row with its file and line (exit 2), and writes nothing.
"""

import argparse
import difflib
import pathlib
import re
import sys
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
HEADER = HERE.parent.parent / "include" / "statusline" / "registry_tables.hpp"

# The enumerators of statusline/registry_entry.hpp. A name that is missing there does not compile.
STATES = ("assigned", "temporary", "deprecated", "unused", "obsolete")
ADVICE = ("modify_request", "do_not_repeat_unmodified", "authenticate", "authenticate_with_proxy",
          "repeat_later", "repeat_after_delay", "repeat_if_retry_after", "repeat_on_new_connection")
KINDS = ("former", "alias", "unregistered")


class Refused(Exception):
    """FILE:LINE: reason"""


class Table:
    """Reads a TSV file: comments, the column names, rows. A comment `# key: value` is metadata."""

    def __init__(self, path, columns, metadata=()):
        self.path = path
        self.rows = []  # (line number, {column: bytes})
        self.metadata = {}
        names = None
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            if line.startswith(b"#"):
                if found := re.fullmatch(rb"# (\w+): (.*)", line):
                    self.metadata[found[1].decode()] = found[2].decode("ascii")
                continue
            if not line:
                continue
            fields = line.split(b"\t")
            if names is None:
                names = [name.decode("ascii") for name in fields]
                for name in columns:
                    if name not in names:
                        raise self.refused(number, f"no column '{name}'")
                continue
            if len(fields) != len(names):
                raise self.refused(number, f"{len(fields)} fields, not {len(names)}")
            if re.search(rb"[\x00-\x1f\x7f]", b"".join(fields)):
                raise self.refused(number, "a control character")
            self.rows.append((number, dict(zip(names, fields))))
        for name in metadata:
            if name not in self.metadata:
                raise self.refused(1, f"no '# {name}: ...' in the comments")
        if not self.rows:
            raise self.refused(1, "no rows")

    def refused(self, number, reason):
        return Refused(f"{self.path.name}:{number}: {reason}")

    def code(self, number, row):
        if not re.fullmatch(rb"[0-9]{3}", row["code"]):
            raise self.refused(number, f"the code {row['code']!r} is not three digits")
        return int(row["code"])

    def choice(self, number, row, column, names):
        value = row[column].decode("ascii", "replace")
        if value not in names:
            raise self.refused(number, f"the {column} '{value}' is not one of: {', '.join(names)}")
        return value

    def text(self, number, row, column):
        if not row[column].strip():
            raise self.refused(number, f"no {column}")
        return row[column]


def literal(data, indent):
    """Returns a C++ string literal for these bytes, in as many lines as needed."""
    escaped = "".join("\\" + chr(b) if b in b'"\\' else
                      chr(b) if 0x20 <= b < 0x7f else
                      f"\\{b:03o}" for b in data)
    lines = textwrap.wrap(escaped, 90, drop_whitespace=False, break_long_words=False) or [""]
    return ("\n" + " " * indent).join(f'"{line}"' for line in lines)


def registry(path):
    """Returns the C++ of one registry, its phrases by code, and a line for the header's comment."""
    table = Table(path, ("code", "phrase", "meaning", "advice"), ("name", "snapshot"))
    name, snapshot = table.metadata["name"], table.metadata["snapshot"]
    phrases = {}
    out = [f'inline constexpr std::string_view {name}_snapshot = "{snapshot}";', "",
           f"inline constexpr registry_entry {name}[] = {{"]
    for number, row in table.rows:
        code = table.code(number, row)
        if not 100 <= code <= 599:
            raise table.refused(number, f"the code {code} is not in 100 to 599")
        if phrases and code <= max(phrases):
            raise table.refused(number, f"the code {code} does not come after {max(phrases)}")
        phrases[code] = table.text(number, row, "phrase")
        row = {"state": b"assigned", "cacheable": b"no", "reference": b"", **row}
        state = table.choice(number, row, "state", STATES)
        advice = table.choice(number, row, "advice", ("-",) + ADVICE)
        cacheable = table.choice(number, row, "cacheable", ("no", "yes"))
        if "content" in row:
            table.choice(number, row, "content", ("no", "yes"))
        meaning = table.text(number, row, "meaning")
        out.append(f"    {{{code}, entry_state::{state}, "
                   f"client_advice::{'none' if advice == '-' else advice}, "
                   f"{'true' if cacheable == 'yes' else 'false'},\n"
                   f"     {literal(phrases[code], 5)},\n"
                   f"     {literal(meaning, 5)},\n"
                   f"     {literal(row['reference'], 5)}}},")
    return out + ["};", ""], phrases, f"{name}, {len(phrases)} codes as of {snapshot}"


def unescaped(table, number, data):
    """Returns the bytes for which `\\xNN` stands."""
    if re.search(rb"\\(?!x[0-9a-f]{2})", data):
        raise table.refused(number, r"a backslash that is not \xNN")
    return re.sub(rb"\\x(..)", lambda found: bytes([int(found[1], 16)]), data)


def aliases(path, iana, documented):
    """Returns the C++ of the aliases, each checked against the built-in registries."""
    table = Table(path, ("code", "phrase", "kind"))
    seen = set()
    out = ["inline constexpr phrase_alias aliases[] = {"]
    last = 0
    for number, row in table.rows:
        code = table.code(number, row)
        if code < last:
            raise table.refused(number, f"the code {code} comes after {last}")
        last = code
        kind = table.choice(number, row, "kind", KINDS)
        if (kind == "unregistered") != (code not in iana):
            raise table.refused(number, f"the kind '{kind}' does not fit the IANA registry")
        phrase = unescaped(table, number, table.text(number, row, "phrase"))
        if phrase in (iana.get(code), documented.get(code)):
            raise table.refused(number, "the registered phrase is not an alias")
        if (code, phrase) in seen:
            raise table.refused(number, "this alias is there already")
        seen.add((code, phrase))
        out.append(f"    {{{code}, alias_kind::{kind}, {literal(phrase, 5)}}},")
    return out + ["};", ""]


def generate():
    """Returns the whole header."""
    iana, iana_phrases, iana_about = registry(HERE / "iana.tsv")
    documented, documented_phrases, documented_about = registry(HERE / "documented.tsv")
    lines = [
        "// SPDX-License-Identifier: MIT",
        "//",
        "// Generated by corpus/registry/generate.py from iana.tsv, documented.tsv and aliases.tsv",
        "// beside it: change those, then run it. Here are",
        f"//   {iana_about};",
        f"//   {documented_about};",
        "//   the aliases of both.",
        "#pragma once",
        "",
        "#include <statusline/registry_entry.hpp>",
        "",
        "#include <string_view>",
        "",
        "// clang-format off",
        "",
        "/// The facts behind statusline/registry.hpp, which is what to use. Sorted by code.",
        "namespace statusline::registry_tables {",
        "",
        *iana,
        *documented,
        *aliases(HERE / "aliases.tsv", iana_phrases, documented_phrases),
        "} // namespace statusline::registry_tables",
        "",
        "// clang-format on",
    ]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true",
                        help="write nothing; exit 1 with a diff if the header is not up to date")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=HEADER, help="the header")
    options = parser.parse_args()
    try:
        want = generate()
    except (Refused, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 2
    have = options.output.read_text("ascii") if options.output.exists() else ""
    if not options.check:
        if have != want:
            options.output.write_text(want, "ascii")
        return 0
    sys.stdout.writelines(difflib.unified_diff(
        have.splitlines(keepends=True), want.splitlines(keepends=True),
        options.output.name, "what generate.py writes"))
    return 0 if have == want else 1


if __name__ == "__main__":
    sys.exit(main())
