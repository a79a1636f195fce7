#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The runners of examples/conformance: each reports no difference for its own parser, and every planted one.
C_LIBRARY is the C library."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONFORMANCE = ROOT / "corpus/conformance"
RUNNERS = ROOT / "examples/conformance"
C_FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-g",
           "-fsanitize=address,undefined", "-fno-sanitize-recover=all", f"-I{ROOT}/include"]

# (runner, file, old text, new text, a case that notices it, the expected report)
PLANTED = [
    ("python", "run.py", r"\x20-\x7e", r"\x20-\x7f", "del-in-the-reason", "found accepted"),
    ("python", "run.py", r"]*)\r\n", r"]*)\r?\n", "lf-alone-ends-the-line", "found accepted"),
    ("python", "run.py", "int(match[2])", "int(match[2]) % 400", "", "expected code 404, found 4"),
    ("python", "run.py", "match[3],", "match[3].strip(),", "", "expected reason"),
    ("python", "run.py", "match.end()", "match.end() - 1", "", "expected end 17, found 16"),
    ("python", "run.py", "return \"need_more\" if", "return \"refused\" if", "", "expected need_more"),
    ("node", "run.mjs", r"\x20-\x7e", r"\x20-\x7f", "del-in-the-reason", "found accepted"),
    ("node", "run.mjs", "Number(match[2])", "Number(match[2]) % 400", "", "expected code 404, found 4"),
    ("node", "run.mjs", "end: match[0].length", "end: match[0].length - 1", "", "expected end 17, found 16"),
    ("go", "run.go", r"\x1f\x7f]", r"\x1f]", "del-in-the-reason", "found accepted"),
    ("go", "run.go", "m[3], len(m[0])", "m[3][:0], len(m[0])", "", "expected reason_hex 4f4b, found "),
    ("go", "run.go", "len(m[0])}", "len(m[0]) - 1}", "", "expected end 17, found 16"),
    ("c", "small.c", " && u != 0x7f", "", "del-in-the-reason", "found accepted"),
    ("c", "small.c", "* 100", "* 101", "", "found another code"),
    ("c", "small.c", "bytes[7] - '0'", "bytes[5] - '0'", "", "found another version"),
    ("c", "small.c", "i - prefix;", "i - prefix + 1;", "", "found another reason"),
    ("c", "small.c", "i + 2", "i + 1", "", "found another end"),
    ("c", "small.c", "answer->outcome = NEED_MORE;", "", "", "expected need_more, found refused"),
]


class Runners(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def succeed(self, *command, **options):
        done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")

    def built(self, runner, source, *options):
        """The command that runs it. Its arguments are CASES and the policy."""
        if runner == "python":
            return [sys.executable, "-B", source / "run.py"]
        if runner == "node":
            return ["node", source / "run.mjs"]
        program = self.folder / "run"
        if runner == "go":
            environment = {**os.environ, "GOCACHE": str(self.folder / "cache"), "GOFLAGS": "-mod=mod",
                           "GOPATH": str(self.folder / "path"), "GOPROXY": "off", "GOTOOLCHAIN": "local"}
            self.succeed("go", "vet", ".", cwd=source, env=environment)
            self.succeed("go", "build", "-o", program, ".", cwd=source, env=environment)
        else:
            self.succeed("cc", *C_FLAGS, source / "run.c", *(options or [source / "small.c"]), "-o", program)
        return [program]

    def run_it(self, runner, command, *policy):
        """Exit status and output."""
        cases = CONFORMANCE / "cases.json"
        if runner == "c":
            cases = self.folder / "packed"
            self.succeed(sys.executable, "-B", CONFORMANCE / "pack.py", cases)
        done = subprocess.run([*command, cases, *policy], capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def test_find_nothing_wrong_with_their_parser(self):
        for runner in ["python", "node", "go", "c"]:
            with self.subTest(runner):
                status, out = self.run_it(runner, self.built(runner, RUNNERS / runner))
                self.assertRegex(out, r"^[0-9]{3} cases, 0 divergences from strict\n$")
                self.assertEqual(status, 0)

    def test_find_that_it_is_not_permissive(self):
        for runner in ["python", "node", "go", "c"]:
            with self.subTest(runner):
                status, out = self.run_it(runner, self.built(runner, RUNNERS / runner), "permissive")
                self.assertEqual(status, 1)
                self.assertRegex(out, r"expected (outcome )?accepted, found refused")

    def test_find_what_is_planted(self):
        for runner, name, was, now, case, found in PLANTED:
            with self.subTest(runner, was=was, now=now):
                copy = self.folder / "copy"
                shutil.rmtree(copy, ignore_errors=True)
                shutil.copytree(RUNNERS / runner, copy)
                text = (copy / name).read_text(encoding="utf-8")
                self.assertEqual(text.count(was), 1)
                (copy / name).write_text(text.replace(was, now), encoding="utf-8")
                status, out = self.run_it(runner, self.built(runner, copy))
                self.assertEqual(status, 1, out)
                self.assertIn(found, out)
                self.assertRegex(out, rf"(?m)^[a-z0-9_-]*{case}[a-z0-9_-]*: ")

    def test_find_nothing_wrong_with_the_c_library(self):
        for policy in ["strict", "interop", "permissive"]:
            with self.subTest(policy):
                library = pathlib.Path(os.environ["C_LIBRARY"])
                command = self.built("c", RUNNERS / "c", f"-DPOLICY=SL_{policy.upper()}", RUNNERS / "c/library.c",
                                     library, f"-Wl,-rpath,{library.parent}")
                status, out = self.run_it("c", command, policy)
                self.assertRegex(out, rf"^[0-9]{{3}} cases, 0 divergences from {policy}\n$")
                self.assertEqual(status, 0)


if __name__ == "__main__":
    unittest.main()
