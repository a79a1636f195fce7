#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times the whole process on 1 GiB of lines, next to other programs that count the same.

    bench/growth.py TOOL FOLDER     writes the lines to FOLDER, deletes them, prints one JSON object;
                                    it includes the counts of instructions.sh --growth

The lines are like those of the benchmark's row `mix`: 64 % are "HTTP/1.1 200 OK". Times are user and system
time, so that other processes do not count. The file has been read once before.
"""

import json
import os
import random
import subprocess
import sys
import tempfile

GIB = 1 << 30

OTHERS = [
    "HTTP/1.1 304 Not Modified", "HTTP/1.1 404 Not Found", "HTTP/1.1 302 Found",
    "HTTP/1.1 301 Moved Permanently", "HTTP/1.0 200 OK", "HTTP/1.1 204 No Content",
    "HTTP/1.1 206 Partial Content", "HTTP/1.1 403 Forbidden", "HTTP/1.1 500 Internal Server Error",
    "HTTP/1.1 503 Service Unavailable", "HTTP/1.0 404 File not found",
    "HTTP/1.1 429 Too Many Requests", "HTTP/1.1 520 The origin said something that nobody knows",
]


def lines():
    """Returns about a mebibyte of them, shuffled, and their number."""
    chooser = random.Random(2026)
    some = []
    size = 0
    while size < 1 << 20:
        line = "HTTP/1.1 200 OK" if chooser.random() < 0.64 else chooser.choice(OTHERS)
        some.append(line + "\r\n")
        size += len(line) + 2
    return "".join(some).encode(), len(some)


def measure(command, path):
    """Runs it on the file as standard input. Returns seconds of processor time, peak memory, output."""
    with open(path, "rb") as file, tempfile.NamedTemporaryFile("r") as usage:
        timed = ["/usr/bin/time", "-o", usage.name, "-f", "%U %S %M", *command]
        said = subprocess.run(timed, stdin=file, stdout=subprocess.PIPE, check=True, text=True,
                              env={**os.environ, "LC_ALL": "C"}).stdout
        user, system, kibibytes = usage.read().split()
    return max(float(user) + float(system), 0.01), int(kibibytes) * 1024, said


def instructions(compiler):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.sh")
    said = subprocess.run([script, "--growth", compiler], stdout=subprocess.PIPE, check=True, text=True)
    return {name: int(count) for name, count in map(str.split, said.stdout.splitlines())}


def main():
    tool, folder = sys.argv[1:]
    block, per_block = lines()
    blocks = -(-GIB // len(block))
    path = os.path.join(folder, "lines")
    line = r"^HTTP/[0-9]\.[0-9] [0-9][0-9][0-9] [^\x01-\x08\x0a-\x1f\x7f]*\r$"
    in_awk = line.replace("/", r"\/").replace(r"\x01-\x08\x0a-\x1f\x7f", r"\001-\010\012-\037\177")
    commands = {
        "statusline parse --lines --quiet": [tool, "parse", "--lines", "--quiet"],
        "wc -l": ["wc", "-l"],
        "grep -c": ["grep", "-cP", line],
        "mawk": ["mawk", f"/{in_awk}/ {{ n++ }} END {{ print n }}"],
    }
    count = blocks * per_block
    out = {"bytes": blocks * len(block), "lines": count, "runs": []}
    try:
        with open(path, "wb") as file:
            for _ in range(blocks):
                file.write(block)
        measure(["wc", "-c"], path)
        for name, command in commands.items():
            runs = [measure(command, path) for _ in range(3)]
            seconds, memory, said = sorted(runs)[1]
            if str(count) not in said.split():
                sys.exit(f"growth: {name} counts {said}, not {count}")
            out["runs"].append({"name": name, "seconds": round(seconds, 3),
                                "lines_per_second": round(count / seconds),
                                "bytes_per_second": round(out["bytes"] / seconds),
                                "peak_memory": memory})
    finally:
        if os.path.exists(path):
            os.remove(path)
    out["instructions"] = {"GCC": instructions("g++"), "Clang": instructions("clang++")}
    json.dump(out, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
