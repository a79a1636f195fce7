#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What README.md shows is what happens: its console sessions, its examples, and the ways in."""

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


def block_with(language, word):
    (found,) = (block for block in blocks(language) if word in block)
    return found


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

    def test_examples_are_there_and_short(self):
        table = README[README.index("## Examples"):].split("\n## ")[0]
        names = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
        self.assertGreaterEqual(len(names), 4)
        for name in names:
            path = ROOT / "examples" / name
            files = path.iterdir() if path.is_dir() else [path]
            lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
            self.assertLess(lines, 150, name)

    def test_embedding(self):
        (cpp,), (c,), (shown,) = blocks("cpp"), blocks("c"), blocks("text")
        (cmake,) = blocks("cmake")
        with tempfile.TemporaryDirectory() as folder:
            home = pathlib.Path(folder)
            local = home / ".local"

            def sh(commands, where=home):
                ran = subprocess.run(
                    ["sh", "-ec", commands], cwd=where, check=False, text=True,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                    env={**os.environ, "HOME": folder, "CMAKE_PREFIX_PATH": str(local),
                         "PKG_CONFIG_PATH": f"{local}/share/pkgconfig:{local}/lib/pkgconfig",
                         "LD_LIBRARY_PATH": f"{local}/lib"})
                self.assertEqual(ran.returncode, 0, ran.stdout)
                return ran.stdout

            install = block_with("sh", "cmake --install")
            self.assertEqual(install.count("build/embed"), 3)
            sh(install.replace("build/embed", f"{folder}/build"), ROOT)

            (home / "app.cpp").write_text(cpp, encoding="utf-8")
            (home / "app.c").write_text(c, encoding="utf-8")
            (home / "CMakeLists.txt").write_text(
                "cmake_minimum_required(VERSION 3.22)\nproject(app LANGUAGES CXX)\n"
                f"add_executable(app app.cpp)\n{cmake}", encoding="utf-8")
            sh("cmake -S . -B app-build && cmake --build app-build")
            self.assertEqual(sh("app-build/app"), shown)

            sh(block_with("sh", "pkg-config"))
            self.assertEqual(sh("./app"), shown)
            # The C library knows the registry's phrases, and assesses none.
            self.assertEqual(sh("./app-c"), shown[:shown.index("phrase: ")])


if __name__ == "__main__":
    unittest.main()
