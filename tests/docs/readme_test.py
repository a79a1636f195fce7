#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""README.md and docs/tool.md are true: their console sessions, the examples, the ways to install, and each
option and JSON member of the tool."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOOL_PAGE = (ROOT / "docs/tool.md").read_text(encoding="utf-8")


def blocks(language, page=README):
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def run_tool(command):
    return subprocess.run(["sh", "-c", command.replace("statusline ", os.environ["TOOL"] + " ")],
                          cwd=ROOT, check=False, capture_output=True, text=True)


def block_with(language, word):
    (found,) = (block for block in blocks(language) if word in block)
    return found


class Readme(unittest.TestCase):
    maxDiff = None

    def test_sessions(self):
        for page, program in (README, "./dev run "), (TOOL_PAGE, "statusline "):
            sessions = blocks("console", page)
            self.assertGreaterEqual(len(sessions), 3)
            for session in sessions:
                command, shown = session.split("\n", 1)
                self.assertIn(program, command)
                ran = run_tool(command.removeprefix("$ ").replace(program, "statusline "))
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

    def test_trial(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "include").symlink_to(ROOT / "include")
            pathlib.Path(folder, "hello.cpp").write_text(blocks("cpp")[0], encoding="utf-8")
            ran = subprocess.run(["sh", "-ec", block_with("sh", "hello.cpp")], cwd=folder,
                                 check=True, capture_output=True, text=True)
        self.assertEqual(ran.stdout, blocks("text")[0])

    def test_examples_are_there_and_short(self):
        table = README[README.index("## Examples"):].split("\n## ")[0]
        names = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
        self.assertGreaterEqual(len(names), 4)
        most, most_of_large = map(int, re.findall(r"less than (\d+)", table))
        for name in names:
            path = ROOT / "examples" / name
            files = path.iterdir() if path.is_dir() else [path]
            lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
            self.assertLess(lines, most_of_large if name in ("filter", "duckdb") else most, name)

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
                         "CMAKE_EXPORT_COMPILE_COMMANDS": "ON",
                         "PKG_CONFIG_PATH": f"{local}/share/pkgconfig:{local}/lib/pkgconfig",
                         "LD_LIBRARY_PATH": f"{local}/lib"})
                self.assertEqual(ran.returncode, 0, ran.stdout)
                return ran.stdout

            install = block_with("sh", "cmake --install")
            self.assertEqual(install.count("build/embed"), 3)
            sh(install.replace("build/embed", f"{folder}/build"), ROOT)
            # A user gets optimized code, and no warning of the user's compiler stops the build.
            commands = json.loads((home / "build/compile_commands.json").read_text(encoding="utf-8"))
            self.assertNotEqual(commands, [])
            for command in commands:
                self.assertRegex(command["command"], r" -O[23] ")
                self.assertNotIn("-Werror", command["command"])

            (home / "app.cpp").write_text(cpp, encoding="utf-8")
            (home / "app.c").write_text(c, encoding="utf-8")
            (home / "CMakeLists.txt").write_text(
                "cmake_minimum_required(VERSION 3.22)\nproject(app LANGUAGES CXX)\n"
                f"add_executable(app app.cpp)\n{cmake}", encoding="utf-8")
            sh("cmake -S . -B app-build && cmake --build app-build")
            self.assertEqual(sh("app-build/app"), shown)

            sh(block_with("sh", "pkg-config"))
            self.assertEqual(sh("./app"), shown)
            # The C library knows the registry's phrases, but does not assess any.
            self.assertEqual(sh("./app-c"), shown[:shown.index("phrase: ")])


class Help(unittest.TestCase):
    def test_each_form_of_a_registry_is_read(self):
        """Those of `registry --help`, which the man page repeats."""
        examples = run_tool("statusline registry --help").stdout.split("standard input:\n")[1]
        commands = re.findall(r"^  \S.*(?:\n    .*)?", examples, re.MULTILINE)
        self.assertEqual(len(commands), 5)
        for command in commands:
            ran = run_tool(command)
            self.assertRegex(ran.stdout, r"(?m)^404 ", command)
            self.assertEqual((ran.returncode, ran.stderr), (0, ""))


class ToolPage(unittest.TestCase):
    def section(self, heading):
        """Returns the text from a heading to the next one of its level or a higher one."""
        level = heading.index(" ")
        begin = TOOL_PAGE.index(f"\n{heading}\n") + 1
        return re.split(rf"\n#{{1,{level}}} ", TOOL_PAGE[begin + level:])[0]

    def tables(self, text, first_column):
        """Returns the names in the first column of each table with this title."""
        for table in re.findall(rf"^\| {first_column} \|.*\n((?:\|.*\n)*)", text, re.MULTILINE):
            yield [name for cell in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
                   for name in re.findall(r"`(.*?)`", cell)]

    def test_lists_every_option(self):
        for command in "parse", "explain", "registry", "quirks", "merge":
            help_text = run_tool(f"statusline {command} --help").stdout
            options = re.findall(r"^ +(?:-\w,)?(--[\w-]+)", help_text, re.MULTILINE)
            (listed, *_) = self.tables(self.section(f"## {command}"), "option")
            self.assertCountEqual(listed, set(options) - {"--help"}, command)

    def test_lists_every_member(self):
        stream = "printf 'HTTP/1.1 200 OK\\r\\nContent-Length: x\\r\\n\\r\\n' | statusline parse --follow --json"
        on_an_error = {"bytes_hex", "looks_like", "status_line_at"}  # schema_test covers these
        for heading, table, command, object_index in [
                ("### JSON of parse", 0, stream, 0),
                ("### Summary", 0, stream + " --quiet", 0),
                ("### Counts over many inputs", 0, stream + " --summary", 0),
                ("## explain", 0, "statusline explain 404 --json", 0),
                ("## quirks", 0, "statusline quirks --json", 0),
                ("## quirks", 1, "statusline quirks --json", -1)]:
            printed = json.loads(run_tool(command).stdout.splitlines()[object_index])
            listed = [*self.tables(self.section(heading), "member")][table]
            self.assertEqual([name for name in listed if name not in on_an_error], [*printed], heading)
        row = json.loads(run_tool("statusline registry --json").stdout.splitlines()[0])
        (listed,) = self.tables(self.section("## explain"), "member")
        self.assertEqual([*row], [name for name in listed if name not in ("standing", "aliases", "unofficial")])


if __name__ == "__main__":
    unittest.main()
