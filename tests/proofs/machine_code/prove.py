#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Proves the machine code of a packaged C library, for every input; see docs/proof.md.

usage: prove.py LIBRARY TABLE [--quick | --planted] [--program FILE] [--archive FILE] [--package FILE]
                [--out FILE]

LIBRARY is libstatusline.so, TABLE the output of print_table.cpp, --program a program that uses the C++ headers. Prints a
verdict for each function, writes a certificate, and ends with 1 unless each function is proved. --archive is libstatusline.a
linked as a shared library: the certificate states whether its functions and constants are the same bytes. --package is the
library in the Debian package, which is stripped: its code and constants must be the same bytes at the same addresses. --quick
leaves out the program, streams, sl_parse_complete, and the loop and the searches of sli_parse_rest, and tries the semantics
with fewer operands.
--planted changes the machine code, and expects that each change is refuted.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
import traceback

import z3

import find
import planted
import processor
import witness
from builds import CXX, QUICK, STREAM, C
from execute import ObjectFile, Refuted, Solver
from obligations import Report, execute
from semantics import NotProved
from specification import Table
from streams import jobs

WORKERS = 2
THEOREM_OF_STREAMS = (
    "The same of sl_stream_feed for a stream that holds the first bytes of a line, as sl_stream_init leaves it for none and each "
    "sl_stream_feed for those that it has used, if the whole line is shorter than 2^60 bytes and the piece than 2^47: it stores "
    "only into the stream, the 32 bytes of the result and its own stack frame, and leaves the stream holding what the table "
    "defines for all these bytes together, with the error of an octet that is refused, or too_long at max_size; the result is "
    "that error, how many bytes were used, and which of them belong to the reason. A stream with another error than need_more is "
    "not changed; one that is not ready reads nothing and has the error too_long.")
THEOREM = ("For every input of fewer than 2^47 bytes, every allowed set and every max_size, sl_parse and sl_parse_complete (of the "
           "headers: detail::parse_line, which parse and parse_complete call) and the functions that they call return; load only "
           "inside the input, its own stack frame and result, and the read-only constants of the object; store only into the "
           "40 bytes of the result and its own stack frame; restore rsp, rbx, rbp and r12 to r15; and leave in the result the "
           "answer that the table of grammar.hpp defines.")


class Shared:
    """What every worker needs; inherited by fork."""

    build, object, table, locations, jobs, keep_every = None, None, None, None, [], 0


def work(index):
    job = Shared.jobs[index]
    solve = Solver(keep_every=Shared.keep_every)
    try:
        return execute(job, Shared.build, Shared.object, Shared.table, solve, Shared.locations)
    except Exception:  # pylint: disable=broad-except  # fails closed: nothing is proved
        return Report(job.name, job.function, "not proved", traceback.format_exc(limit=-2))


def prove(build, path, table, locations, wanted, keep_every=0, show=lambda report: None, until_fault=False,
          order=lambda job: -job.cost):
    """Runs jobs in two processes, to the end or until one is not proved; returns their reports."""
    Shared.build, Shared.object, Shared.table, Shared.keep_every = build, ObjectFile(path, build), table, keep_every
    Shared.jobs, Shared.locations = wanted, locations
    indices = sorted(range(len(wanted)), key=lambda index: order(wanted[index]))
    reports = []
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        for report in pool.imap_unordered(work, indices):
            show(report)
            reports.append(report)
            if until_fault and report.verdict != "proved":
                break
    return reports


def is_quick(job):
    """sl_parse_complete is compiled as sl_parse is, with another constant."""
    return job.function != "sl_parse_complete" and (job.function != "sli_parse_rest" or job.cost == 1)


def second_solver(reports, limit=20):
    """Asks cvc5 the queries that were kept; returns how often it agrees, disagrees and does not know, and its complaints."""
    counts = {"agrees": 0, "disagrees": 0, "unknown": 0, "errors": 0}
    version = subprocess.run(["cvc5", "--version"], capture_output=True, text=True, check=True).stdout.split("\n")[0]
    with tempfile.NamedTemporaryFile("w", suffix=".smt2") as file:
        for report in reports:
            for expected, text in report.kept:
                file.seek(0)
                file.truncate()
                file.write("(set-logic QF_UFBV)\n" + text)
                file.flush()
                try:
                    got = subprocess.run(["cvc5", "--lang=smt2", file.name], capture_output=True, text=True, timeout=limit,
                                         check=False).stdout.strip()
                except subprocess.TimeoutExpired:
                    got = "timeout"
                kinds = {"unknown": "unknown", "timeout": "unknown", "sat": "disagrees", "unsat": "disagrees"}
                counts[{**kinds, expected: "agrees"}.get(got, "errors")] += 1
    return {"solver": version, "seconds_per_query": limit, **counts}


def verdict_of(reports, expected):
    """The verdict on a function, from its jobs."""
    for verdict in ("refuted", "not proved"):
        first = next((r for r in reports if r.verdict == verdict), None)
        if first is not None:
            return verdict, f"{first.name}: {first.reason}"
    if len(reports) < expected:
        return "not proved", f"{expected - len(reports)} of {expected} jobs were left out (--quick)"
    return "proved", ""


def text_of(found):
    """A call that shows a fault, as text."""
    data = found["bytes"]
    if found["call"] == "sl_stream_feed":
        which = next((i for i, (a, b) in enumerate(zip(found["expected"], found["got"])) if a != b), None) \
            if isinstance(found["got"], list) else None
        expected, got = (found["expected"], found["got"]) if which is None else (found["expected"][which], found["got"][which])
        return (f'sl_stream_feed({str(data)[:200]}, each at {found["at"]}, allowed {found["allowed"]:#x}, max_size '
                f'{found["max_size"]}): expected {str(expected)[:400]}, got {str(got)[:400]}')
    return (f'{found["call"]}({data if len(data) <= 120 else data[:120] + b"..."}, {len(data)} bytes at {found["at"]}, '
            f'allowed {found["allowed"]:#x}, max_size {found["max_size"]}): expected {found["expected"]}, got {found["got"]}')


def sha256_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def sha256_of_code(build, object_file):
    """Of the bytes that the proof is about, which stripping does not change: the functions, then .rodata."""
    total = hashlib.sha256()
    for name in build.functions:
        begin, size = object_file.symbols[name]
        total.update(object_file.bytes[begin + object_file.file_offsets[".text"]:][:size])
    begin, end = object_file.constants
    total.update(object_file.constant(begin, end - begin))
    return total.hexdigest()


def sections_of(path):
    """The address and the bytes of .text and .rodata."""
    with open(path, "rb") as file:
        content = file.read()
    found = {}
    for line in subprocess.run(["objdump", "-h", "-w", path], capture_output=True, text=True, check=True).stdout.splitlines():
        fields = line.split()
        if len(fields) > 6 and fields[1] in (".text", ".rodata"):
            size, address, offset = int(fields[2], 16), int(fields[3], 16), int(fields[5], 16)
            found[fields[1]] = (address, content[offset:offset + size])
    return found


def compiler_of(path):
    out = subprocess.run(["readelf", "-p", ".comment", path], capture_output=True, text=True, check=True).stdout
    return next((line.split("]")[1].strip() for line in out.splitlines() if "]" in line), "?")


def prove_object(build, path, text, arguments, all_reports):
    """Proves one object. Returns its part of the certificate, and whether anything failed."""
    path = os.path.realpath(path)
    table = Table(text, build.layout)
    object_file = ObjectFile(path, build)
    try:
        locations = find.find(build, object_file, table)
    except Refuted as wrong:  # one of the samples that find.py runs
        found = witness.search(table, path, {}) if build is not CXX else None
        if found:
            raise Refuted(f"{wrong}\n  {text_of(found)}") from wrong
        raise NotProved(f"a sample cannot be executed: {wrong}") from wrong
    every = list(jobs(build, locations))
    wanted = [job for job in every if is_quick(job)] if arguments.quick else every
    print(f"{os.path.basename(path)}: {len(wanted)} of {len(every)} jobs, {WORKERS} processes", flush=True)

    operands = arguments.operands or (1000 if arguments.quick else 100000)
    semantics = processor.hold(object_file, operands, WORKERS)
    print(f'semantics: {semantics["forms"]} forms, {semantics["operands"]} operands each, '
          f'{len(semantics["differ"])} differ, {semantics["seconds"]} s', flush=True)
    for differing in semantics["differ"]:
        print(f"  differs from the processor: {differing}")

    def show(report):
        if report.verdict != "proved":
            print(f"  {report.verdict}: {report.name}: {report.reason}", flush=True)

    reports = prove(build, path, table, locations, wanted, 200 if arguments.quick else 50, show)
    all_reports += reports
    functions, failed = {}, bool(semantics["differ"])
    for name in ("lemmas", *build.functions):
        mine = [report for report in reports if report.function == name]
        expected = sum(job.function == name for job in every)
        verdict, reason = verdict_of(mine, expected)
        left_out = verdict == "not proved" and len(mine) < expected and all(r.verdict == "proved" for r in mine)
        functions[name] = {"verdict": verdict, "reason": reason, "jobs": len(mine), "of": expected,
                           "paths": sum(r.paths for r in mine), "instructions": sum(r.instructions for r in mine),
                           "loads": sum(r.loads for r in mine), "stores": sum(r.stores for r in mine),
                           "queries": sum(r.queries for r in mine),
                           "slowest_query": round(max((r.slowest for r in mine), default=0), 2),
                           "seconds": round(sum(r.seconds for r in mine), 1)}
        print(f'{name}: {verdict}{": " + reason if reason else ""} ({functions[name]["paths"]} paths, '
              f'{functions[name]["queries"]} queries, {functions[name]["seconds"]} s)', flush=True)
        if verdict == "refuted" and build is not CXX:
            first = next(r for r in mine if r.verdict == "refuted")
            found = witness.search(table, path, first.example, in_stream=name in STREAM)
            functions[name]["input"] = text_of(found) if found else None
            print("  " + (text_of(found) if found else "no input that shows it was found: none may reach this step"))
        failed = failed or (verdict != "proved" and not (left_out and arguments.quick))
    symbols = {name: next((s for s, place in original_symbols(path).items() if place == object_file.symbols[name][0]), name)
               for name in build.functions}
    part = {"file": os.path.basename(path), "sha256": sha256_of(path), "compiler": compiler_of(path),
            "sha256_of_functions_and_constants": sha256_of_code(build, object_file), "symbols": symbols, "functions": functions,
            "semantics": semantics, "places": locations}
    return part, failed


def original_symbols(path):
    lines = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[2]: int(line.split()[0], 16) for line in lines if len(line.split()) == 3}


def run_proof(arguments):
    started = time.monotonic()
    with open(arguments.table, encoding="utf-8") as file:
        text = file.read()
    reports = []
    build = QUICK if arguments.quick else C
    library, failed = prove_object(build, arguments.library, text, arguments, reports)
    library["build_type"] = "Release, as ./dev package: -O3 -DNDEBUG -fPIC -std=c99"
    if arguments.archive:
        library["archive_has_the_same_bytes"] = (
            library["sha256_of_functions_and_constants"] == sha256_of_code(build, ObjectFile(arguments.archive, build)))
    if arguments.package:
        same = sections_of(arguments.package) == sections_of(arguments.library)
        library["package"] = {"file": os.path.basename(arguments.package), "sha256": sha256_of(arguments.package),
                              "has_the_same_code": same}
        print(f"the packaged {os.path.basename(arguments.package)} has {'the same' if same else 'ANOTHER'} code")
        failed = failed or not same
    objects = [library]
    if arguments.program and not arguments.quick:
        program, also_failed = prove_object(CXX, arguments.program, text, arguments, reports)
        program["build_type"] = "a program: -std=c++20 -O3 -DNDEBUG"
        objects.append(program)
        failed = failed or also_failed
    second = second_solver(reports)
    print(f'cvc5 on a sample: agrees {second["agrees"]}, disagrees {second["disagrees"]}, unknown {second["unknown"]}, '
          f'errors {second["errors"]}')
    failed = failed or second["disagrees"] + second["errors"] > 0
    complete = not failed and not arguments.quick
    certificate = {
        "proved": complete,
        "theorem": THEOREM,
        "theorem_of_streams": THEOREM_OF_STREAMS,
        "objects": objects,
        "not_covered": ["every other function of the library, as sl_stream_finish, sl_stream_reset, sl_stream_line and "
                        "sl_parse_many: tested, not proved", "streams of the headers",
                        "the part of the headers that is compiled into a caller, as parse() itself",
                        "other compilers, options and processors"],
        "queries": sum(r.queries for r in reports), "paths": sum(r.paths for r in reports),
        "solver": f"z3 {z3.get_version_string()}", "second_solver": second,
        "quick": arguments.quick, "seconds": round(time.monotonic() - started, 1),
    }
    with open(arguments.out, "w", encoding="utf-8") as file:
        json.dump(certificate, file, indent=1)
        file.write("\n")
    print(f'{"failed" if failed else "proved" if complete else "no fault in the part that --quick covers"}, '
          f'{certificate["seconds"]} s; wrote {arguments.out}')
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description="Proves the machine code of the C library.")
    parser.add_argument("library")
    parser.add_argument("table")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--planted", action="store_true")
    parser.add_argument("--operands", type=int, help="for each form of instruction; else 100000, and 1000 with --quick")
    parser.add_argument("--program")
    parser.add_argument("--archive")
    parser.add_argument("--package")
    parser.add_argument("--out", default="certificate.json")
    arguments = parser.parse_args()
    try:
        return planted.run(arguments, prove, text_of) if arguments.planted else run_proof(arguments)
    except (NotProved, Refuted) as wrong:
        print(f"{'refuted' if isinstance(wrong, Refuted) else 'not proved'}: {wrong}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
