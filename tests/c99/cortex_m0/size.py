#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures flash, RAM and stack of two programs for Cortex-M0: size.py STATUSLINE_C FOLDER.

Flash is code and constants, including the few functions of libc and libgcc. RAM is the library's variables.
Stack is the deepest chain of calls that starts at the API, from GCC's -fcallgraph-info. Fails if one of them
exceeds its limit.
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
LIMITS = {"parse": (3100, 0, 192), "stream": (3750, 0, 272)}  # flash, RAM, stack in bytes
API = {"parse": ["sl_parse"], "stream": ["sl_stream_init", "sl_stream_feed", "sl_stream_error", "sl_stream_line"]}


def gcc(folder, *arguments):
    subprocess.run(["arm-none-eabi-gcc", "-std=c99", "-Os", "-mcpu=cortex-m0", "-mthumb", "-ffunction-sections",
                    "-fdata-sections", f"-I{HERE.parents[2]}/include/statusline", *arguments], cwd=folder, check=True)


def size(folder, file):
    """Code and constants, initialized variables, other variables, in bytes."""
    printed = subprocess.run(["arm-none-eabi-size", file], cwd=folder, check=True, capture_output=True, text=True)
    return map(int, printed.stdout.splitlines()[1].split()[:3])


def deepest(graph, roots):
    """The stack of the deepest chain of calls, in bytes."""
    own = {name: int(size) for name, size in re.findall(
        r'node: \{ title: "([^"]+)" label: "[^"]*?\\n(\d+) bytes \(static\)', graph)}
    calls = {}
    for caller, callee in re.findall(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', graph):
        calls.setdefault(caller, set()).add(callee)

    def below(name):
        return own.get(name, 0) + max([below(c) for c in calls.get(name, ())], default=0)

    missing = [root for root in roots if root not in own]
    if missing:
        sys.exit(f"no stack is known of {missing}")
    return max(below(root) for root in roots)


def main():
    source, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    gcc(folder, "-fcallgraph-info=su", "-c", source, "-o", "statusline.o")
    graph = (folder / "statusline.ci").read_text()
    failed = False
    for name, limits in LIMITS.items():
        gcc(folder, HERE / f"{name}.c", "statusline.o", "-nostartfiles", "--specs=nano.specs", "-Wl,--gc-sections",
            "-Wl,-e,main", "-o", f"{name}.elf")
        text, initialized, _ = size(folder, f"{name}.elf")
        _, data, bss = size(folder, "statusline.o")
        have = (text + initialized, data + bss, deepest(graph, API[name]))
        print(f"{name:8} flash {have[0]} RAM {have[1]} stack {have[2]} (at most {limits[0]}, {limits[1]}, {limits[2]})")
        failed |= any(h > limit for h, limit in zip(have, limits))
    sys.exit(failed)


if __name__ == "__main__":
    main()
