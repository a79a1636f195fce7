#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times the whole process on 1 GiB of lines, next to other programs that count the same.

    bench/growth.py TOOL FOLDER     writes the lines to FOLDER, deletes them, prints one JSON object;
                                    it includes the counts of instructions.sh --growth

The lines are like those of the benchmark's row `mix`: 64 % are "HTTP/1.1 200 OK". A second file has the first
lines of corpus/captured, shuffled. Times are user and system time, so that other processes do not count. The
file has been read once before.
"""

import json
import os
import pathlib
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


def captured():
    """Returns about a mebibyte of the first lines of the captured responses, shuffled, and their number."""
    folder = pathlib.Path(__file__).resolve().parent.parent / "corpus/captured"
    known = [file.read_bytes().split(b"\n")[0] + b"\n" for file in sorted(folder.glob("*.http"))]
    some = random.Random(2026).choices(known, k=(1 << 20) * len(known) // sum(map(len, known)))
    return b"".join(some), len(some)


def measure(command, path):
    """Runs it on the file as standard input. Returns seconds of processor time, peak memory, output."""
    with open(path, "rb") as file, tempfile.NamedTemporaryFile("r") as usage:
        timed = ["/usr/bin/time", "-o", usage.name, "-f", "%U %S %M", *command]
        done = subprocess.run(timed, stdin=file, stdout=subprocess.PIPE, check=False, text=True,
                              env={**os.environ, "LC_ALL": "C"})
        if done.returncode not in (0, 1):  # the tool's 1 is a line that is not valid
            sys.exit(f"growth: {command} exits with {done.returncode}")
        user, system, kibibytes = usage.read().split()[-3:]
    return max(float(user) + float(system), 0.01), int(kibibytes) * 1024, done.stdout


def instructions(compiler):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.sh")
    said = subprocess.run([script, "--growth", compiler], stdout=subprocess.PIPE, check=True, text=True)
    return {name: int(count) for name, count in map(str.split, said.stdout.splitlines())}


def runs_of(commands, block, per_block, path):
    """Each command's run of median time on 1 GiB made of a block."""
    blocks = -(-GIB // len(block))
    count = blocks * per_block
    out = {"bytes": blocks * len(block), "lines": count, "runs": []}
    try:
        with open(path, "wb") as file:
            for _ in range(blocks):
                file.write(block)
        measure(["wc", "-c"], path)
        for name, command in commands.items():
            seconds, memory, said = sorted(measure(command, path) for _ in range(3))[1]
            if str(count) not in said.split():
                sys.exit(f"growth: {name} counts {said}, not {count}")
            out["runs"].append({"name": name, "seconds": round(seconds, 3),
                                "lines_per_second": round(count / seconds),
                                "bytes_per_second": round(out["bytes"] / seconds),
                                "peak_memory": memory})
    finally:
        if os.path.exists(path):
            os.remove(path)
    return out


def main():
    tool, folder = sys.argv[1:]
    path = os.path.join(folder, "lines")
    line = r"^HTTP/[0-9]\.[0-9] [0-9][0-9][0-9] [^\x01-\x08\x0a-\x1f\x7f]*\r$"
    in_awk = line.replace("/", r"\/").replace(r"\x01-\x08\x0a-\x1f\x7f", r"\001-\010\012-\037\177")
    counting = {
        "statusline parse --lines --quiet": [tool, "parse", "--lines", "--quiet"],
        "wc -l": ["wc", "-l"],
    }
    searching = {
        "grep -c": ["grep", "-cP", line],
        "mawk": ["mawk", f"/{in_awk}/ {{ n++ }} END {{ print n }}"],
    }
    out = runs_of({**counting, **searching}, *lines(), path)
    out["captured"] = runs_of(counting, *captured(), path)
    out["instructions"] = {"GCC": instructions("g++"), "Clang": instructions("clang++")}
    json.dump(out, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
