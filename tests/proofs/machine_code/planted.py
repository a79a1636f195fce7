# SPDX-License-Identifier: MIT
"""Mistakes planted in the machine code, which the proof must refute, with an input that shows the fault when the changed
library runs; and changes that change no answer, which it must prove.

A plant replaces one instruction, or one byte of a constant, in a copy of the library.
"""

import os
import random
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass

from z3 import ULE, If

import find
import processor
import semantics
import witness
from builds import QUICK, STREAM, C
from execute import ObjectFile, Refuted
from obligations import Report, reach
from semantics import NotProved
from specification import Table
from streams import jobs

BYTES = 10  # that are changed at random
CONDITIONS = "o no b ae e ne be a s ns p np l ge le g".split()


@dataclass
class Plant:
    kind: str
    function: str  # whose proof must notice
    old: str  # a regular expression for the instruction, or for the bytes of a constant in hexadecimal
    new: str  # the instruction in its place: as old, with the first group replaced by this
    which: int = 0  # of the instructions that match
    harmless: str = ""  # why the change changes no answer
    constant: bool = False


PLANTS = [
    Plant("bounds", "sl_parse", r"cmp rdx,(0x1c)", "0x1b"),
    Plant("bounds", "sli_parse_long", r"cmp rax,(0x3f)", "0x37"),
    Plant("bounds", "sli_parse_rest", r"cmp rcx,(0x3)", "0x2"),
    Plant("bounds", "sli_parse_rest", r"movdqu xmm0,XMMWORD PTR \[rdi\+rsi\*1(-0x10)\]", "-0xf"),
    Plant("masks", "sl_parse", r"and ecx,(0x7fff)", "0xffff"),
    Plant("masks", "sli_parse_rest", r"and ebp,(0x1fff0000)", "0xfff0000"),
    Plant("masks", "sli_parse_rest", r"and r13d,(0x1fff)", "0xfff", which=1),
    Plant("masks", "sli_parse_rest", r"and r13d,(0x1fff)", "0xfff",
          harmless="the bit is `unterminated`, which no octet shows, only the end of the input"),
    Plant("shifts", "sli_parse_short", r"shl ecx,(0x3)", "0x2",
          harmless="byte 8 of the block is then half of a digit, so the shortcut gives up there, and the table reads on"),
    Plant("shifts", "sli_parse_short", r"shr eax,(0x10)", "0xf"),
    Plant("shifts", "sli_parse_rest", r"shr r9d,(0x1a)", "0x19"),
    Plant("shifts", "sli_parse_rest", r"shr ecx,(0x4)", "0x3",
          harmless="the comparison that follows never holds, so the loop reads the prefix octet by octet"),
    Plant("constants", "sl_parse_complete", r"0000000000(09)000900090909", "0a", constant=True),
    Plant("constants", "sli_parse_long", r"(7f)(?:7f){15}", "7e", constant=True),
    Plant("constants", "sli_parse_rest", r"cmp WORD PTR \[rdi\+rdx\*1\],(0xa0d)", "0xd0a"),
    Plant("constants", "sli_parse_rest", r"cmp r14b,(0x9)", "0xa", which=1),
    Plant("constants", "sli_parse_rest", r"cmp r14b,(0x9)", "0xa",
          harmless="a colon would be stored as a digit, but no cell that acts has a colon"),
    Plant("constants", "sli_parse_rest", r"(0d)(?:0d){15}", "0c", constant=True),
    Plant("jumps", "sli_parse_rest", r"(je) .*", "jne", which=2),
    Plant("jumps", "sli_parse_rest", r"(ja) .*", "jae", which=1),
    Plant("jumps", "sli_parse_short", r"(je) .*", "jb", which=1),
    Plant("jumps", "sli_parse_long", r"(je) .*", "jne", which=1,
          harmless="it only chooses when to search 64 bytes at a time; if 64 are left is tested before each"),
    Plant("registers", "sl_parse", r"mov rax,(rbx)", "rsi"),
    Plant("registers", "sli_parse_rest", r"mov r9,(rdx)", "rcx", which=2),
    Plant("registers", "sli_parse_rest", r"mov r9,(rdx)", "rcx", which=1,
          harmless="the end of the reason, which is stored again before it is used"),
    Plant("registers", "sli_parse_rest", r"pop (r12)", "r13"),
    Plant("byte order", "sl_parse", r"imul eax,eax,(0x10100)", "0x1000001"),
    Plant("byte order", "sli_parse_rest", r"imul eax,eax,(0x10100)", "0x1000001"),
    Plant("byte order", "sli_parse_short", r"punpcklqdq (xmm0,xmm2)", "xmm2,xmm0",
          harmless="bytes 8 to 15 of the block are then 0, so the shortcut gives up at byte 8, and the table reads on"),
    Plant("alignment", "sl_parse", r"(movdqu) xmm0,XMMWORD PTR \[rsi\]", "movdqa"),
    Plant("alignment", "sli_parse_rest", r"movaps XMMWORD PTR \[rsp(-0x38)\],xmm0", "-0x34"),
    Plant("stores", "sli_parse_rest", r"mov QWORD PTR \[r11\+(0x18)\],rdx", "0x28"),
    Plant("termination", "sli_parse_long", r"add rdx,(0x40)", "0x0"),
    Plant("unknown instruction", "sli_parse_rest", r"(not) r8d", "bswap"),

    # In the functions of a stream.
    Plant("bounds", "sl_stream_feed", r"(cmova) rdx,rcx", "cmovb"),
    Plant("bounds", "sli_machine_run_short", r"cmp rdx,(0xf)", "0xe"),
    Plant("bounds", "sli_machine_run_rest", r"cmp r9,(0x3)", "0x2"),
    Plant("masks", "sli_machine_run", r"and eax,(0x1fff0000)", "0x1ffe0000"),
    Plant("shifts", "sli_machine_run", r"shr eax,(0x1a)", "0x19"),
    Plant("shifts", "sli_machine_run_short", r"shl ecx,(0x3)", "0x2", harmless="as in sli_parse_short"),
    Plant("constants", "sl_stream_feed", r"mov DWORD PTR \[rsp\+0x38\],(0x8)", "0x7"),
    Plant("constants", "sl_stream_init", r"mov DWORD PTR \[rsp-0x10\],(0x1)", "0x0"),
    Plant("jumps", "sl_stream_feed", r"(jne) .*", "je"),
    Plant("registers", "sl_stream_feed", r"add rcx,(r12)", "r13"),
    Plant("registers", "sli_machine_run_rest", r"pop (r12)", "r13"),
    Plant("byte order", "sli_machine_run_rest", r"imul edx,edx,(0x10100)", "0x1000001"),
    Plant("alignment", "sl_stream_feed", r"(movups) XMMWORD PTR \[rbx\],xmm4", "movaps"),
    Plant("stores", "sl_stream_feed", r"movups XMMWORD PTR \[rbx\+(0x30)\],xmm7", "0x58"),
    Plant("termination", "sli_machine_run_rest", r"add rdx,(0x40)", "0x0"),
]


WRONG_SEMANTICS = [  # table, instruction, and a meaning that the processor must contradict
    ("BINARY", "add", lambda a, b: (a + b, semantics.flags(a + b, lambda: ULE(a + b, a), semantics.never))),
    ("BINARY", "sub", lambda a, b: (a - b, semantics.flags(a - b, lambda: ULE(a, b), semantics.never))),
    ("BINARY", "cmp", lambda a, b: (None, semantics.flags(a - b, lambda: ULE(a, b), semantics.never))),
    ("BINARY", "test", lambda a, b: (None, semantics.logic(a | b)[1])),
    ("BINARY", "and", lambda a, b: semantics.logic(a | b)),
    ("BINARY", "or", lambda a, b: semantics.logic(a ^ b)),
    ("UNARY", "neg", lambda a: (-a, semantics.flags(-a, lambda: a == 0, semantics.never))),
    ("SHIFTS", "shr", lambda a, n: a >> n),
    ("SHIFTS", "shl", lambda a, n: a << (n + 1)),
    ("VECTORS", "pminub", lambda a, b: semantics.by_bytes(lambda x, y: If(x <= y, x, y), a, b)),
    ("VECTORS", "pcmpeqb", lambda a, b: semantics.by_bytes(lambda x, y: If(x == y, x, y), a, b)),
    ("VECTORS", "pandn", lambda a, b: a & ~b),
    ("EXTENSIONS", "movsx", semantics.ZeroExt),
    ("EXTENSIONS", "movzx", semantics.SignExt),
]


def run_semantics(object_file, workers):
    """Puts each wrong meaning into its table. Returns how many are not noticed."""
    missed = 0
    for table, name, wrong in WRONG_SEMANTICS:
        entries = getattr(semantics, table)
        right, entries[name] = entries[name], wrong
        differ = processor.hold(object_file, 300, workers)["differ"]
        entries[name] = right
        missed += not differ
        print(f"semantics, {name}: {f'noticed: {differ[0]}' if differ else 'NOT NOTICED'}", flush=True)
    return missed


def assembled(text):
    """The bytes of an instruction."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a")
        subprocess.run(["as", "-msyntax=intel", "-mnaked-reg", "-o", path, "-"], input=text + "\n", text=True, check=True)
        subprocess.run(["objcopy", "-O", "binary", "-j", ".text", path, path + ".bin"], check=True)
        with open(path + ".bin", "rb") as file:
            return file.read()


def planted(plant, path, to):
    """Writes a copy of a library with one change. Returns the change as text, and its address."""
    object_file = ObjectFile(path, C)
    content = bytearray(object_file.bytes)
    if plant.constant:
        begin, end = object_file.constants
        digits = object_file.constant(begin, end - begin).hex()
        found = [m for m in re.finditer(plant.old, digits) if m.start(1) % 2 == 0][plant.which]
        at = begin + found.start(1) // 2
        content[at + object_file.file_offsets[".rodata"]] = int(plant.new, 16)
        change = f"the constant at {at:#x}: {found[1]} becomes {plant.new}"
    else:
        begin, size = object_file.symbols[plant.function]
        places = [(at, found) for at, text in sorted(object_file.instructions.items()) if begin <= at < begin + size
                  and (found := re.fullmatch(plant.old, text))]
        at, found = places[plant.which]
        offset, length = at + object_file.file_offsets[".text"], object_file.next[at] - at
        text = object_file.instructions[at]
        new = text[:found.start(1)] + plant.new + text[found.end(1):]
        if plant.new[0] == "j":
            code = CONDITIONS.index(plant.new[1:])
            place = offset + (1 if content[offset] == 0x0F else 0)
            content[place] = content[place] & 0xF0 | code
        else:
            # A longer encoding than needed keeps the place of what follows.
            bytes_ = assembled(new)
            if len(bytes_) > length:
                raise ValueError(f"{new} is too long")
            content[offset:offset + length] = bytes_ + b"\x90" * (length - len(bytes_))
        change = f"{at:#x}: {text} becomes {new}"
    with open(to, "wb") as file:
        file.write(content)
    shutil.copymode(path, to)
    return change, at


def shown_by(table, path, faults, in_stream=False):
    """An input that shows a fault, or None. Without faults, the search has no example to begin with."""
    examples = [report.example for report in faults] or [{}]
    return next((f for f in (witness.search(table, path, e, in_stream=in_stream) for e in examples) if f), None)


def changed_byte(seed, path, to):
    """Writes a copy of a library with one byte of a proved function changed at random. Returns the change as text, the function
    and the address."""
    object_file, chosen = ObjectFile(path, QUICK), random.Random(seed)
    function = chosen.choices(QUICK.functions, [object_file.symbols[name][1] for name in QUICK.functions])[0]
    at = chosen.randrange(object_file.symbols[function][1]) + object_file.symbols[function][0]
    content, offset = bytearray(object_file.bytes), at + object_file.file_offsets[".text"]
    old = content[offset]
    content[offset] = chosen.choice([byte for byte in range(256) if byte != old])
    with open(to, "wb") as file:
        file.write(content)
    shutil.copymode(path, to)
    return f"the byte at {at:#x}: {old:#04x} becomes {content[offset]:#04x}", function, at


def run_bytes(arguments, prove, text_of, folder, table):
    """Changes bytes at random. Each change must fail the proof, or be proved harmless: then no input may show it. Returns how many
    are neither."""
    wrong = 0
    for seed in range(1, BYTES + 1):
        started = time.monotonic()
        path = os.path.join(folder, f"byte{seed}.so")
        change, function, at = changed_byte(seed, os.path.realpath(arguments.library), path)
        try:
            changed = ObjectFile(path, QUICK)
            locations = find.find(QUICK, changed, table)
            wanted = [job for job in jobs(QUICK, locations) if job.function == function]
            reports = prove(QUICK, path, table, locations, wanted, until_fault=True,
                            order=lambda job: (at not in reach(job, changed, locations), job.cost))
            faults = [report for report in reports if report.verdict != "proved"]
        except (NotProved, Refuted) as fault:  # as it is disassembled, or as find.py runs samples
            faults = [Report("a sample", function, "not proved", str(fault))]
        found = shown_by(table, path, faults)
        if faults:
            outcome = f"{faults[0].verdict}: {faults[0].name}: {faults[0].reason}\n    " + \
                (f"shown by {text_of(found)}" if found else "no input shows it")
        else:
            wrong += found is not None
            outcome = f"NOT NOTICED: {text_of(found)}" if found else "harmless and proved"
        print(f"byte {seed}, {function}, {change}: {outcome} ({time.monotonic() - started:.0f} s)", flush=True)
    return wrong


def run(arguments, prove, text_of):
    """Plants each mistake, and prints whether the proof notices. Returns 1 if it does not, or if a harmless change is
    refuted."""
    with open(arguments.table, encoding="utf-8") as file:
        table = Table(file.read(), C.layout)
    original = ObjectFile(os.path.realpath(arguments.library), C)
    locations = find.find(C, original, table)
    failed = run_semantics(original, 2)
    with tempfile.TemporaryDirectory() as folder:
        for index, plant in enumerate(PLANTS):
            started = time.monotonic()
            in_stream = plant.function in STREAM
            path = os.path.join(folder, f"planted{index}.so")
            change, at = planted(plant, os.path.realpath(arguments.library), path)
            wanted = [job for job in jobs(C, locations) if job.function == plant.function]
            # First the jobs that may notice.
            changed = ObjectFile(path, C)
            reports = prove(C, path, table, locations, wanted, until_fault=not plant.harmless,
                            order=lambda job: (at not in reach(job, changed, locations), job.cost))
            faults = [report for report in reports if report.verdict != "proved"]
            found = shown_by(table, path, faults, in_stream)
            if plant.harmless:
                right = not faults and found is None
                outcome = f"harmless and proved: {plant.harmless}" if right else \
                    f"NOT HARMLESS: {faults[0].reason if faults else text_of(found)}"
            elif not faults:
                right, outcome = False, "NOT NOTICED"
            else:
                right = found is not None
                outcome = f"{faults[0].verdict}: {faults[0].name}: {faults[0].reason}\n    shown by {text_of(found)}" if right \
                    else f"{faults[0].verdict}, but NO INPUT shows it: {faults[0].name}: {faults[0].reason}"
            failed += not right
            print(f"{plant.kind}, {plant.function}, {change}: {outcome} ({time.monotonic() - started:.0f} s)", flush=True)
        failed += run_bytes(arguments, prove, text_of, folder, table)
    print(f"{len(PLANTS)} planted in the code, {BYTES} bytes at random, {len(WRONG_SEMANTICS)} in the semantics, {failed} wrong")
    return 1 if failed else 0
