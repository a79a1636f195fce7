#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reports benchmark results.

    report.py keep JSON CSV         stores the results of one run, from Google Benchmark's JSON
    report.py add JSON CSV          replaces the cells that this run has, and keeps the others
    report.py page RECORD FOLDER    writes benchmarks.{md,svg} from RECORD/{gcc,clang}.csv, RECORD/growth.json,
                                    report.md.in and instructions.txt; prints the goals
    report.py check                 compares docs/benchmarks.md, and the instructions in README, with these
    report.py table CSV             prints the cells of a run
    report.py join OUT JSON...      joins the repetitions of several runs, with their medians, for compare.py

A record is CSV: lines of `# key: value`, a head, and a line for each row and column.
"""

import csv
import json
import os
import re
import statistics
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
FILES = {"GCC": "gcc.csv", "Clang": "clang.csv"}
PEERS = ["llhttp", "http_parser", "beast", "picohttpparser", "httparse"]
OWN = ["sscanf", "std_regex"]
FLOORS = ["memchr", "sse2_lf", "copy", "nothing"]
MAIN = ["statusline_c", "statusline_assess", *PEERS, *OWN, *FLOORS]
WAYS = ["statusline_permissive", "statusline_stream", "statusline_stream2", "statusline_bytes", "llhttp_bytes"]
CELL = ["row", "column", "date", *(what + of for what in ("ns", "ratio") for of in ("", "_low", "_high"))]


def path(name):
    return os.path.join(ROOT, name)


def read(name):
    """Returns the context and the cells of a record."""
    context, lines = {}, []
    with open(name, encoding="utf-8") as file:
        for line in file:
            key = re.match(r"# (.*?): (.*)\n", line)
            if key:
                context[key[1]] = key[2]
            else:
                lines.append(line)
    return context, {(cell["row"], cell["column"]): cell for cell in csv.DictReader(lines)}


def keep(source, target, old=None):
    """Stores no names of machines and folders, and of the aggregates only those that the page uses."""
    with open(source, encoding="utf-8") as file:
        whole = json.load(file)
    context, cells = old or ({}, {})
    date = whole["context"]["date"][:10]
    used = {k: str(v).strip() for k, v in whole["context"].items()
            if re.match(r"(date|num_cpus|processor|compiler|flags|statusline|(left out of|row|peer) .*)$", k)}
    context = {**used, **context, f"load on {date}": f"{whole['context']['load_avg'][0]:.1f}"}
    for b in whole["benchmarks"]:
        suffix = {"median": "", "low": "_low", "high": "_high"}.get(b.get("aggregate_name"))
        if suffix is not None:
            row, column = b["run_name"].split("/")
            cell = cells.setdefault((row, column), {"row": row, "column": column})
            cell.update({"date": date, f"ns{suffix}": f"{b['ns']:.4g}", f"ratio{suffix}": f"{b['ratio']:.4g}"})
    with open(target, "w", encoding="utf-8", newline="") as file:
        file.writelines(f"# {key}: {text}\n" for key, text in sorted(context.items()))
        out = csv.DictWriter(file, CELL, lineterminator="\n")
        out.writeheader()
        out.writerows(cell for _, cell in sorted(cells.items()))


def join(target, *sources):
    wholes = []
    for source in sources:
        with open(source, encoding="utf-8") as file:
            wholes.append(json.load(file))
    by_name = {}
    for b in (b for whole in wholes for b in whole["benchmarks"] if b["run_type"] == "iteration"):
        by_name.setdefault(b["name"], []).append(b)
    joined = []
    for name, runs in sorted(by_name.items()):
        median = {time: statistics.median(b[time] for b in runs) for time in ("real_time", "cpu_time")}
        joined += [*runs, {**runs[0], **median, "name": f"{name}_median", "run_type": "aggregate", "aggregate_name": "median"}]
    with open(target, "w", encoding="utf-8") as file:
        json.dump({**wholes[0], "benchmarks": joined}, file)


class Run:
    """One compiler's numbers: ns and ratio, each as (median, low, high)."""

    def __init__(self, name, file):
        self.name = name
        self.context, self.cells = read(file)
        self.rows = list(dict.fromkeys(row for row, _ in self.cells))

    def get(self, row, column, what="ratio"):
        found = self.cells.get((row, column))
        return found and tuple(float(found[what + of]) for of in ("", "_low", "_high"))

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
    with open(path("bench/instructions.txt"), encoding="utf-8") as file:
        for line in file:
            key, name, count = line.split()
            counts.setdefault(key, {})[name] = int(count)
    return counts


def counts_of(name):
    found = [v for k, v in instructions().items() if k.startswith(name.lower() + "-")]
    return found[-1]


def goals(run):
    """Returns (row, goal, measured, met) for each line of the goals."""
    out = []

    def judge(row, goal, measured, met):
        out.append((row, goal, measured, met))

    for row in ("ok", "ok+head", "mix", "mix+head"):
        llhttp = run.median(row, "llhttp")
        judge(row, "llhttp takes 10 times as long, never under 8", short(llhttp), llhttp >= 10 or
            (None if llhttp >= 8 else False))
        least, who = min((run.median(row, p), p) for p in PEERS[1:] if run.median(row, p))
        judge(row, "each other peer at least 3 times", f"{short(least)} ({who})", least >= 3)
        floor = 1 / run.median(row, "memchr")
        judge(row, "at most 1.8 times memchr, never over 2.2", short(floor), floor <= 1.8 or
            (None if floor <= 2.2 else False))
    tails = [(run.median(r, "statusline_interop" if r == "tail-14" else "statusline"), r)
             for r in run.matching("tail-") if "+" not in r]
    worst = max(tails)
    judge("tail-14 to tail-80", "at most 1.3 times the same line with 64 bytes after it",
        f"{short(worst[0])} at the most ({worst[1]})", worst[0] <= 1.3)
    for row in ("long", "long+head", "huge", "huge+head"):
        llhttp = run.median(row, "llhttp")
        judge(row, "llhttp takes 10 times as long", short(llhttp), llhttp >= 10)
        floor = 1 / run.median(row, "sse2_lf")
        judge(row, "at most 2 times a plain SSE2 search for the LF",
            f"{short(floor)} (of glibc's AVX2 memchr: {short(1 / run.median(row, 'memchr'))})", floor <= 2)
    quirky = run.matching("quirky-")
    both = [(run.median(r, "llhttp"), r) for r in quirky if run.median(r, "llhttp")]
    judge("quirky-*", "llhttp takes 1.2 times as long where both accept it",
        f"{short(min(both)[0])} at the least ({min(both)[1]})", min(both)[0] >= 1.2)
    levers = sorted(((run.median(r, "statusline_permissive"), r) for r in quirky), reverse=True)
    over = [f"{r[7:]} {short(x)}" for x, r in levers if x > 4]
    judge("quirky-*", "at most 4 times `ok`",
        f"{short(levers[0][0])} at the most" + (f"; over 4: {', '.join(over)}" if over else ""), not over)
    bad = max((run.median(r, "statusline"), r) for r in run.matching("bad-"))
    judge("bad-*", "at most 4 times `ok`", f"{short(bad[0])} at the most ({bad[1]})", bad[0] <= 4)
    for row in ("ok", "ok+head", "mix", "mix+head"):
        whole = run.median(row, "llhttp") / run.median(row, "statusline_stream")
        judge(row, "stream in one piece: llhttp takes 5 times as long", short(whole), whole >= 5)
        pieces = run.median(row, "llhttp_bytes") / run.median(row, "statusline_bytes")
        judge(row, "byte by byte: no slower than llhttp", f"llhttp takes {short(pieces)} times as long",
            pieces >= 1)
    both = run.median("canonical+head", "statusline_assess")
    judge("canonical+head", "parse and assess at most 1.5 times parse", short(both), both <= 1.5)
    for row, least in (("many-ok", 2.5), ("many-mix", 2), ("many-odd", 1.5), ("many-captured", 0.95)):
        many = run.median(row, "statusline_many")
        if many:
            judge(row, f"`parse_many` at least {least} times as fast as a loop over `parse`", short(1 / many),
                  1 / many >= least)
    counts = counts_of(run.name)
    for name, most in (("ok", 90), ("ok_alone", 110)):  # 30 of them belong to the caller
        judge(name, f"at most {most} instructions for a call", str(counts[name]), counts[name] <= most)
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
                if row.startswith(("length-", "many-")) and column in FLOORS:
                    continue
                if found and found[0 if column in FLOORS else 1] < 1:
                    lines.append((column in FLOORS, row, column, run.name, cell(found)))
    text = []
    peers = [line for line in lines if not line[0]]
    text.append(table(["row", "faster, or maybe faster", "compiler", "its time by ours"],
                      [[f"`{r}`", c, n, x] for _, r, c, n, x in peers])
                if peers else "No row is lost to a parser.\n")
    if any(row.startswith("bad-") for _, row, _, _, _ in peers):
        text.append("(On a wrong line the others report at best the kind of error; statusline also reports its offset, and the "
                    "quirks that a policy would have to allow.)\n")
    floors = sorted({(r, c) for f, r, c, _, _ in lines if f})
    by_row = {}
    for row, column in floors:
        by_row.setdefault(row, []).append(column)
    text.append("A search for the LF alone, or a copy of the line, is faster on: " +
                "; ".join(f"`{r}` ({', '.join(c)})" for r, c in by_row.items()) + ".\n")
    return "\n".join(text)


def quirk_counts(growth):
    counts = growth["instructions"]
    names = [name for name in counts["GCC"] if name.startswith("quirky-")]
    both = [[f"`{name}`", *[str(counts[n][name]) for n in FILES]] for name in names]
    both.insert(0, ["`ok+head`", *[str(counts_of(n)["ok"]) for n in FILES]])
    return table(["instructions", *FILES], both)


def series(runs, prefix, column):
    return [(row, [run.get(row, column, "ns") or run.get(row, "statusline_interop", "ns") for run in runs])
            for row in runs[0].matching(prefix)]


def by_length(runs, counts):
    return table(["bytes", *[f"{n}, ns" for n in FILES], *[f"{n}, instructions" for n in FILES], "llhttp, ns (GCC)"],
                 [[row.split("-")[1], *[short(x[0]) for x in values], *[str(counts[n].get(row, "-")) for n in FILES],
                   short(runs[0].median(row, "llhttp", "ns"))]
                  for row, values in series(runs, "length-", "statusline")])


def by_error(runs, counts):
    return table(["offset", *[f"{n}, ns" for n in FILES], *[f"{n}, instructions" for n in FILES]],
                 [[row.split("-")[1], *[short(x[0]) for x in values], *[str(counts[n].get(row, "-")) for n in FILES]]
                  for row, values in series(runs, "error-", "statusline")])


def by_piece(runs, counts):
    return table(["piece", *[f"{n}, ns for each byte" for n in FILES],
                  *[f"{n}, instructions for each byte" for n in FILES]],
                 [[size, *[short(run.median("huge", column, "ns") / 8192) for run in runs],
                   *[short(counts[n][f"pieces-{size}"] / 8192) for n in FILES]] for size, column in PIECES])


def each_byte(runs):
    return ", ".join(f"of {size} bytes " + " and ".join(short(run.median(row, "statusline_bytes", "ns") / size)
                                                        for run in runs)
                     for row, size in (("ok", 17), ("long", 271), ("huge", 8192)))


def by_wc(counted):
    """The time of `wc -l` by that of the tool."""
    seconds = {r["name"]: r["seconds"] for r in counted["runs"]}
    return seconds["wc -l"] / seconds["statusline parse --lines --quiet"]


def process(growth):
    """Both files: a mix of usual lines, and captured ones."""
    rows = [(name, r) for name, part in (("mix", growth), ("captured", growth["captured"])) for r in part["runs"]]
    return table(["lines", "command", "seconds", "million lines a second", "MB a second", "peak memory, MB"],
                 [[name, f"`{r['name']}`", f"{r['seconds']:.2f}", f"{r['lines_per_second'] / 1e6:.1f}",
                   f"{r['bytes_per_second'] / 1e6:.0f}", f"{r['peak_memory'] / 1e6:.1f}"]
                  for name, r in rows])


def many(runs):
    columns = ["statusline_many", "statusline_many_c", "memchr"]
    lines = []
    for row in runs[0].matching("many-"):
        for run in runs:
            lines.append([f"`{row}`", run.name, f"{short(run.median(row, 'statusline', 'ns'))} ns",
                          *[cell(run.get(row, c)) for c in columns]])
    return table(["row", "compiler", "loop over `parse`", "`parse_many`", "`sl_parse_many`", "`memchr`"], lines)


def irregular(run):
    lines = []
    for row in run.matching("quirky-") + run.matching("bad-"):
        mine = "statusline_permissive" if row.startswith("quirky") else "statusline"
        lines.append([f"`{row}`", f"{short(run.median(row, mine, 'ns'))} ns", cell(run.get(row, mine))] +
                     [short(run.median(row, p)) if run.get(row, p) else "-" for p in PEERS])
    return table(["row", "statusline", "by `ok+head`", *PEERS], lines)


def later(runs):
    """Returns the cells that come from another run than the rest."""
    text = ""
    for date in sorted({c["date"] for run in runs for c in run.cells.values()} - {runs[0].context["date"][:10]}):
        columns = sorted({c["column"] for run in runs for c in run.cells.values() if c["date"] == date})
        loads = " and ".join(f"{run.context[f'load on {date}']} ({run.name})" for run in runs
                             if f"load on {date}" in run.context)
        text += f" The columns {', '.join(f'`{c}`' for c in columns)} are of {date}; load: {loads}."
    return text


ROWS = ["ok", "ok+head", "mix", "mix+head", "tail", "latin1+head", "canonical+head", "long", "long+head", "huge",
        "huge+head", "cold", "cold+head"]
PIECES = [("1", "statusline_bytes"), *[(str(n), f"statusline_by_{n}") for n in (2, 8, 32, 128, 512, 2048)],
          ("8192", "statusline_stream")]


def plot(runs, folder):
    """Draws one picture: the rows side by side, and how cost grows."""
    gcc = runs[0]
    columns = ["statusline", *PEERS, "memchr"]
    rows = [r for r in ("ok", "ok+head", "mix", "mix+head", "tail", "long", "huge") if r in gcc.rows]
    script = ["set terminal svg size 1100,760 font 'sans-serif,12' background '#ffffff'",
              f"set output '{folder}/benchmarks.svg'", "set multiplot", "set size 1,0.5",
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


def page(record):
    """Returns the runs and the text of the page."""
    runs = [Run(name, os.path.join(record, file)) for name, file in FILES.items()]
    with open(os.path.join(record, "growth.json"), encoding="utf-8") as file:
        growth = json.load(file)
    counts, context = growth["instructions"], runs[0].context
    calls = {n: counts_of(n) for n in FILES}

    def named(prefix, only=None):
        return "\n".join(f"- `{key[len(prefix):]}`: {text}." for key, text in context.items()
                         if key.startswith(prefix) and (only is None or key[len(prefix):] in only))

    main_rows = [r for r in ROWS if r in runs[0].rows]
    values = {
        "processor": context["processor"], "cores": context["num_cpus"], "date": context["date"][:10],
        "loads": " and ".join(f"{run.context['load on ' + run.context['date'][:10]]} ({run.name})" for run in runs),
        "later": later(runs),
        "compilers": "; ".join(f"{r.context['compiler']} with `{r.context['flags']}`" for r in runs),
        "peers": "\n".join(f"- {key[5:]} {text}." for key, text in context.items()
                           if key.startswith("peer ") and key != "peer llhttp9"),
        "goals": goals_text(runs), "gcc_ok": str(calls["GCC"]["ok"]), "quirk_counts": quirk_counts(growth),
        "many": many(runs), "many_rows": named("row ", runs[0].matching("many-")),
        "losses": losses(runs), "rows": named("row ", main_rows), "left_out": named("left out of "),
        "by_wc": short(by_wc(growth)), "captured_by_wc": short(by_wc(growth["captured"])),
        "by_length": by_length(runs, counts), "by_error": by_error(runs, counts), "by_piece": by_piece(runs, counts),
        "each_byte": each_byte(runs), "lines": f"{growth['lines']:,}", "process": process(growth),
        "instructions": table(["call", *FILES], [[f"`{name}`", *[str(c[name]) for c in calls.values()]]
                                                 for name in calls["GCC"]]),
    }
    for run in runs:
        name = run.name.lower()
        values[f"{name}_rows"] = rows_text(run, main_rows, MAIN)
        values[f"{name}_ways"] = rows_text(run, main_rows, WAYS)
        values[f"{name}_irregular"] = irregular(run)
    with open(path("bench/report.md.in"), encoding="utf-8") as file:
        return runs, re.sub(r"@(\w+)@", lambda found: values[found[1]], file.read())


def main(command, *names):
    if command == "keep":
        keep(*names)
    elif command == "add":
        keep(*names, old=read(names[1]))
    elif command == "join":
        join(*names)
    elif command == "table":
        run = Run("", *names)
        print(table(["row", "column", "ns for each line", "by statusline"],
                    [[row, column, cell(run.get(row, column, "ns")), cell(run.get(row, column))]
                     for row, column in run.cells]))
        for key, text in run.context.items():
            if key.startswith("left out of ") and key[12:] in run.rows:
                print(f"{key}: {text}")
    elif command == "check":
        with open(path("docs/benchmarks.md"), encoding="utf-8") as file:
            if file.read() != page(path("bench/record"))[1]:
                sys.exit("docs/benchmarks.md is not of bench/record, bench/report.md.in and bench/instructions.txt: "
                         "run bench/report.py page bench/record docs")
        gcc, clang = (counts_of(name) for name in FILES)
        claim = (f"takes {gcc['ok']} instructions with GCC 12 and {clang['ok']} with Clang 14; "
                 f"`sl_parse` takes {gcc['c_parse_ok']} and {clang['c_parse_ok']}.")
        with open(path("README.md"), encoding="utf-8") as file:
            if claim not in file.read():
                sys.exit(f"README.md does not have: {claim}")
    else:
        record, folder = names
        runs, text = page(record)
        with open(os.path.join(folder, "benchmarks.md"), "w", encoding="utf-8") as file:
            file.write(text)
        plot(runs, folder)
        print(goals_text(runs))


if __name__ == "__main__":
    main(*sys.argv[1:])
