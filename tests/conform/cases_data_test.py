#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The conformance cases as other projects read them: the schema, the folder, the archive and the page of
quirks; and the program that prints an input as the text of a case (MAKE_CASE)."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "corpus/conformance"
CASES = json.loads((FOLDER / "cases.json").read_bytes())
SCHEMA = json.loads((FOLDER / "cases.schema.json").read_bytes())
CASE = SCHEMA["$defs"]["case"]


def run(*command):
    return subprocess.run(command, capture_output=True, check=False)


class Schema(unittest.TestCase):
    def test_names_each_member(self):
        for case in CASES:
            with self.subTest(case["id"]):
                self.assertLessEqual(set(CASE["required"]), set(case))
                self.assertLessEqual(set(case), set(CASE["properties"]))
        self.assertTrue(any("max_size" in case for case in CASES))

    def test_lists_the_quirks_and_errors_of_the_library(self):
        for header, kind, listed in [("quirk", "quirk", SCHEMA["$defs"]["quirks"]["items"]["enum"]),
                                     ("error", "errc", ["ok", *SCHEMA["$defs"]["error"]["enum"]])]:
            text = (ROOT / f"include/statusline/{header}.hpp").read_text(encoding="utf-8")
            body = re.search(rf"enum class {kind} .*?\{{(.*?)\}};", text, re.DOTALL)[1]
            self.assertEqual(re.findall(r"^ +(\w+),", body, re.MULTILINE), listed)

    def test_accepts_the_cases_and_rejects_others(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("no python3-jsonschema")
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        validator = jsonschema.Draft202012Validator(SCHEMA)
        self.assertEqual([error.message for error in validator.iter_errors(CASES)], [])
        valid = next(case for case in CASES if case["verdict"] == "valid")
        invalid = next(case for case in CASES if case["verdict"] == "invalid")
        for change in [
                {**valid, "id": "A b"}, {**valid, "input_hex": "0"}, {**valid, "verdict": "good"},
                {**valid, "code": 1000}, {**valid, "code": None}, {**valid, "version": "11"},
                {**valid, "quirks": ["bare"]}, {**valid, "quirks": ["bare_lf"]}, {**valid, "more": 1},
                {**valid, "danger": "one"}, {**invalid, "danger": None}, {**invalid, "error": None},
                {**invalid, "error": "wrong"}, {**invalid, "refusals": []},
                {**valid, "policies": {}}, {**valid, "rfc": "4"},
                {name: value for name, value in valid.items() if name != "title"}]:
            with self.subTest(change=change):
                self.assertFalse(validator.is_valid([change]))


class Pack(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def pack(self, target):
        done = run(sys.executable, "-B", FOLDER / "pack.py", target)
        self.assertEqual(done.returncode, 0, done.stderr)
        return target

    def test_manifest_has_each_case_and_its_input(self):
        out = self.pack(self.folder / "a folder")
        header, *rows = (out / "manifest.tsv").read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(rows), len(CASES))
        outcomes = set()
        for case, row in zip(CASES, rows):
            values = dict(zip(header.split("\t"), row.split("\t"), strict=True))
            with self.subTest(case["id"]):
                self.assertEqual((out / values["file"]).read_bytes(), bytes.fromhex(case["input_hex"]))
                for name in ["id", "verdict", "code", "version", "reason_hex", "end"]:
                    self.assertEqual(values[name], "-" if case[name] is None else str(case[name]))
                self.assertEqual(values["max_size"], str(case.get("max_size", "-")))
                for name, answer in case["policies"].items():
                    outcomes.add(values[name])
                    self.assertEqual(values[name] == "accepted", answer["ok"])
                    for error in ["need_more", "too_long"]:
                        self.assertEqual(values[name] == error, answer["error"] == error)
        self.assertEqual(outcomes, {"accepted", "need_more", "refused", "too_long"})
        self.assertEqual((out / "runners/c/run.c").read_bytes(),
                         (ROOT / "examples/conformance/c/run.c").read_bytes())
        # The archive can pack itself again.
        again = run(sys.executable, "-B", out / "pack.py", self.folder / "again")
        self.assertEqual((again.returncode, again.stderr), (0, b""))
        self.assertEqual(run("diff", "-r", out, self.folder / "again").stdout, b"")

    def test_archive_has_the_same_bytes_each_time(self):
        first = self.pack(self.folder / "one/cases.tar.gz").read_bytes()
        self.assertEqual(self.pack(self.folder / "two/cases.tar.gz").read_bytes(), first)
        with tarfile.open(self.folder / "one/cases.tar.gz") as archive:
            names = archive.getnames()
            self.assertEqual(names, sorted(names))
            self.assertEqual({(m.mtime, m.uid, m.uname) for m in archive.getmembers()}, {(0, 0, "")})
            self.assertIn("cases/cases.json", names)
            self.assertEqual(len([name for name in names if "/inputs/" in name]), len(CASES))


class Page(unittest.TestCase):
    def test_of_quirks_has_their_dangers(self):
        dangers = {case["quirks"][0]: case["danger"] for case in CASES
                   if len(case["quirks"]) == 1 and "max_size" not in case}
        page = (ROOT / "docs/quirks.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| `(\w+)` \|.* \| \w+: (.*?) \|$", page, re.MULTILINE)
        self.assertEqual(dict(rows), dangers)


class MakeCase(unittest.TestCase):
    def case(self, content, *heading):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "crash-1.bin"
            file.write_bytes(content)
            return run(os.environ["MAKE_CASE"], file, *heading)

    def test_prints_what_the_corpus_reads(self):
        done = self.case(b"HTTP/1.1  200\tO\0K", "Two spaces and no end")
        self.assertEqual(done.stderr, b"")
        self.assertEqual(done.stdout.decode(), r"""## Two spaces and no end
`HTTP/1.1  200\tO\0K`
- strict, interop: code at 9, refused extra_space
- permissive: need_more at 17
- complete permissive: ok to 17: 1.1 200 `O\0K`, quirks extra_space other_whitespace control_in_reason unterminated
- runs: extra_space 9+1, other_whitespace 13+1, control_in_reason 15+1, unterminated 17+0
""")
        done = self.case(b"")
        self.assertEqual(done.stdout.decode(), "## crash-1\n``\n- all: need_more at 0\n")

    def test_reads_each_input_back(self):
        for case in CASES[::29]:
            with self.subTest(case["id"]):
                done = self.case(bytes.fromhex(case["input_hex"]), case["title"])
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assertTrue(done.stdout.decode().startswith(f"## {case['title']}\n`"))

    def test_reports_what_it_cannot_read(self):
        self.assertEqual(run(os.environ["MAKE_CASE"], "/").returncode, 1)
        self.assertEqual(run(os.environ["MAKE_CASE"], "/none").returncode, 1)
        self.assertEqual(run(os.environ["MAKE_CASE"]).returncode, 2)
        self.assertEqual(self.case(b"x", "two\nlines").returncode, 1)


if __name__ == "__main__":
    unittest.main()
