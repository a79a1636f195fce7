#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the mutator is worth: mutator_gain.py WITH WITHOUT [TARGET...], two folders of fuzzers, the
second one built with -DSTATUSLINE_FUZZ_MUTATOR=OFF. Prints the table of docs/fuzzing.md: features
that libFuzzer has seen after so many executions, the mean of three runs, with / without.

Executions and not seconds, so that a busy machine tells the same; what the mutator itself costs is
the column of its own.
"""
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEEDS = (1, 2, 3)
# A tool run takes as long as thirty parses.
MARKS = {"tool_fuzzer": (1000, 4000, 16000)}
USUAL = (5000, 20000, 80000)


def run(fuzzer, seed, marks, corpus):
    """Features at each mark, and CPU seconds."""
    with tempfile.TemporaryDirectory() as new:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        log = subprocess.run(
            [fuzzer, f"-runs={marks[-1]}", f"-seed={seed}", "-max_len=2048",
             f"-dict={ROOT}/fuzz/statusline.dict", new, *corpus],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr.decode("latin-1")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seen = [(int(n), int(ft)) for n, ft in re.findall(r"^#(\d+)\t.* ft: (\d+)", log, re.M)]
    return [max(ft for n, ft in seen if n <= mark) for mark in marks], after.ru_utime - before.ru_utime


def mean(rows):
    return [sum(column) / len(rows) for column in zip(*rows)]


def main():
    folders = [pathlib.Path(name) for name in sys.argv[1:3]]
    names = sys.argv[3:] or sorted(file.name for file in folders[0].glob("*_fuzzer"))
    print("| target | begins with | executions | features with / without | gain | CPU with / without |")
    print("|---|---|---:|---:|---:|---:|")
    for name in names:
        marks = MARKS.get(name, USUAL)
        for begins, corpus in (("nothing", []), ("its seeds", [ROOT / "corpus/seeds" / name])):
            features, seconds = [], []
            for folder in folders:
                runs = [run(folder / name, seed, marks, corpus) for seed in SEEDS]
                features.append(mean([row for row, _ in runs]))
                seconds.append(sum(s for _, s in runs) / len(runs))
            for mark, with_it, without in zip(marks, *features):
                last = f"{seconds[0]:.0f} s / {seconds[1]:.0f} s" if mark == marks[-1] else ""
                print(f"| `{name}` | {begins} | {mark} | {with_it:.0f} / {without:.0f} "
                      f"| {100 * (with_it / without - 1):+.1f} % | {last} |", flush=True)


main()
