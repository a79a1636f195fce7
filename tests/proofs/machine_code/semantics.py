# SPDX-License-Identifier: MIT
"""The semantics of x86-64 instructions over z3 terms, as tables. An instruction that no table has is an error.

Each entry maps operands to a result and flags. processor.py holds the entries against the processor. `tzcnt` is also
`bsf` on processors without BMI1, so the entry holds for both: the operand must not be zero, and no flag is defined.
Flags are z, c, s, o: the zero, carry, sign and overflow flag, each a function without parameters, so that only flags
that are used become terms; None is an undefined flag. The auxiliary and parity flags do not exist here.
"""

import re
from dataclasses import dataclass

from z3 import (UGT, And, ULE, ULT, BitVecVal, BoolVal, Concat, Extract, If, LShR, Not, Or, SignExt, Xor, ZeroExt, is_bv_value,
                simplify)


class NotProved(Exception):
    """The proof cannot go on here: the reason is the text."""


def number(value, bits=64):
    return BitVecVal(value, bits)


# ---- Registers: name to (64-bit register, size in bits, lowest bit)

REGISTERS = "rax rbx rcx rdx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15".split()
PARTS = {name: (name, 64, 0) for name in REGISTERS}
for _letter in "abcd":
    _whole = f"r{_letter}x"
    PARTS |= {f"e{_letter}x": (_whole, 32, 0), f"{_letter}x": (_whole, 16, 0), f"{_letter}l": (_whole, 8, 0),
              f"{_letter}h": (_whole, 8, 8)}
for _name in ("si", "di", "bp", "sp"):
    PARTS |= {f"e{_name}": (f"r{_name}", 32, 0), _name: (f"r{_name}", 16, 0), f"{_name}l": (f"r{_name}", 8, 0)}
for _index in range(8, 16):
    _name = f"r{_index}"
    PARTS |= {f"{_name}d": (_name, 32, 0), f"{_name}w": (_name, 16, 0), f"{_name}b": (_name, 8, 0)}
SIZES = {"BYTE": 8, "WORD": 16, "DWORD": 32, "QWORD": 64, "XMMWORD": 128}


def read(registers, name):
    """The value of a register or of a part of it."""
    whole, bits, low = PARTS[name]
    value = registers[whole]
    return value if bits == 64 else simplify(Extract(low + bits - 1, low, value))


def write(registers, name, value):
    """Writes a register or a part of it: 32 bits clear the upper half, 8 and 16 bits keep the rest."""
    whole, bits, low = PARTS[name]
    if value.size() != bits:
        raise NotProved(f"{value.size()} bits do not fit {name}")
    old = registers[whole]
    if bits == 64:
        new = value
    elif bits == 32:
        new = ZeroExt(32, value)
    elif low:
        new = Concat(Extract(63, 16, old), value, Extract(7, 0, old))
    else:
        new = Concat(Extract(63, bits, old), value)
    registers[whole] = simplify(new)


# ---- Instructions as objdump prints them


@dataclass
class Operand:
    kind: str  # "register", "vector", "number" or "memory"
    text: str
    bits: int = 0  # 0: as wide as the other operand
    address: tuple = ()  # of memory: (sign, register or "rip" or number, factor)


def operand(text):
    if text in PARTS:
        return Operand("register", text, PARTS[text][1])
    if re.fullmatch(r"xmm\d+", text):
        return Operand("vector", text, 128)
    if re.fullmatch(r"-?0x[0-9a-f]+|\d+", text):
        return Operand("number", text)
    memory = re.fullmatch(r"(?:(\w+) PTR )?\[([^\]]+)\]", text)
    if not memory or (memory[1] and memory[1] not in SIZES):
        raise NotProved(f"operand {text}")
    parts = []
    for sign, token in re.findall(r"([+-]?)([^+-]+)", memory[2]):
        base, _, factor = token.partition("*")
        if base not in PARTS and base != "rip" and not re.fullmatch(r"0x[0-9a-f]+|\d+", base):
            raise NotProved(f"address {text}")
        parts.append((sign, base, int(factor or 1)))
    return Operand("memory", text, SIZES.get(memory[1], 0), tuple(parts))


def decode(text):
    """Returns the name of the operation, and its operands."""
    name, _, rest = text.partition(" ")
    return name, [operand(part.strip()) for part in rest.split(",")] if rest else []


# ---- Flags


def sign(value):
    return Extract(value.size() - 1, value.size() - 1, value) == 1


def flags(result, carry, overflow):
    return {"z": lambda: result == 0, "s": lambda: sign(result), "c": carry, "o": overflow}


def no_flags():
    return dict.fromkeys("zsco")


def never():
    return BoolVal(False)


CONDITIONS = {  # suffix of a jump, a set or a conditional move: flags that it reads, and what it means
    "e": ("z", lambda z: z),
    "b": ("c", lambda c: c),
    "be": ("cz", lambda c, z: Or(c, z)),
    "s": ("s", lambda s: s),
    "l": ("so", Xor),
    "le": ("soz", lambda s, o, z: Or(Xor(s, o), z)),
}
NEGATED = {"ne": "e", "ae": "b", "a": "be", "ns": "s", "ge": "l", "g": "le"}


def condition(state, suffix):
    if suffix in NEGATED:
        return Not(condition(state, NEGATED[suffix]))
    if suffix not in CONDITIONS:
        raise NotProved(f"no semantics for the condition {suffix}")
    names, meaning = CONDITIONS[suffix]
    for name in names:
        if state.flags[name] is None:
            raise NotProved(f"the flag {name} is undefined here")
    return meaning(*(state.flags[name]() for name in names))


# ---- The tables

# Two operands of one size to (result, flags); a result None is not stored.


def add(a, b):
    sum_ = a + b
    return sum_, flags(sum_, lambda: ULT(sum_, a), lambda: And(sign(a) == sign(b), sign(sum_) != sign(a)))


def subtract(a, b):
    rest = a - b
    return rest, flags(rest, lambda: ULT(a, b), lambda: And(sign(a) != sign(b), sign(rest) != sign(a)))


def logic(result):
    return result, flags(result, never, never)


BINARY = {
    "add": add,
    "sub": subtract,
    "cmp": lambda a, b: (None, subtract(a, b)[1]),
    "and": lambda a, b: logic(a & b),
    "or": lambda a, b: logic(a | b),
    "xor": lambda a, b: logic(a ^ b),
    "test": lambda a, b: (None, logic(a & b)[1]),
}

# One operand to (result, flags); flags None are kept.


def negate(a):
    return -a, flags(-a, lambda: a != 0, lambda: a == 1 << (a.size() - 1))


UNARY = {"neg": negate, "not": lambda a: (~a, None)}

# A value and a count, which is already less than 64 (or 32), to the result. A count of 0 keeps all flags. Otherwise z
# and s are those of the result; c and o are left undefined.
SHIFTS = {"shl": lambda a, n: a << n, "shr": LShR, "sar": lambda a, n: a >> n}


def flags_of_shift(old, count, result):
    """Carry and overflow are kept by a count of 0, and are left undefined for any other."""
    new = flags(result, None, None)
    if is_bv_value(count):
        return old if count.as_long() == 0 else new
    kept = {flag: old[flag] for flag in "zs" if old[flag] is not None}
    return no_flags() | {flag: lambda flag=flag: If(count == 0, kept[flag](), new[flag]()) for flag in kept}


def by_bytes(of_bytes, *vectors):
    """Applies a function to each lane of 8 bits."""
    return Concat(*(of_bytes(*(Extract(8 * i + 7, 8 * i, v) for v in vectors)) for i in reversed(range(16))))


VECTORS = {  # two operands of 128 bits to the result
    "pxor": lambda a, b: a ^ b,
    "por": lambda a, b: a | b,
    "pand": lambda a, b: a & b,
    "pandn": lambda a, b: ~a & b,
    "pminub": lambda a, b: by_bytes(lambda x, y: If(ULE(x, y), x, y), a, b),
    "pmaxub": lambda a, b: by_bytes(lambda x, y: If(UGT(x, y), x, y), a, b),
    "psubusb": lambda a, b: by_bytes(lambda x, y: If(ULT(x, y), number(0, 8), x - y), a, b),
    "pcmpeqb": lambda a, b: by_bytes(lambda x, y: If(x == y, number(0xFF, 8), number(0, 8)), a, b),
    "punpcklqdq": lambda a, b: Concat(Extract(63, 0, b), Extract(63, 0, a)),
}

MOVES = {"mov", "movabs", "movdqu", "movdqa", "movups", "movaps"}
# Their memory operand of 128 bits may have any address; that of any other instruction must be a multiple of 16.
UNALIGNED = {"movdqu", "movups"}
EXTENSIONS = {"movzx": ZeroExt, "movsx": SignExt, "movsxd": SignExt}


def zero_bits_below(value):
    """The number of zero bits below the lowest bit that is set."""
    bits = value.size()
    count = number(bits, bits)
    for i in reversed(range(bits)):
        count = If(Extract(i, i, value) == 1, number(i, bits), count)
    return count


def is_nothing(text):
    """Whether an instruction does nothing: a nop with prefixes and operands, or `xchg` of a 16-bit register with itself.
    (`xchg eax,eax` would clear the upper half.)"""
    return re.fullmatch(r"(?:(?:data16|cs) )*nop(?: \w+ PTR (?:cs:)?\[[^\]]+\])?|xchg ax,ax|endbr64", text) is not None


# ---- One instruction


def address_of(state, operand_, next_address, machine):
    total = number(0)
    for sign_, base, factor in operand_.address:
        if base == "rip":
            value = machine.object_base + next_address
        elif base in PARTS:
            value = read(state.registers, base)
        else:
            value = number(int(base, 16))
        value = value * factor
        total = total - value if sign_ == "-" else total + value
    return simplify(total)


def step(state, text, next_address, machine):
    """Executes an instruction that is not a jump, a call or a return.

    `machine` has load(state, address, bits, aligned), store(state, address, value, aligned), split(state, term), which
    returns a term with fewer cases, never_zero(state, term), choose(state, condition), and object_base.
    """
    if is_nothing(text):
        return
    name, operands = decode(text)
    bits = next((o.bits for o in operands if o.bits), 0)
    aligned = name not in UNALIGNED

    def value(o, size=0):
        size = o.bits or size or bits
        if o.kind == "register":
            return read(state.registers, o.text)
        if o.kind == "vector":
            return state.vectors[o.text]
        if o.kind == "number":
            return number(int(o.text, 16) & ((1 << size) - 1), size)
        return machine.load(state, address_of(state, o, next_address, machine), size, aligned)

    def put(o, result):
        if o.kind == "register":
            write(state.registers, o.text, result)
        elif o.kind == "vector":
            state.vectors[o.text] = simplify(result)
        else:
            machine.store(state, address_of(state, o, next_address, machine), simplify(result), aligned)

    kinds = [o.kind for o in operands]
    if name in MOVES and len(operands) == 2:
        put(operands[0], value(operands[1]))
    elif name in BINARY:
        result, state.flags = BINARY[name](value(operands[0]), value(operands[1]))
        if result is not None:
            put(operands[0], result)
    elif name in UNARY:
        result, new = UNARY[name](value(operands[0]))
        put(operands[0], result)
        state.flags = new or state.flags
    elif name in EXTENSIONS:
        source = value(operands[1])
        put(operands[0], EXTENSIONS[name](bits - source.size(), source))
    elif name == "cdqe":
        state.registers["rax"] = simplify(SignExt(32, read(state.registers, "eax")))
    elif name == "lea":
        put(operands[0], Extract(bits - 1, 0, address_of(state, operands[1], next_address, machine)))
    elif name in SHIFTS:
        a = value(operands[0])
        count = value(operands[1], 8) if len(operands) == 2 else number(1, 8)
        count = machine.split(state, simplify(count & (63 if bits == 64 else 31)))
        wide = ZeroExt(bits - 8, count) if bits > 8 else count
        result = SHIFTS[name](a, wide)
        put(operands[0], result)
        state.flags = flags_of_shift(state.flags, count, result)
    elif name == "imul" and len(operands) > 1:
        put(operands[0], value(operands[-2]) * value(operands[-1]))
        state.flags = no_flags()
    elif name in ("tzcnt", "bsf"):
        source = value(operands[1])
        machine.never_zero(state, source)
        put(operands[0], machine.split(state, simplify(zero_bits_below(source))))
        state.flags = no_flags()
    elif name.startswith("cmov"):
        source, old = value(operands[1]), value(operands[0])
        put(operands[0], source if machine.choose(state, condition(state, name[4:])) else old)
    elif name.startswith("set"):
        put(operands[0], If(condition(state, name[3:]), number(1, 8), number(0, 8)))
    elif name in VECTORS:
        put(operands[0], VECTORS[name](value(operands[0]), value(operands[1])))
    elif name == "pmovmskb":
        source = value(operands[1])
        put(operands[0], ZeroExt(bits - 16, Concat(*(Extract(8 * i + 7, 8 * i + 7, source) for i in reversed(range(16))))))
    elif name in ("movq", "movd") and "vector" in kinds:
        size = 64 if name == "movq" else 32
        source = value(operands[1], size)
        source = Extract(size - 1, 0, source)
        put(operands[0], ZeroExt(128 - size, source) if kinds[0] == "vector" else source)
    elif name == "push":
        state.registers["rsp"] = simplify(state.registers["rsp"] - 8)
        machine.store(state, state.registers["rsp"], value(operands[0]), False)
    elif name == "pop":
        result = machine.load(state, state.registers["rsp"], 64, False)
        state.registers["rsp"] = simplify(state.registers["rsp"] + 8)
        put(operands[0], result)
    else:
        raise NotProved(f"no semantics for {name}")
