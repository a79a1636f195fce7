#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The generated table is up to date. The generator rejects wrong rows, with file and line."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Generate(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.entered(tempfile.TemporaryDirectory()))
        self.registry = self.root / "corpus" / "registry"
        shutil.copytree(ROOT / "corpus" / "registry", self.registry)
        self.header = self.root / "include" / "statusline" / "registry_tables.hpp"
        self.header.parent.mkdir(parents=True)
        shutil.copy(ROOT / "include" / "statusline" / "registry_tables.hpp", self.header)

    def entered(self, context):
        self.addCleanup(context.__exit__, None, None, None)
        return context.__enter__()

    def run_it(self, *arguments):
        return subprocess.run([sys.executable, self.registry / "generate.py", *arguments],
                              capture_output=True, text=True, check=False)

    def edit(self, path, old, new):
        data = path.read_bytes()
        self.assertEqual(data.count(old), 1, old)
        path.write_bytes(data.replace(old, new))

    def line_of(self, name, text):
        lines = (self.registry / name).read_bytes().split(b"\n")
        return next(i for i, line in enumerate(lines, 1) if text in line)

    def test_the_header_is_up_to_date(self):
        done = self.run_it("--check")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_a_change_on_either_side_is_told_and_repaired(self):
        want = self.header.read_bytes()
        self.edit(self.header, b'"I\'m a teapot"', b'"I am a teapot"')
        done = self.run_it("--check")
        self.assertEqual(done.returncode, 1)
        self.assertIn('-    {418, alias_kind::alias, "I am a teapot"},\n'
                      '+    {418, alias_kind::alias, "I\'m a teapot"},\n', done.stdout)
        self.assertNotEqual(self.header.read_bytes(), want)  # --check writes nothing
        self.assertEqual(self.run_it().returncode, 0)
        self.assertEqual(self.header.read_bytes(), want)

        self.edit(self.registry / "iana.tsv", b"\tNot Found\t", b"\tNot There\t")
        done = self.run_it("--check")
        self.assertEqual(done.returncode, 1)
        self.assertIn('-     "Not Found",\n+     "Not There",\n', done.stdout)

        self.header.unlink()
        self.assertEqual(self.run_it("--check").returncode, 1)

    def test_bytes_that_are_not_ascii_are_escaped(self):
        self.assertIn('"D\\351plac\\351 Temporairement"', self.header.read_text("ascii"))

    def test_bad_rows_are_refused(self):
        cases = [
            ("iana.tsv", b"404\tNot", b"4o4\tNot", "the code b'4o4' is not three digits"),
            ("iana.tsv", b"404\tNot", b"4040\tNot", "the code b'4040' is not three digits"),
            ("iana.tsv", b"511\tNet", b"611\tNet", "the code 611 is not in 100 to 599"),
            ("iana.tsv", b"404\tNot", b"403\tNot", "the code 403 does not come after 403"),
            ("iana.tsv", b"\tNot Found\t", b"\t\t", "no phrase"),
            ("iana.tsv", b"\tNot Found\t", b"\tNot Found\r\t", "a control character"),
            ("iana.tsv", b"\tNot Found\t", b"\tNot Found", "8 fields, not 9"),
            ("iana.tsv", b"\tMethod Not Allowed\tassigned", b"\tMethod Not Allowed\tfine",
             "the state 'fine' is not one of: assigned, temporary, deprecated, unused, obsolete"),
            ("iana.tsv", b"\tNot Found\tassigned\tyes", b"\tNot Found\tassigned\tmaybe",
             "the cacheable 'maybe' is not one of: no, yes"),
            ("iana.tsv", b"\tauthenticate\t", b"\tlog_in\t",
             "the advice 'log_in' is not one of: -, modify_request, "),
            ("documented.tsv", b"\tThe request succeeded.\t", b"\t\t", "no meaning"),
            ("documented.tsv", b"\tmeaning\t", b"\tmeans\t", "no column 'meaning'"),
            ("aliases.tsv", b"101\tSwitching Protocol\t", b"999\tSwitching Protocol\t",
             "the kind 'alias' does not fit the IANA registry"),
            ("aliases.tsv", b"210\tContent Different\tunregistered",
             b"210\tContent Different\talias", "the kind 'alias' does not fit the IANA registry"),
            ("aliases.tsv", b"\tMoved\talias", b"\tMoved\tother",
             "the kind 'other' is not one of: former, alias, unregistered"),
            ("aliases.tsv", b"\tObject Moved\t", b"\tFound\t",
             "the registered phrase is not an alias"),
            ("aliases.tsv", b"\tObject moved\t", b"\tObject Moved\t",
             "this alias is there already"),
            ("aliases.tsv", b"\tMoved\talias", b"\tMo\\ved\talias",
             r"a backslash that is not \xNN"),
        ]
        for name, old, new, reason in cases:
            with self.subTest(reason):
                path = self.registry / name
                whole = path.read_bytes()
                header = self.header.read_bytes()
                number = self.line_of(name, old)
                self.edit(path, old, new)
                done = self.run_it()
                path.write_bytes(whole)
                self.assertEqual(done.returncode, 2, done)
                self.assertTrue(done.stderr.startswith(f"{name}:{number}: {reason}"), done.stderr)
                self.assertEqual(self.header.read_bytes(), header)

    def test_aliases_are_sorted(self):
        path = self.registry / "aliases.tsv"
        last = path.read_bytes().rstrip(b"\n").split(b"\n")[-1]
        path.write_bytes(path.read_bytes() + b"101\tx\talias\tnowhere\n")
        done = self.run_it("--check")
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"the code 101 comes after {last[:3].decode()}", done.stderr)

    def test_what_a_file_must_have(self):
        path = self.registry / "iana.tsv"
        whole = path.read_bytes()
        self.edit(path, b"# snapshot: ", b"# snap: ")
        done = self.run_it()
        self.assertEqual((done.returncode, done.stderr),
                         (2, "iana.tsv:1: no '# snapshot: ...' in the comments\n"))
        path.write_bytes(b"\n".join(line for line in whole.split(b"\n")
                                    if line[:1] in (b"#", b"c")))
        done = self.run_it()
        self.assertEqual((done.returncode, done.stderr), (2, "iana.tsv:1: no rows\n"))
        path.unlink()
        self.assertEqual(self.run_it().returncode, 2)


if __name__ == "__main__":
    unittest.main()
