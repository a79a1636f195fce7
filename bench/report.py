#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the benchmarks say, for a reader.

    bench/report.py keep FROM TO    the part of Google Benchmark's JSON that is committed
    bench/report.py                 docs/benchmarks.{md,svg} from docs/benchmarks*.json and
                                    bench/instructions.txt; prints the goals
"""

import json
import os
import re
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
FILES = {"GCC": "docs/benchmarks.json", "Clang": "docs/benchmarks-clang.json"}
GROWTH = "docs/benchmarks-growth.json"
PEERS = ["llhttp", "http_parser", "beast", "picohttpparser", "httparse"]
OWN = ["sscanf", "std_regex"]
FLOORS = ["memchr", "sse2_lf", "copy", "nothing"]
WAYS = ["statusline_permissive", "statusline_assess", "statusline_stream", "statusline_stream2",
        "statusline_bytes", "llhttp_bytes"]


def path(name):
    return os.path.join(ROOT, name)


def keep(source, target):
    """Without names of machines and folders, and of the aggregates only those that are used."""
    with open(source) as file:
        whole = json.load(file)
    context = whole["context"]
    for private in ("host_name", "executable"):
        context.pop(private, None)
    kept = []
    for b in whole["benchmarks"]:
        if b.get("aggregate_name") in ("median", "low", "high"):
            for unused in ("family_index", "per_family_instance_index", "aggregate_unit", "threads"):
                b.pop(unused, None)
            kept.append({k: float(f"{v:.4g}") if isinstance(v, float) else v for k, v in b.items()})
    kept.sort(key=lambda b: (b["run_name"], b["aggregate_name"]))
    with open(target, "w") as file:
        file.write('{"context": ' + json.dumps(context, indent=1) + ',\n"benchmarks": [\n')
        file.write(",\n".join(json.dumps(b, separators=(",", ":")) for b in kept))
        file.write("\n]}\n")


class Run:
    """One compiler's numbers: ns and ratio, each as (median, low, high)."""

    def __init__(self, name):
        with open(path(FILES[name])) as file:
            whole = json.load(file)
        self.name = name
        self.context = whole["context"]
        self.values = {}
        for b in whole["benchmarks"]:
            row, column = b["run_name"].split("/")
            for what in ("ns", "ratio"):
                slot = self.values.setdefault((row, column, what), {})
                slot[b["aggregate_name"]] = b[what]
        self.rows = list(dict.fromkeys(row for row, _, _ in self.values))

    def get(self, row, column, what="ratio"):
        found = self.values.get((row, column, what))
        return found and (found["median"], found["low"], found["high"])

    def median(self, row, column, what="ratio"):
        found = self.get(row, column, what)
        return found and found[0]

    def matching(self, prefix):
        def order(name):
            number = re.search(r"\d+", name)
            return (int(number.group()) if number else 0, name)
        return sorted((r for r in self.rows if r.startswith(prefix)), key=order)


def short(x):
    return f"{x:.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}"


def cell(found):
    return "-" if not found else f"{short(found[0])} ({short(found[1])} to {short(found[2])})"


def table(head, lines):
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(out + ["| " + " | ".join(line) + " |" for line in lines]) + "\n"


def instructions():
    counts = {}
    with open(path("bench/instructions.txt")) as file:
        for line in file:
            key, name, count = line.split()
            counts.setdefault(key, {})[name] = int(count)
    return counts


def counts_of(name):
    found = [v for k, v in instructions().items() if k.startswith(name.lower() + "-")]
    return found[-1]


def goals(run):
    """(row, goal, measured, met) for each line of the goals."""
    out = []

    def say(row, goal, measured, met):
        out.append((row, goal, measured, met))

    for row in ("ok", "ok+head", "mix", "mix+head"):
        llhttp = run.median(row, "llhttp")
        say(row, "llhttp takes 10 times as long, never under 8", short(llhttp), llhttp >= 10 or
            (None if llhttp >= 8 else False))
        least, who = min((run.median(row, p), p) for p in PEERS[1:] if run.median(row, p))
        say(row, "each other peer at least 3 times", f"{short(least)} ({who})", least >= 3)
        floor = 1 / run.median(row, "memchr")
        say(row, "at most 1.8 times memchr, never over 2.2", short(floor), floor <= 1.8 or
            (None if floor <= 2.2 else False))
    tails = [(run.median(r, "statusline_interop" if r == "tail-14" else "statusline"), r)
             for r in run.matching("tail-") if "+" not in r]
    worst = max(tails)
    say("tail-14 to tail-80", "at most 1.3 times the same line with 64 bytes after it",
        f"{short(worst[0])} at the most ({worst[1]})", worst[0] <= 1.3)
    for row in ("long", "long+head", "huge", "huge+head"):
        llhttp = run.median(row, "llhttp")
        say(row, "llhttp takes 10 times as long", short(llhttp), llhttp >= 10)
        floor = 1 / run.median(row, "sse2_lf")
        say(row, "at most 2 times a plain SSE2 search for the LF",
            f"{short(floor)} (of glibc's AVX2 memchr: {short(1 / run.median(row, 'memchr'))})", floor <= 2)
    quirky = run.matching("quirky-")
    both = [(run.median(r, "llhttp"), r) for r in quirky if run.median(r, "llhttp")]
    say("quirky-*", "llhttp takes 1.2 times as long where both take it",
        f"{short(min(both)[0])} at the least ({min(both)[1]})", min(both)[0] >= 1.2)
    levers = sorted(((run.median(r, "statusline_permissive"), r) for r in quirky), reverse=True)
    over = [f"{r[7:]} {short(x)}" for x, r in levers if x > 4]
    say("quirky-*", "at most 4 times `ok`",
        f"{short(levers[0][0])} at the most" + (f"; over 4: {', '.join(over)}" if over else ""), not over)
    bad = max((run.median(r, "statusline"), r) for r in run.matching("bad-"))
    say("bad-*", "at most 4 times `ok`", f"{short(bad[0])} at the most ({bad[1]})", bad[0] <= 4)
    for row in ("ok", "ok+head", "mix", "mix+head"):
        whole = run.median(row, "llhttp") / run.median(row, "statusline_stream")
        say(row, "stream in one piece: llhttp takes 5 times as long", short(whole), whole >= 5)
        pieces = run.median(row, "llhttp_bytes") / run.median(row, "statusline_bytes")
        say(row, "byte by byte: no slower than llhttp", f"llhttp takes {short(pieces)} times as long",
            pieces >= 1)
    both = run.median("canonical+head", "statusline_assess")
    say("canonical+head", "parse and assess at most 1.5 times parse", short(both), both <= 1.5)
    counts = counts_of(run.name)
    for name, most in (("ok", 90), ("ok_alone", 110)):  # 30 of them are the caller's
        say(name, f"at most {most} instructions for a call", str(counts[name]), counts[name] <= most)
    return out


def goals_text(runs):
    judged = {run.name: goals(run) for run in runs}
    names = list(judged)
    lines = []
    for entries in zip(*judged.values()):
        line = [f"`{entries[0][0]}`", entries[0][1]]
        for row in entries:
            verdict = {True: "", None: " (within the limit)", False: " **missed**"}[row[3]]
            line.append(row[2] + verdict)
        lines.append(line)
    return table(["row", "goal", *names], lines)


def rows_text(run, rows, columns):
    columns = [c for c in columns if any(run.get(r, c) for r in rows)]
    lines = []
    for row in rows:
        mine = "statusline" if run.get(row, "statusline", "ns") else "statusline_permissive"
        lines.append([f"`{row}`", f"{short(run.median(row, mine, 'ns'))} ns"] +
                     [cell(run.get(row, c)) for c in columns])
    return table(["row", "statusline", *columns], lines)


def losses(runs):
    lines = []
    for run in runs:
        for row in run.rows:
            for column in PEERS + OWN + FLOORS[:3]:
                found = run.get(row, column)
                if row.startswith("length-") and column in FLOORS:
                    continue
                if found and found[0 if column in FLOORS else 1] < 1:
                    lines.append((column in FLOORS, row, column, run.name, cell(found)))
    text = []
    peers = [line for line in lines if not line[0]]
    text.append(table(["row", "who is faster, or may be", "compiler", "its time by ours"],
                      [[f"`{r}`", c, n, x] for _, r, c, n, x in peers])
                if peers else "None to a parser.\n")
    if any(row.startswith("bad-") for _, row, _, _, _ in peers):
        text.append("(On a wrong line a peer says at best what is wrong; statusline says where as well, and what a policy would have "
                    "to allow.)\n")
    floors = sorted({(r, c) for f, r, c, _, _ in lines if f})
    by_row = {}
    for row, column in floors:
        by_row.setdefault(row, []).append(column)
    text.append("What only looks for the LF, or copies the line, is faster on: " +
                "; ".join(f"`{r}` ({', '.join(c)})" for r, c in by_row.items()) + ".\n")
    return "\n".join(text)


def quirk_counts(growth):
    counts = growth["instructions"]
    names = [name for name in counts["GCC"] if name.startswith("quirky-")]
    both = [[f"`{name}`", *[str(counts[n][name]) for n in FILES]] for name in names]
    both.insert(0, ["`ok+head`", *[str(counts_of(n)["ok"]) for n in FILES]])
    return table(["instructions", *FILES], both)


def growth_text(runs, growth):
    def series(prefix, column):
        out = []
        for row in runs[0].matching(prefix):
            out.append((row, [run.get(row, column, "ns") or run.get(row, "statusline_interop", "ns")
                              for run in runs]))
        return out

    counts = growth["instructions"]
    text = ["\n### By the length of the line\n",
            "A header section follows it. Time in ns (median), and instructions of the call. The one of 14 bytes "
            "has no reason, and the policy `interop`.\n"]
    text.append(table(["bytes", *[f"{n}, ns" for n in FILES], *[f"{n}, instructions" for n in FILES],
                       "llhttp, ns (GCC)"],
                      [[row.split("-")[1], *[short(x[0]) for x in values],
                        *[str(counts[n].get(row, "-")) for n in FILES],
                        short(runs[0].median(row, "llhttp", "ns"))]
                       for row, values in series("length-", "statusline")]))
    text += ["### By the place of the first error, in a line of 8192 bytes\n"]
    text.append(table(["offset", *[f"{n}, ns" for n in FILES], *[f"{n}, instructions" for n in FILES]],
                      [[row.split("-")[1], *[short(x[0]) for x in values],
                        *[str(counts[n].get(row, "-")) for n in FILES]]
                       for row, values in series("error-", "statusline")]))
    text += ["### By the size of a stream's pieces, a line of 8192 bytes\n",
             "The reason is put together from its parts, as it is for the peers. The cost is one for each "
             "piece and one for each byte, whatever has come before.\n"]
    lines = []
    for size, column in PIECES:
        lines.append([size, *[short(run.median("huge", column, "ns") / 8192) for run in runs],
                      *[short(counts[n][f"pieces-{size}"] / 8192) for n in FILES]])
    text.append(table(["piece", *[f"{n}, ns for each byte" for n in FILES],
                       *[f"{n}, instructions for each byte" for n in FILES]], lines))
    each = [f"{size} bytes " + " and ".join(short(run.median(row, "statusline_bytes", "ns") / size) for run in runs)
            for row, size in (("ok", 17), ("long", 271), ("huge", 8192))]
    text.append("Byte by byte, a line costs the same for each byte however long it is, in ns with " +
                " and ".join(FILES) + ": of " + ", of ".join(each) + ".\n")
    text += ["### The whole process\n",
             f"{growth['lines']:,} lines, 1 GiB, from a file that is in memory; seconds of the processor, "
             "median of three runs. `grep` and `mawk` are given the grammar as a pattern; `wc` only counts "
             "lines.\n"]
    text.append(table(["command", "seconds", "million lines a second", "MB a second", "peak memory, MB"],
                      [[f"`{r['name']}`", f"{r['seconds']:.2f}", f"{r['lines_per_second'] / 1e6:.1f}",
                        f"{r['bytes_per_second'] / 1e6:.0f}", f"{r['peak_memory'] / 1e6:.1f}"]
                       for r in growth["runs"]]))
    return "\n".join(text)


PIECES = [("1", "statusline_bytes"), *[(str(n), f"statusline_by_{n}") for n in (2, 8, 32, 128, 512, 2048)],
          ("8192", "statusline_stream")]


def plot(runs):
    """One picture: the rows side by side, and how cost grows."""
    gcc = runs[0]
    columns = ["statusline", *PEERS, "memchr"]
    rows = [r for r in ("ok", "ok+head", "mix", "mix+head", "tail", "long", "huge") if r in gcc.rows]
    script = ["set terminal svg size 1100,760 font 'sans-serif,12' background '#ffffff'",
              f"set output '{path('docs/benchmarks.svg')}'", "set multiplot", "set size 1,0.5",
              "set origin 0,0.5", "set style data histogram", "set style histogram clustered gap 1",
              "set style fill solid 0.9 noborder", "set logscale y", "set grid ytics lc '#dddddd'",
              "set key outside right", "set border 3", "set tics nomirror",
              "set title 'Time of a line by the time of statusline, GCC'", "set ylabel 'times'",
              "set yrange [0.1:*]", "$rows << EOD", "row " + " ".join(columns)]
    for row in rows:
        values = [1 if c == "statusline" else gcc.median(row, c) for c in columns]
        script.append(row + " " + " ".join("NaN" if v is None else f"{v:.4g}" for v in values))
    script += ["EOD", "plot for [i=2:" + str(len(columns) + 1) +
               "] $rows using i:xtic(1) title columnheader(i) noenhanced",
               "set logscale xy", "set ylabel 'ns'", "set style data linespoints", "set yrange [*:*]",
               "set key inside left top", "set size 0.34,0.5"]

    def lines(number, title, label, curves):
        script.extend([f"set origin {number * 0.33},0", f"set title '{title}'", f"set xlabel '{label}'"])
        for i, (_, points) in enumerate(curves):
            script.append(f"$c{number}{i} << EOD")
            script.extend(f"{x} {y}" for x, y in points)
            script.append("EOD")
        script.append("plot " + ", ".join(f"$c{number}{i} using 1:2 title '{name}'"
                                          for i, (name, _) in enumerate(curves)))

    def along(prefix, column):
        points = [(row.split("-")[1], gcc.median(row, column, "ns")) for row in gcc.matching(prefix)]
        return [point for point in points if point[1]]

    lines(0, "By the length of the line", "bytes",
          [(name, along("length-", column)) for name, column in
           (("statusline", "statusline"), ("stream", "statusline_stream"), ("llhttp", "llhttp"),
            ("memchr", "memchr"))])
    lines(1, "By the place of the first error", "offset", [("statusline", along("error-", "statusline"))])
    lines(2, "8192 bytes in pieces", "bytes of a piece",
          [("stream", [(size, gcc.median("huge", column, "ns")) for size, column in PIECES])])
    subprocess.run(["gnuplot"], input="\n".join(script) + "\n", text=True, check=True)


def main():
    if sys.argv[1:2] == ["keep"]:
        return keep(*sys.argv[2:])
    runs = [Run(name) for name in FILES]
    with open(path(GROWTH)) as file:
        growth = json.load(file)
    with open(path("bench/missed.md")) as file:
        missed = file.read()
    gcc = runs[0]
    context = gcc.context
    plot(runs)
    main_rows = ["ok", "ok+head", "mix", "mix+head", "tail", "latin1+head", "canonical+head", "long",
                 "long+head", "huge", "huge+head", "cold", "cold+head"]
    main_rows = [r for r in main_rows if r in gcc.rows]
    out = ["# Benchmarks\n",
           "Written by `./dev bench` from `docs/benchmarks.json` (GCC), `docs/benchmarks-clang.json`, "
           "`docs/benchmarks-growth.json` and `bench/instructions.txt`; not by hand.\n",
           "![The rows side by side, and time by the length of the line](benchmarks.svg)\n",
           "## How\n",
           f"{context['processor']}, {context['num_cpus']} cores of a virtual machine, on "
           f"{context['date'][:10]}; load when it began: "
           + " and ".join(f"{run.context['load_avg'][0]:.1f} ({run.name})" for run in runs) + ". "
           "Others used the machine at the same time, so nothing here is a time of the clock on the wall: "
           "all times are of the one thread, on one core.\n",
           "Compilers: " + "; ".join(f"{r.context['compiler']} with `{r.context['flags'].strip()}`"
                                     for r in runs) +
           ", without `-march=native`. llhttp and (header only) Boost.Beast are compiled by the same "
           "compiler with the same flags; http_parser and picohttpparser are Debian's libraries; httparse "
           "is compiled by rustc with `opt-level=3`, and chooses its SIMD at run time.\n",
           "Every parser is called the same way, through an adapter that does nothing but call it and write "
           "down its answer (64 bytes); what writing down costs is the column `nothing`. Nothing is "
           "subtracted. `statusline` is not inlined, and its policy is not known to the compiler. Each "
           "answer is checked before it is timed; a parser that is wrong on a line of a row is left out "
           "of the row (listed below). A repetition times the column, and right before and after it the one "
           "that it is compared with; the ratio is that of the two, and repetitions of all columns come in "
           "random order. A cell is the median of the repetitions' ratios, and how far the middle 80 % of "
           "them go. **Over 1: statusline is faster.**\n",
           "What a call does more than to find the line, its code and its reason:\n"]
    for name, text in context.items():
        if name.startswith("peer ") and name != "peer llhttp9":
            out.append(f"- {name[5:]} {text}.")
    out += ["- sscanf and std_regex are what people write themselves; sscanf copies the reason and needs a NUL.",
            "- statusline: nothing more; but it says which of 13 irregularities it has seen, and where an error is.\n",
            "Debian's libh2o is built for any machine and lacks SSE4.2, for which picohttpparser has code of its own. "
            "With a source tree of it, and the same for flags of your own:\n",
            "```sh\ncmake -S . -B build/bench-gcc -DSTATUSLINE_PICOHTTPPARSER=<path> -DCMAKE_C_FLAGS=-msse4.2\n"
            "./dev bench\n```\n",
            "To reproduce all of this, on Debian 12: `./dev bench`, some ten minutes. "
            "`./dev instructions` counts the instructions again, and CI holds them within 3 %.\n",
            "## Goals\n", goals_text(runs), missed,
            quirk_counts(growth),
            "## Rows that we lose\n", losses(runs)]
    for run in runs:
        out += [f"## {run.name}: each parser's time by ours\n", rows_text(run, main_rows, PEERS + OWN + FLOORS),
                "Other ways into statusline, and llhttp byte by byte:\n", rows_text(run, main_rows, WAYS)]
    out.append("The rows:\n")
    out += [f"- `{name[4:]}`: {text}." for name, text in context.items() if name.startswith("row ")
            and name[4:] in main_rows]
    for run in runs:
        out += [f"\n## {run.name}: irregular and wrong lines\n",
                "The first column of ratios is our time by that of `ok+head`; the others are the peers' by ours.\n"]
        lines = []
        for row in run.matching("quirky-") + run.matching("bad-"):
            mine = "statusline_permissive" if row.startswith("quirky") else "statusline"
            lines.append([f"`{row}`", f"{short(run.median(row, mine, 'ns'))} ns", cell(run.get(row, mine))] +
                         [short(run.median(row, p)) if run.get(row, p) else "-" for p in PEERS])
        out.append(table(["row", "statusline", "by `ok+head`", *PEERS], lines))
    out += ["## How cost grows\n", growth_text(runs, growth)]
    out += ["## Instructions\n",
            "One call under callgrind, without what the caller inlines (five to make the result).\n"]
    both = {n: counts_of(n) for n in FILES}
    out.append(table(["call", *both], [[f"`{name}`", *[str(c[name]) for c in both.values()]]
                                       for name in both["GCC"]]))
    out.append("## Who is left out of which row\n")
    out += [f"- `{name[12:]}`: {text}." for name, text in context.items() if name.startswith("left out")]
    with open(path("docs/benchmarks.md"), "w") as file:
        file.write("\n".join(out) + "\n")
    print(goals_text(runs))
    for run in runs:
        print(run.name)
        print(rows_text(run, main_rows, PEERS + FLOORS))


if __name__ == "__main__":
    main()
