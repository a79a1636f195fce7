#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What README.md shows is what happens: its console sessions, and its C++ example."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


class Readme(unittest.TestCase):
    maxDiff = None

    def test_sessions(self):
        sessions = blocks("console")
        self.assertGreaterEqual(len(sessions), 3)
        for session in sessions:
            command, shown = session.split("\n", 1)
            self.assertRegex(command, r"^\$ .*\./dev run ")
            command = command.removeprefix("$ ").replace("./dev run", os.environ["TOOL"])
            ran = subprocess.run(["sh", "-c", command], cwd=ROOT, check=False,
                                 capture_output=True, text=True)
            self.assertEqual(ran.stdout, shown)
            self.assertEqual(ran.stderr, "")

    def test_example(self):
        (source,), (shown,) = blocks("cpp"), blocks("text")
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "example.cpp")
            file.write_text(source, encoding="utf-8")
            program = pathlib.Path(folder, "example")
            subprocess.run([os.environ["CXX"], "-std=c++20", "-Wall", "-Wextra", "-Werror",
                            f"-I{ROOT}/include", file, "-o", program], check=True)
            ran = subprocess.run([program], check=True, capture_output=True, text=True)
        self.assertEqual(ran.stdout, shown)


if __name__ == "__main__":
    unittest.main()
