# SPDX-License-Identifier: MIT
"""Holds the tables of semantics.py against this processor, for each form of instruction that the proved functions contain.

A form is an instruction with other registers, and with a place for its memory operand; its address is a form of `lea`.
A conditional jump is held as the `set` of its condition. Each form is assembled into a loop over records of operands,
and its terms are compiled to Python: every register, the memory and each flag that is defined must be the same.
"""

import ctypes
import multiprocessing
import os
import random
import re
import struct
import subprocess
import tempfile
import time

import z3

from execute import State
from semantics import PARTS, NotProved, is_nothing, number, step

POOL = ["rax", "rbx", "rdx", "rsi", "r8"]  # in place of other registers; rcx holds counts
HELD = ["rax", "rbx", "rcx", "rdx", "rsi", "r8"]
VECTORS = ["xmm0", "xmm1"]
FLAGS = "zcso"
BITS = {"z": 6, "c": 0, "s": 7, "o": 11}  # of the flags in rflags
RECORD = 112  # bytes: 6 registers, rflags, nothing, 2 vectors, 16 bytes of memory
BY_READING = {"jmp", "call", "ret", "push", "pop"}  # no form: their meaning is in execute.py and two lines of step()
EDGES = [0, 1, 2, 7, 8, 9, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 1 << 63, (1 << 63) - 1,
         (1 << 64) - 1, 15, 16, 31, 32, 33, 63, 64]
OCTETS = [0, 8, 9, 10, 13, 14, 31, 32, 47, 48, 57, 58, 126, 127, 128, 255]


def other_registers(text):
    """The instruction with registers of POOL and vectors of VECTORS, in the order in which it names them."""
    names, vectors = {}, {}

    def name(found):
        token = found[0]
        if token.startswith("xmm"):
            return vectors.setdefault(token, VECTORS[min(len(vectors), 1)])
        whole, bits, low = PARTS[token]
        if token == "cl" and re.match(r"s[ha][lr] .*,cl$", text):
            return token
        new = names.setdefault(whole, POOL[len(names)])
        return next(n for n, part in PARTS.items() if part == (new, bits, low))
    return re.sub(r"\b(?:" + "|".join(sorted(PARTS, key=len, reverse=True)) + r"|xmm\d+)\b", name, text)


def forms_of(object_file):
    """Every form in the functions of an object; and the names of instructions that have none."""
    forms, without = set(), set()
    for text in object_file.instructions.values():
        name = text.split(" ")[0]
        if is_nothing(text):
            continue
        if name in BY_READING:
            without.add(name)
            continue
        if name[0] == "j":
            forms.add(f"set{name[1:]} al")
            continue
        memory = re.search(r"\[([^\]]*)\]", text)
        if memory and "rip" not in memory[1]:
            forms.add(other_registers(f"lea rax,[{memory[1]}]") if "rax" not in memory[1]
                      else other_registers(f"lea r9,[{memory[1]}]"))
        if memory and name != "lea":
            text = re.sub(r"\[[^\]]*\]", "[r15+96]", text)
            head, tail = text.split("[r15+96]")
            text = "[r15+96]".join(other_registers(f"{head}@{tail}").split("@"))
            forms.add(text)
        elif not memory or "rip" not in memory[1]:
            forms.add(other_registers(text))
    return sorted(forms), sorted(without)


def assemble(forms, folder):
    """Builds one loop for each form: f0, f1, ... (records, how many)."""
    lines = [".intel_syntax noprefix", ".text"]
    for index, form in enumerate(forms):
        lines += [f".globl f{index}", f"f{index}: push rbx; push r15; push r14; mov r15, rdi; mov r14, rsi", "1:"]
        lines += [f"movdqu {name}, [r15+{64 + 16 * i}]" for i, name in enumerate(VECTORS)]
        lines += ["push QWORD PTR [r15+48]", "popfq"]
        lines += [f"mov {name}, [r15+{8 * i}]" for i, name in enumerate(HELD)]
        lines.append(form)
        lines += [f"mov [r15+{8 * i}], {name}" for i, name in enumerate(HELD)]
        lines += [f"movdqu [r15+{64 + 16 * i}], {name}" for i, name in enumerate(VECTORS)]
        lines += ["pushfq", "pop QWORD PTR [r15+48]", f"add r15, {RECORD}", "dec r14", "jne 1b", "pop r14; pop r15; pop rbx; ret"]
    lines.append('.section .note.GNU-stack,"",@progbits')
    path = os.path.join(folder, "forms.so")
    subprocess.run(["cc", "-shared", "-x", "assembler", "-", "-o", path], input="\n".join(lines) + "\n", text=True, check=True)
    return path


class Machine:
    """The memory of a form is one variable. A conditional move is executed for both answers."""

    object_base = number(0)

    def __init__(self, answer):
        self.answer, self.question = answer, None
        self.memory = z3.BitVec("memory", 128)

    def load(self, _state, _address, bits, _aligned):
        return self.memory if bits == 128 else z3.Extract(bits - 1, 0, self.memory)

    def store(self, _state, _address, value, _aligned):
        bits = value.size()
        self.memory = value if bits == 128 else z3.Concat(z3.Extract(127, bits, self.memory), value)

    def split(self, _state, term):
        return term

    def never_zero(self, _state, _term):
        pass

    def choose(self, _state, question):
        self.question = question
        return self.answer


def terms_of(form):
    """The terms of the registers, vectors, memory and flags after a form. An undefined flag is None."""
    def after(answer):
        state = State({name: z3.BitVec(name, 64) for name in {part[0] for part in PARTS.values()}},
                      {name: z3.BitVec(name, 128) for name in VECTORS},
                      flags={flag: lambda flag=flag: z3.Bool(flag) for flag in FLAGS})
        machine = Machine(answer)
        step(state, form, 0, machine)
        values = [state.registers[name] for name in HELD] + [state.vectors[name] for name in VECTORS] + [machine.memory]
        return values, [state.flags[flag]() if state.flags[flag] else None for flag in FLAGS], machine.question
    values, flags, question = after(True)
    if question is not None:
        values = [z3.If(question, a, b) for a, b in zip(values, after(False)[0])]
    return values, flags


OPERATORS = {  # of z3, on Python's integers; {m} is the mask of the result's size
    z3.Z3_OP_BADD: ("+", True), z3.Z3_OP_BMUL: ("*", True), z3.Z3_OP_BSUB: ("-", True), z3.Z3_OP_BAND: ("&", False),
    z3.Z3_OP_BOR: ("|", False), z3.Z3_OP_BXOR: ("^", False), z3.Z3_OP_AND: (" and ", False), z3.Z3_OP_OR: (" or ", False),
    z3.Z3_OP_XOR: ("!=", False), z3.Z3_OP_EQ: ("==", False), z3.Z3_OP_DISTINCT: ("!=", False), z3.Z3_OP_ULEQ: ("<=", False),
    z3.Z3_OP_ULT: ("<", False), z3.Z3_OP_UGEQ: (">=", False), z3.Z3_OP_UGT: (">", False),
}


def compiled(terms):
    """A Python function of the operands, from terms; it does not use z3."""
    lines, names = [], {}

    def signed(value, bits):
        return f"({value}-(({value}>>{bits - 1})<<{bits}))"

    def visit(term):
        if term.get_id() in names:
            return names[term.get_id()][0]
        children = term.children()
        c = [visit(child) for child in children]
        kind = term.decl().kind()
        mask = (1 << term.size()) - 1 if z3.is_bv(term) else 1
        if z3.is_bv_value(term):
            text = str(term.as_long())
        elif z3.is_true(term) or z3.is_false(term):
            text = str(z3.is_true(term))
        elif kind == z3.Z3_OP_UNINTERPRETED:
            text = term.decl().name()
        elif kind in OPERATORS:
            operator, wraps = OPERATORS[kind]
            text = f"({operator.join(c)})&{mask}" if wraps else operator.join(c)
        elif kind == z3.Z3_OP_BNEG:
            text = f"(-{c[0]})&{mask}"
        elif kind == z3.Z3_OP_BNOT:
            text = f"{c[0]}^{mask}"
        elif kind == z3.Z3_OP_NOT:
            text = f"not {c[0]}"
        elif kind == z3.Z3_OP_ITE:
            text = f"{c[1]} if {c[0]} else {c[2]}"
        elif kind == z3.Z3_OP_BSHL:
            text = f"({c[0]}<<min({c[1]},128))&{mask}"
        elif kind == z3.Z3_OP_BLSHR:
            text = f"{c[0]}>>min({c[1]},128)"
        elif kind == z3.Z3_OP_BASHR:
            text = f"({signed(c[0], term.size())}>>min({c[1]},128))&{mask}"
        elif kind == z3.Z3_OP_CONCAT:
            text, low = "", 0
            for child, value in reversed(list(zip(children, c))):
                text += f"{'|' if text else ''}({value}<<{low})"
                low += child.size()
        elif kind == z3.Z3_OP_EXTRACT:
            high, low = term.params()
            text = f"({c[0]}>>{low})&{(1 << (high - low + 1)) - 1}"
        elif kind == z3.Z3_OP_ZERO_EXT:
            text = c[0]
        elif kind == z3.Z3_OP_SIGN_EXT:
            text = f"{signed(c[0], children[0].size())}&{mask}"
        elif kind in (z3.Z3_OP_SLEQ, z3.Z3_OP_SLT):
            text = f"{signed(c[0], children[0].size())}{'<=' if kind == z3.Z3_OP_SLEQ else '<'}{signed(c[1], children[0].size())}"
        else:
            raise NotProved(f"cannot compile {term.decl()}")
        name = f"t{len(lines)}"
        lines.append(f"{name}={text}")
        names[term.get_id()] = (name, term)
        return name

    results = [visit(term) for term in terms]
    parameters = ",".join([*HELD, *VECTORS, "memory", *FLAGS])
    scope = {}
    exec(f"def f({parameters}):\n " + "\n ".join(lines) + f"\n return ({','.join(results)},)", scope)  # pylint: disable=exec-used
    return scope["f"]


def operands(count, chance):
    """Records of operands: many at the edges, and small numbers."""
    records = []
    for _ in range(count):
        registers = [chance.choice(EDGES) if chance.random() < 0.3 else
                     chance.getrandbits(64) >> chance.choice([0, 0, 32, 48, 56]) for _ in HELD]
        if chance.random() < 0.2:  # equal operands
            registers[1] = registers[0]
        vectors = [chance.getrandbits(128) if chance.random() < 0.5 else
                   int.from_bytes(bytes(chance.choices(OCTETS, k=16)), "little") for _ in range(3)]
        records.append((registers, vectors, [bool(chance.getrandbits(1)) for _ in FLAGS]))
    return records


def packed(record):
    registers, vectors, given = record
    rflags = 0x202 | sum(value << BITS[flag] for flag, value in zip(FLAGS, given))
    return struct.pack("<8Q", *registers, rflags, 0) + b"".join(v.to_bytes(16, "little") for v in vectors)


class Shared:
    """The same operands for each form; inherited by fork."""

    records, memory = [], b""


def hold_form(job):
    """Compares one form with the processor. Returns a difference as text, or ""."""
    index, form, path = job
    try:
        values, flags = terms_of(form)
        defined = [flag for flag, term in zip(FLAGS, flags) if term is not None]
        function = compiled([z3.simplify(term) for term in values + [term for term in flags if term is not None]])
    except NotProved as wrong:
        return f"{form}: {wrong}"
    records, memory = Shared.records, Shared.memory
    if form.startswith(("tzcnt", "bsf")):  # precondition: not zero
        records = [r for r in records if r[0][0] & 0xFFFFFFFF and r[0][1] & 0xFFFFFFFF]
        memory = b"".join(packed(r) for r in records)
    room = ctypes.create_string_buffer(len(memory) + 16)
    begin = (ctypes.addressof(room) + 15) & ~15
    ctypes.memmove(begin, memory, len(memory))
    getattr(ctypes.CDLL(path), f"f{index}")(ctypes.c_void_p(begin), ctypes.c_long(len(records)))
    after = ctypes.string_at(begin, len(memory))
    for number_, (registers, vectors, given) in enumerate(records):
        got = after[RECORD * number_:RECORD * (number_ + 1)]
        *got_registers, rflags, _ = struct.unpack("<8Q", got[:64])
        got_values = got_registers + [int.from_bytes(got[64 + 16 * i:80 + 16 * i], "little") for i in range(3)]
        result = function(*registers, *vectors, *given)
        expected = list(result[:len(got_values)])
        if expected != got_values or any(bool(value) != bool(rflags >> BITS[flag] & 1)
                                         for flag, value in zip(defined, result[len(got_values):])):
            return f"{form}: operands {[hex(r) for r in registers]} {[hex(v) for v in vectors]} {given}"
    return ""


def hold(object_file, count, workers):
    """Holds every form of an object against the processor, with `count` operands each."""
    started = time.monotonic()
    forms, without = forms_of(object_file)
    Shared.records = operands(count, random.Random(16))
    Shared.memory = b"".join(packed(record) for record in Shared.records)
    with tempfile.TemporaryDirectory() as folder:
        path = assemble(forms, folder)
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            differ = [text for text in pool.imap_unordered(hold_form, [(i, form, path) for i, form in enumerate(forms)])
                      if text]
    return {"forms": len(forms), "operands": count, "differ": differ, "by_reading": without,
            "processor": processor_name(), "seconds": round(time.monotonic() - started, 1)}


def processor_name():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
