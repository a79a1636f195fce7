#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Changes the library's headers one token at a time, and lists the changes that no test notices.

  run.py [--only PART] [--sample N] [--seed S] [--jobs J] [--known] [--verbose] [--list]

Each mutant is one change in one header. The compiler or a static_assert kills it, or one of these does, in
this order: `FIRST`, `SECOND`, `THEN`, UBSan for behaviour that is undefined but harmless here, and the counts
of bench/instructions.sh for a change that only costs time. Warnings do not count. Survivors are listed.
equivalent.txt, next to this file, lists mutants without an observable change, with reasons: only `FIRST` runs
for them, and every check with --known. A row is `header | function | change | number, if not the first in it
| why`. Exits with 1 if fewer than 95 % of the others are killed, if a row is killed, or if a row is no mutant
any more.

Left out: registry_tables.hpp, which is generated, the text in quotes, and code that this machine does not
compile: NEON, and words of a big-endian machine. The grammar's rules have their own mutants, in
proof_mutants_test.cpp; this script changes the code around them.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
TESTS = ROOT / "tests"
sys.path.append(str(TESTS / "meta"))
from functions import Functions  # noqa: E402

EQUIVALENT = pathlib.Path(__file__).with_name("equivalent.txt")

# Longest first: `<=` is not `<`.
SWAPS = {
    " == ": [" != "], " != ": [" == "], " <= ": [" < "], " >= ": [" > "], " < ": [" <= "],
    " > ": [" >= "], " + ": [" - "], " - ": [" + "], " * ": [" + "], " && ": [" || "], " || ": [" && "],
    " | ": [" & "], " & ": [" | "], " << ": [" >> "], " >> ": [" << "], " |= ": [" = "],
    " += ": [" -= "], "++": ["--"], "true": ["false"], "false": ["true"], "!": [""], "~": [""],
    "(std::min)(": ["(std::max)("], "(std::max)(": ["(std::min)("],
}
NUMBER = r"(?<![\w.:'<])(?:0x[0-9a-f]+|\d+)(?=u?\b)(?![.'])"
TOKEN = re.compile("|".join([*(re.escape(t) for t in sorted(SWAPS, key=len, reverse=True)), NUMBER]))
# A condition that is one name or call: the swaps do not apply to it.
CONDITION = re.compile(r"\b(?:if|while) \((?:constexpr )?([A-Za-z_][\w.:]*(?:\([\w.]*\))?)\)|= ([A-Za-z_][\w.:]*(?:\([\w.]*\))?) \?")
ENUMERATOR = re.compile(r"(?<!case )(?<![\w:])(\w+)::(\w+)\b(?![(:<])")
STATEMENT = re.compile(r"^ +(?!return\b|using\b|(?:static_)?assert|friend\b|case\b|if\b|for\b|else\b)"
                       r"(?:[\w.\[\]:>*-]+ (?:[|+-]?=) [^;{}]*|[\w.]+\([^;{}]*\)|\+\+[\w.]+|break);$")
DECLARED = re.compile(r"\b(const|constexpr|auto|std::\w+|bool|char|int|state|errc|machine|walker|quirk_set|reading"
                      r"|iterator|enum_set)\b.* = ")

# FIRST: only the library is compiled again, without optimization, so that none of its functions is inlined.
# Prints "killed" or nothing: a linker cannot exchange every part of the library.
API = [f"unit/{name}_test.cpp" for name in ("parse", "stream", "write", "explain", "format", "quirk")]
FIRST = {
    "core": ["meta/mutants/quick.cpp", "support/judge.cpp", *API, "corpus/cases_test.cpp", "unit/grammar_test.cpp"],
    "registry": ["unit/registry_test.cpp"],
}
# SECOND and THEN: the tests, compiled with the change as one program. First those that compile quickly, then
# all.
SECOND = {
    "core": ["meta/mutants/quick.cpp", "support/judge.cpp", *API, "unit/grammar_test.cpp"],
    "registry": ["unit/registry_test.cpp"],
}
THEN = {
    "core": ["meta/mutants/quick.cpp", "support/judge.cpp", *API, "unit/grammar_test.cpp", "proofs/proof_strict_test.cpp",
             "proofs/proof_strict.cpp", "corpus/exhaustive_test.cpp"],
    "registry": ["unit/registry_test.cpp", *API],
}
# For objects whose functions the linker exchanges: the compiler must not inline them.
UNLINKED = ["-O1", "-fno-inline", "-fno-ipa-modref", "-fno-ipa-pure-const", "-fno-ipa-reference"]
# As `./dev test` runs them sanitized: finds undefined behaviour that is harmless here.
UNDEFINED = ["-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all"]
JUDGES = ["support/cases.cpp", "support/guarded.cpp", "support/reference_parser.cpp", "support/strict_automaton.cpp"]
STANDARD = ["algorithm", "array", "bit", "concepts", "cstddef", "cstdint", "cstdlib", "cstring", "optional", "random",
            "span", "string", "string_view", "type_traits", "vector"]
# Seconds of processor time, several times that of the slowest.
COMPILING, RUNNING_FIRST, RUNNING_OTHERS, RUNNING_COUNTS = 60, 20, 60, 120


class Mutant:
    def __init__(self, path, lines, number, column, old, new, function="", kind=""):
        self.path, self.lines, self.number, self.column, self.old, self.new = path, lines, number, column, old, new
        self.asks = "registry" if "/registry" in path else "core"
        # Neither the text of the line nor the name of a variable: it survives edits elsewhere in the
        # function.
        name = path.removeprefix("include/statusline/")
        change = f"{old.strip()} -> {new.strip() or 'nothing'}"
        self.key = f"{name} | {function or 'none'} | {kind or change}"

    def text(self):
        lines = list(self.lines)
        line = lines[self.number]
        end = self.column + len(self.old)
        assert line[self.column:end] == self.old, (line, self.old)
        lines[self.number] = line[:self.column] + self.new + line[end:]
        return "\n".join(lines)

    def in_words_branch(self):
        """Returns whether the line is compiled only without SSE2 and NEON."""
        if not self.path.endswith("block.hpp"):
            return False
        begin = self.lines.index("#else")
        return begin < self.number < self.lines.index("#endif", begin)


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def code_of(text):
    """Returns the text with blanks in place of everything that is no code, or is not compiled here."""
    for pattern in (r"//[^\n]*", r'"(?:\\.|[^"\\\n])*"', r"'(?:\\.|[^'\\\n])+'", r"(?:static_)?assert\((?:[^;]|\n)*?\);",
                    r"(?s)(?<=\n)#elif defined\(__aarch64__\) && defined\(__ARM_NEON\)\nstruct.*?\n(?=#else)",
                    r"(?<=\n  else\n)    for \(int i = 0;[^;]*;[^;]*;\n(?=  return word;)",
                    r"(?<=native != std::endian::little\)\n)[^\n]*",
                    r"\[\[[^\]]*\]\]", r"(?m)^ *#[^\n]*", r"operator[^\s\w(]+|operator\(\)"):
        text = re.sub(pattern, blank, text)
    return text


def enumerations(headers):
    """Returns the enumerator after each one, by its full name."""
    after = {}
    for header in headers:
        text = re.sub(r"//[^\n]*", "", header.read_text())
        for name, body in re.findall(r"enum class (\w+)[^{;]*\{([^}]*)\}", text):
            values = [value.split("=")[0].strip() for value in body.split(",") if value.strip()]
            for value, following in zip(values, values[1:] + values[:1]):
                after[name, value] = following
    return after


def mutants_of(header, after):
    path = str(header.relative_to(ROOT))
    text = header.read_text()
    lines = text.split("\n")
    found = []
    functions = Functions(text)
    for number, line in enumerate(code_of(text).split("\n")):
        def add(column, old, new, kind=""):
            function = functions.at(number + 1, column + 1)
            found.append(Mutant(path, lines, number, column, old, new, function, kind))
        for match in TOKEN.finditer(line):
            old = match.group()
            if old in SWAPS:
                for new in SWAPS[old]:
                    add(match.start(), old, new)
            else:
                value = int(old, 0)
                add(match.start(), old, str(value + 1))
                if value:
                    add(match.start(), old, str(value - 1))
        for match in CONDITION.finditer(line):
            group = 1 if match.group(1) else 2
            if match.group(group) not in ("true", "false"):
                add(match.start(group), match.group(group), "!" + match.group(group), "condition -> !condition")
        for match in ENUMERATOR.finditer(line):
            if match.groups() in after:
                add(match.start(2), match.group(2), after[match.groups()])
        if STATEMENT.match(line) and not DECLARED.search(line):
            begin, end = len(line) - len(line.lstrip()), len(line.rstrip())
            add(begin, lines[number][begin:end], "{}", "statement -> nothing")
    times = collections.Counter()
    for mutant in found:
        times[mutant.key] += 1
        if times[mutant.key] > 1:
            mutant.key += f" | {times[mutant.key]}"
    return found


class Bench:
    """The parts that all mutants share: objects of the oracles, and precompiled headers."""

    base = ["g++", "-std=c++20", "-w", f'-DSTATUSLINE_SOURCE_DIR="{ROOT}"', f"-I{TESTS}"]

    def __init__(self, work):
        self.work = work
        self.lock = threading.Lock()
        self.made = {}

    def once(self, key, make):
        """Returns the result of `make`, which runs at the first call."""
        with self.lock:
            if key not in self.made:
                self.made[key] = make(self.work / str(len(self.made)))
            return self.made[key]

    def objects(self, sources, flags):
        def make(directory):
            directory.mkdir()
            names = []
            for source in sources:
                names.append(str(directory / (pathlib.Path(source).stem + ".o")))
                succeed([*self.base, *flags, f"-I{ROOT}/include", "-c", f"{TESTS}/{source}", "-o", names[-1]])
            return names
        return self.once((*sources, *flags), make)

    def precompiled(self, headers, flags):
        """Returns flags that include these headers, precompiled."""
        def make(directory):
            directory.mkdir()
            header = directory / "precompiled.hpp"
            header.write_text("".join(f"#include <{name}>\n" for name in headers))
            succeed([*self.base, *flags, f"-I{ROOT}/include", "-x", "c++-header", str(header), "-o", f"{header}.gch"])
            return [*flags, "-include", str(header)]
        return self.once((*headers, *flags), make)

    def by_first(self, mutant):
        """Returns which of the compiler and the first tests notices it, or None."""
        return self.notices(mutant, FIRST, [*STANDARD, *before(mutant.path)], ["-O0"], alone=True)

    def by_others(self, mutant):
        headers = [*STANDARD, "gmock/gmock.h", "gtest/gtest.h"]
        return (self.notices(mutant, SECOND, headers, ["-O0"], alone=False) or
                self.notices(mutant, THEN, headers, ["-O1"], alone=False) or
                self.notices(mutant, SECOND, headers, UNDEFINED, alone=False) or self.counts(mutant))

    def counts(self, mutant):
        """Returns whether a call executes another number of instructions."""
        if mutant.in_words_branch():
            return None
        with tempfile.TemporaryDirectory(dir=self.work) as here:
            self.change(mutant, pathlib.Path(here))
            counted = run([f"{ROOT}/bench/instructions.sh", "--changed", f"{here}/include", "g++"], RUNNING_COUNTS)
            return "the counts" if counted.returncode else None

    @staticmethod
    def change(mutant, here):
        changed = here / mutant.path
        changed.parent.mkdir(parents=True)
        changed.write_text(mutant.text())

    def notices(self, mutant, tests, headers, flags, alone):
        """`alone`: only the library is compiled with the change."""
        sanitized = flags is UNDEFINED
        flags = [*flags, *(["-U__SSE2__"] if mutant.in_words_branch() else [])]
        sources = tests[mutant.asks]
        with tempfile.TemporaryDirectory(dir=self.work) as here:
            here = pathlib.Path(here)
            self.change(mutant, here)
            compiled = here / "compiled.cpp"
            compiled.write_text("".join(f'#include "{TESTS}/{source}"\n'
                                        for source in (["meta/mutants/library.cpp"] if alone else sources)))
            # The mutant's object first: of two copies of an inline function the linker keeps the first.
            fixed = self.objects([*(sources if alone else []), *JUDGES], [*flags[1:], *UNLINKED])
            if not builds([*self.base, *self.precompiled(headers, flags), f"-I{here}/include", f"-I{ROOT}/include",
                           "-c", str(compiled), "-o", f"{here}/compiled.o"]) or \
               not builds(["g++", *flags, f"{here}/compiled.o", *fixed, "-lgmock", "-lgtest", "-lgtest_main",
                           "-lpthread", "-o", f"{here}/program"]):
                return "the compiler"
            passed = run([f"{here}/program", "--gtest_fail_fast", "--gtest_brief"],
                         RUNNING_FIRST if alone else RUNNING_OTHERS).returncode == 0
        return None if passed else "the first tests" if alone else "a sanitizer" if sanitized else "the other tests"


def closure(path, seen=()):
    """Returns the library's headers that this one includes, in order."""
    found = []
    for name in re.findall(r"#include <(statusline/[^>]*)>", (ROOT / path).read_text()):
        if f"include/{name}" not in (path, *seen):
            found += [*closure(f"include/{name}", (path, *seen)), name]
    return list(dict.fromkeys(found))


def before(path):
    """Returns those that can be compiled before it: parse.hpp and parse_line.hpp include each other."""
    own = path.removeprefix("include/")
    return [name for name in closure(path) if name != own and own not in closure(f"include/{name}")]


def run(command, seconds):
    """Runs a command within limits of time and memory."""
    limits = f'ulimit -t {seconds}; ulimit -v 4000000; ulimit -c 0; exec "$@"'
    return subprocess.run(["bash", "-c", limits, "run", *command], capture_output=True)


def builds(command):
    """Returns whether it accepts the mutant. A machine without memory or disk has not killed it."""
    done = run(command, COMPILING)
    if re.search(rb"No space left|Killed signal", done.stderr):
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.returncode == 0


def succeed(command):
    done = subprocess.run(command, capture_output=True)
    if done.returncode:
        sys.exit(done.stderr.decode(errors="replace"))


def read_equivalent():
    rows = {}
    for row in EQUIVALENT.read_text().splitlines():
        if row and not row.startswith("#"):
            key, _, reason = row.rpartition(" | ")
            rows[key] = reason
    return rows


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--only", default="", help="only mutants whose row has this: a header, a line")
    options.add_argument("--sample", type=int, help="only so many, chosen by the seed")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    options.add_argument("--known", action="store_true", help="only the rows of equivalent.txt, and every test")
    options.add_argument("--verbose", action="store_true", help="say of each mutant what killed it")
    options.add_argument("--list", action="store_true", help="print the mutants and stop")
    options = options.parse_args()

    headers = [h for h in sorted((ROOT / "include").rglob("*.hpp")) if h.name != "registry_tables.hpp"]
    after = enumerations(headers)
    every = [m for h in headers for m in mutants_of(h, after)]
    equivalent = read_equivalent()
    chosen = [m for m in every if options.only in m.key and (not options.known or m.key in equivalent)]
    if options.sample and options.sample < len(chosen):
        chosen = random.Random(options.seed).sample(chosen, options.sample)
    if options.list:
        print(*(mutant.key for mutant in chosen), sep="\n")
        return 0

    began = time.monotonic()
    keys = {mutant.key for mutant in every}
    wrong = [key for key in equivalent if key not in keys]
    by, survivors = collections.Counter(), []
    known = [mutant for mutant in chosen if mutant.key in equivalent]

    with tempfile.TemporaryDirectory() as work, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        bench = Bench(pathlib.Path(work))

        def left_by(notices, mutants):
            left = []
            for mutant, verdict in zip(mutants, pool.map(notices, mutants)):
                if options.verbose:
                    print(f"{verdict or 'not noticed'}: {mutant.key}", flush=True)
                if not verdict:
                    left.append(mutant)
                    continue
                by[verdict] += 1
                if mutant.key in equivalent:
                    wrong.append(mutant.key)
            return left

        # Runs each list of tests once without a change: a test that fails anyway would kill every mutant.
        for path in {mutant.asks: mutant.path for mutant in chosen}.values():
            unchanged = Mutant(path, (ROOT / path).read_text().split("\n"), 0, 0, "", "")
            if verdict := bench.by_first(unchanged) or bench.by_others(unchanged):
                sys.exit(f"{path} is noticed by {verdict} as it is")
        left = left_by(bench.by_first, chosen)
        print(f"{len(left)} of {len(chosen)} are left for the other tests", flush=True)
        asked = left if options.known else [mutant for mutant in left if mutant.key not in equivalent]
        survivors = [mutant for mutant in left_by(bench.by_others, asked) if mutant.key not in equivalent]

    killed = sum(by.values())
    judged = killed + len(survivors)
    share = 100 * killed / judged if judged else 100
    for mutant in survivors:
        print(f"survivor: {mutant.key}")
    for key in wrong:
        print(f"row of equivalent.txt that is killed, or no mutant: {key}")
    print(f"{len(chosen)} of {len(every)} mutants: {killed} of {judged} killed ({share:.1f} %), "
          f"{len(known)} known to be equivalent; {(time.monotonic() - began) / 60:.0f} minutes")
    for name, count in by.most_common():
        print(f"  by {name}: {count}")
    return 1 if share < 95 or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
