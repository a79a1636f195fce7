#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures the mutator: mutator_gain.py WITH WITHOUT [TARGET...], two folders of fuzzers, the second one
built with -DSTATUSLINE_FUZZ_MUTATOR=OFF. Prints the table of docs/fuzzing.md: the features that libFuzzer has
seen after a number of executions, the mean of three runs, with / without.

Executions instead of seconds, so that a busy machine changes nothing. The last column is the cost of the
mutator: processor time from the seeds to the row's last mark.
"""
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEEDS = (1, 2, 3)
# tool_fuzzer is at least ten times slower per execution than the others.
MARKS = {"tool_fuzzer": (500, 2000, 8000)}
USUAL = (2000, 8000, 32000)


def run(fuzzer, seed, marks, corpus):
    """Returns the features at each mark, and seconds of processor time."""
    with tempfile.TemporaryDirectory() as new:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        log = subprocess.run(
            [fuzzer, f"-runs={marks[-1]}", f"-seed={seed}", "-max_len=2048",
             f"-dict={ROOT}/fuzz/statusline.dict", new, *corpus],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr.decode("latin-1")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seen = [(int(n), int(ft)) for n, ft in re.findall(r"^#(\d+)\t.* ft: (\d+)", log, re.M)]
    return [max(ft for n, ft in seen if n <= mark) for mark in marks], after.ru_utime - before.ru_utime


def compare(folders, name, marks, corpus):
    """Returns a cell for each mark, and the mean seconds of processor time of each folder."""
    features, cpu = [], []
    for folder in folders:
        runs = [run(folder / name, seed, marks, corpus) for seed in SEEDS]
        features.append([sum(column) / len(SEEDS) for column in zip(*(row for row, _ in runs))])
        cpu.append(sum(seconds for _, seconds in runs) / len(SEEDS))
    cells = [f"{a:.0f} / {b:.0f} | {100 * (a / b - 1):+.1f} %" for a, b in zip(*features)]
    return cells, cpu


def main():
    folders = [pathlib.Path(name) for name in sys.argv[1:3]]
    names = sys.argv[3:] or sorted(file.name for file in folders[0].glob("*_fuzzer"))
    print("| target | executions | from nothing | gain | from the seeds | gain | CPU |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name in names:
        marks = MARKS.get(name, USUAL)
        nothing, _ = compare(folders, name, marks, [])
        seeds, cpu = compare(folders, name, marks, [ROOT / "corpus/seeds" / name])
        for mark, left, right in zip(marks, nothing, seeds):
            last = f"{cpu[0]:.1f} s / {cpu[1]:.1f} s" if mark == marks[-1] else ""
            print(f"| `{name}` | {mark} | {left} | {right} | {last} |", flush=True)


main()
