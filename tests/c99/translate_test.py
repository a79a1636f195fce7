#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The translation to C99: it writes the same bytes each time, contains each change of the headers, and
reports each construct that no rule covers as an error with file and line."""

import pathlib
import re
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src/c99"))
sys.dont_write_bytecode = True
import generate  # noqa: E402
import translate  # noqa: E402


def translated(header=None, old=None, new=None):
    """The translation of the headers, after one change."""
    with tempfile.TemporaryDirectory() as folder:
        include = pathlib.Path(folder, "include")
        shutil.copytree(ROOT / "include", include)
        if header:
            path = include / "statusline" / header
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{header} has {text.count(old)} times: {old}"
            path.write_text(text.replace(old, new), encoding="utf-8")
        return "\n".join(translate.translate(include, generate.SOURCES, generate.ROOTS))


class Translation(unittest.TestCase):
    def test_the_same_bytes_each_time(self):
        self.assertEqual(translated(), translated())

    def test_no_c_plus_plus_is_left(self):
        code = re.sub(r"/\*.*?\*/|\"(\\.|[^\"])*\"", "", translated(), flags=re.S)
        self.assertNotRegex(code, r"::|\b(std|template|constexpr|auto|this|static_cast|nullptr|noexcept)\b")

    def test_a_change_of_a_header_is_in_it(self):
        for header, old, new in [
            ("detail/scan.hpp", "n == prefix.size() + 2", "n == prefix.size() + 3"),
            ("detail/machine.hpp", "offset + (after_space ? 1 : 0)", "offset + (after_space ? 2 : 0)"),
            ("detail/parse_line.hpp", "r.end = cr + 2;", "r.end = cr + 1;"),
            ("detail/block.hpp", "low << 8 |", "low << 7 |"),
            ("detail/grammar.hpp", "case bare_lf: case repeated_cr:            return errc::line_end;",
             "case bare_lf: case repeated_cr:            return errc::code;"),
            ("stream.hpp", "policy_.max_size - begin", "policy_.max_size + begin"),
            ("write.hpp", "line.code > 999", "line.code > 998"),
        ]:
            with self.subTest(header):
                self.assertNotEqual(translated(header, old, new), translated())

    def test_what_no_rule_covers_ends_it(self):
        for header, old, new, why in [
            ("detail/scan.hpp", "  std::size_t i = 0;\n  while (i < n && is_plain",
             "  std::size_t i = 0;\n  const auto f = [] { return 0; };\n  while (i < n && is_plain", "no rule"),
            ("detail/scan.hpp", "  std::size_t i = 0;\n  while (i < n && is_plain",
             "  std::size_t i = 0;\n  try { ++i; } catch (...) {}\n  while (i < n && is_plain", "no rule"),
            ("detail/machine.hpp", "std::size_t reason_begin = 0;", "std::vector<char> reason_begin;",
             "no rule for the type std::vector"),
            ("detail/machine.hpp", "refused = entry.shows - allowed;", "refused = entry.shows / allowed;",
             "no rule for this operator of a set"),
            ("detail/machine.hpp", "  void read_prefix(const char* p) noexcept {",
             "  virtual void read_prefix(const char* p) noexcept {", "no rule for the type virtual"),
            ("detail/parse_line.hpp", "  r.error = m.error;", "  r.error = m.unknown;", "no rule for the member"),
            ("detail/parse_line.hpp", "struct parse_steps {", "struct parse_steps : machine {", "no rule for a base class"),
            ("stream.hpp", "machine_.finish(policy_.allowed);", "machine_.finish(policy_.allowed, 1);",
             "no rule tells which finish()"),
        ]:
            with self.subTest(new):
                with self.assertRaises(translate.NotCovered) as caught:
                    translated(header, old, new)
                self.assertRegex(str(caught.exception), rf"^include/statusline/{header}:\d+: .*{re.escape(why)}")


if __name__ == "__main__":
    unittest.main()
