# SPDX-License-Identifier: MIT
"""Reads an object, and executes its machine code symbolically: every path from a state to the next place of interest.

Memory has five parts, each with its own base, and an address is one base plus an offset: the input (P: bytes are a
function M of the offset), the result (RESULT), the stream (STREAM; most functions have none), the stack (STACK is rsp
at the entry of the function) and the object (OBJECT). Each load and store is proved to stay inside of its part.
Anything unknown ends in NotProved or Refuted, with the address and the line of the source.
"""

import re
import subprocess
import time
from dataclasses import dataclass, field

from z3 import (And, BitVec, BitVecSort, Concat, Extract, Function, Not, Or, SolverFor, UGE, ULE, Z3_OP_BADD, Z3_OP_CONCAT,
                Z3_OP_UNINTERPRETED, Z3_OP_ZERO_EXT, is_app_of, is_bv_value, is_false, is_true, sat, simplify,
                substitute, unknown)

from semantics import REGISTERS, NotProved, condition, number, step

M = Function("M", BitVecSort(64), BitVecSort(8))
P, N, RESULT, STREAM, STACK, OBJECT = (BitVec(name, 64) for name in ("P", "N", "RESULT", "STREAM", "STACK", "OBJECT"))
BASES = (P, RESULT, STREAM, STACK, OBJECT)
RESULT_SIZE = 40
RED_ZONE = 128  # bytes below rsp that a function may use: System V ABI 3.2.2
MAX_VALUES = 40  # cases that split() distinguishes at most
MAX_STEPS = 3000  # instructions on a path between two cuts


class Refuted(Exception):
    """A claim does not hold; `model` is a counterexample."""

    def __init__(self, text, model=None, state=None):
        super().__init__(text)
        self.model = model
        self.state = state

    def __reduce__(self):  # neither model nor state can leave a process
        return Refuted, self.args


class ObjectFile:
    """A shared library for x86-64: its instructions, its constants (.rodata) and its symbols."""

    def __init__(self, path, build):
        functions = build.functions
        self.path = path
        self.instructions, self.next, self.symbols = {}, {}, {}
        with open(path, "rb") as file:
            self.bytes = file.read()
        for line in self._run("nm", "-S"):
            fields = line.split()
            if len(fields) == 4:
                self.symbols[fields[3]] = (int(fields[0], 16), int(fields[1], 16))
        for name, pattern in build.symbols:
            found = [symbol for symbol in self.symbols if re.fullmatch(pattern, symbol)]
            if len(found) == 1:
                self.symbols[name] = self.symbols.pop(found[0])
        self.constants, self.file_offsets = None, {}
        for line in self._run("objdump", "-h", "-w"):
            fields = line.split()
            if len(fields) > 6 and fields[1] in (".rodata", ".text"):
                size, at, offset = int(fields[2], 16), int(fields[3], 16), int(fields[5], 16)
                self.file_offsets[fields[1]] = offset - at
                if fields[1] == ".rodata":
                    self.constants = (at, at + size)
        relocated = [int(line.split()[0], 16) for line in self._run("objdump", "-R") if re.match("[0-9a-f]{8}", line)]
        if any(self.constants[0] - 8 < address < self.constants[1] for address in relocated):
            raise NotProved("a constant is relocated")
        for name in functions:
            if name not in self.symbols:
                raise NotProved(f"{path} has no function {name}")
            begin, size = self.symbols[name]
            self._disassemble(begin, begin + size)

    def _run(self, *command):
        return subprocess.run([*command, self.path], capture_output=True, text=True, check=True).stdout.splitlines()

    def _disassemble(self, begin, end):
        last = None
        for line in self._run("objdump", "-d", "-M", "intel", "--no-show-raw-insn", f"--start-address={begin}",
                              f"--stop-address={end}"):
            found = re.match(r" +([0-9a-f]+):\s+(\S.*)$", line)
            if found:
                at = int(found[1], 16)
                self.instructions[at] = re.sub(r"\s+", " ", re.sub(r"\s*(#.*|<[^>]*>)$", "", found[2])).strip()
                if last is not None:
                    self.next[last] = at
                last = at
        self.next[last] = end

    def constant(self, address, size):
        """The bytes at an address of .rodata, the lowest first."""
        if not self.constants[0] <= address <= self.constants[1] - size:
            raise Refuted(f"reads {size} bytes at {address:#x}, which is no constant of the object")
        return self.bytes[address + self.file_offsets[".rodata"]:][:size]

    def function_at(self, address):
        return next((name for name, (begin, size) in self.symbols.items() if begin <= address < begin + size), "?")

    def source_line(self, address):
        lines = subprocess.run(["addr2line", "-i", "-e", self.path, hex(address)], capture_output=True, text=True,
                               check=False).stdout.split("\n")
        return lines[0].rsplit("/", 1)[-1]

    def place(self, address):
        return f"{address:#x} ({self.function_at(address)}, {self.source_line(address)}: {self.instructions.get(address)})"


@dataclass
class State:
    """The processor at one point of a path, and what is known on the way there."""

    registers: dict = field(default_factory=dict)
    vectors: dict = field(default_factory=dict)
    stack: dict = field(default_factory=dict)  # offset from STACK to a byte
    result: list = field(default_factory=list)
    stream: list = field(default_factory=list)
    flags: dict = field(default_factory=lambda: dict.fromkeys("zsco"))
    path: list = field(default_factory=list)  # conditions
    at: int = 0
    kinds: dict = field(default_factory=dict)  # offset in the input, as a term, to the kind of octet found in a table
    loaded: dict = field(default_factory=dict)  # offsets in the input that were read
    known: dict = field(default_factory=dict)  # terms that a split has given a value
    trace: tuple = ()
    answered: object = None  # the arguments of the callee that wrote the result

    def copy(self):
        return State(dict(self.registers), dict(self.vectors), dict(self.stack), list(self.result), list(self.stream),
                     dict(self.flags), list(self.path), self.at, dict(self.kinds), dict(self.loaded), dict(self.known), self.trace,
                     self.answered)

    def put_in(self, variable, term):
        """Puts a term in the place of a variable everywhere."""
        def new(e):
            return simplify(substitute(e, (variable, term)))
        for part in (self.registers, self.vectors, self.stack):
            for key, value in part.items():
                part[key] = new(value)
        self.result = [new(e) for e in self.result]
        self.stream = [new(e) for e in self.stream]
        self.path = [new(e) for e in self.path]


class Split(Exception):
    """An instruction has to be executed once for each of these (condition, key, term, value)."""

    def __init__(self, cases):
        super().__init__()
        self.cases = cases


class Executor:
    """Executes paths. `contracts` maps the address of a function to what happens at a call of it: (state) -> None."""

    def __init__(self, object_file, solve, contracts=()):
        self.object = object_file
        self.solve = solve
        self.contracts = dict(contracts)
        self.object_base = OBJECT
        self.first = number(0)  # the offset at which the input begins in memory
        self.steps = self.loads = self.stores = 0

    # ---- What step() asks for

    def choose(self, state, question):
        """Whether a condition holds: one path for each answer that is possible."""
        question = simplify(question)
        if is_true(question) or is_false(question):
            return is_true(question)
        key = ("choose", question.get_id())
        if key in state.known:
            return state.known[key][1]
        cases = [(c, key, question, v) for c, v in ((question, True), (Not(question), False))
                 if self.solve.possible(state.path, c)]
        if len(cases) == 1:
            return cases[0][3]
        raise Split(cases)

    def split(self, state, term):
        """The value of a term: one path for each that is possible."""
        if is_bv_value(term):
            return term
        key = ("split", term.get_id())
        if key in state.known:
            return state.known[key][1]
        cases, others = [], []
        while True:
            model = self.solve.model(state.path + others)
            if model is None:
                break
            value = model.eval(term, model_completion=True)
            others.append(term != value)
            cases.append((term == value, key, term, value))
            if len(cases) > MAX_VALUES:
                raise NotProved("too many values to distinguish")
        raise Split(cases)

    def never_zero(self, state, term):
        model = self.solve.model([*state.path, term == 0])
        if model is not None:
            raise Refuted("tzcnt or bsf of zero", model, state)

    def load(self, state, address, bits, aligned):
        self.loads += 1
        size = bits // 8
        base, offset = self.part_of(address)
        if aligned and size == 16:
            self.need_alignment(base, offset)
        if base is P:
            return self.load_input(state, offset, size)
        if base is OBJECT:
            if is_bv_value(offset):
                return number(int.from_bytes(self.object.constant(offset.as_long(), size), "little"), bits)
            return self.load_table(state, offset, size)
        if not is_bv_value(offset):
            raise NotProved(f"address {address}")
        begin = offset.as_signed_long()
        if base is STACK:
            missing = [i for i in range(begin, begin + size) if i not in state.stack]
            if missing:
                raise Refuted(f"reads the stack at {missing[0]:+d}, which was not written")
            values = [state.stack[begin + i] for i in range(size)]
        else:
            bytes_ = self.bytes_at(state, base, begin, size, "reads")
            values = bytes_[begin:begin + size]
        return joined(values)

    def store(self, state, address, value, aligned):
        self.stores += 1
        size = value.size() // 8
        base, offset = self.part_of(address)
        if base is P or base is OBJECT or not is_bv_value(offset):
            raise Refuted(f"writes outside of the result, the stream and the stack, at {address}")
        if aligned and size == 16:
            self.need_alignment(base, offset)
        begin = offset.as_signed_long()
        if base is STACK:
            stack_base, stack_offset = self.part_of(state.registers["rsp"])
            if stack_base is not STACK or not is_bv_value(stack_offset):
                raise NotProved(f"rsp is {state.registers['rsp']}")
            if not stack_offset.as_signed_long() - RED_ZONE <= begin <= -size:
                raise Refuted(f"writes outside of the stack frame, at {begin:+d}")
            for i in range(size):
                state.stack[begin + i] = byte_of(value, i)
        else:
            bytes_ = self.bytes_at(state, base, begin, size, "writes")
            for i in range(size):
                bytes_[begin + i] = byte_of(value, i)

    # ---- Memory

    @staticmethod
    def bytes_at(state, base, begin, size, what):
        """All bytes of the result or of the stream, if it has those that are asked for."""
        bytes_ = state.result if base is RESULT else state.stream
        if not 0 <= begin <= len(bytes_) - size:
            raise Refuted(f"{what} outside of the {str(base).lower()}, at {begin:+d}")
        return bytes_

    def part_of(self, address):
        """The base of an address, and the offset from it."""
        address = simplify(address)
        terms = address.children() if is_app_of(address, Z3_OP_BADD) else [address]
        base, rest = None, number(0)
        for term in terms:
            known = next((b for b in BASES if term.eq(b)), None)
            if known is None:
                rest = rest + term
            elif base is None:
                base = known
            else:
                raise NotProved(f"two bases in {address}")
        if base is None:
            raise Refuted(f"no part of memory is at {address}")
        return base, simplify(rest)

    def need_alignment(self, base, offset):
        """Precondition of movdqa and of memory operands of SSE: STACK is 8 more than a multiple of 16, as at the entry
        of any function, and the object is loaded at a multiple of 4096."""
        above = {"STACK": 8, "OBJECT": 0}.get(str(base))
        if above is None or not is_bv_value(offset) or (offset.as_signed_long() + above) % 16 != 0:
            raise Refuted(f"a vector operand at {base}{offset.as_signed_long() if is_bv_value(offset) else offset} "
                          "that need not be aligned")

    def load_input(self, state, offset, size):
        length = simplify(N - self.first)
        outside = Not(And(ULE(number(size), length), ULE(simplify(offset - self.first), length - size)))
        model = self.solve.model([*state.path, outside])
        if model is not None:
            raise Refuted(f"may read {size} bytes outside of the input, at {offset}", model, state)
        values = []
        for i in range(size):
            place = simplify(offset + i)
            state.loaded[place.get_id()] = place
            values.append(M(place))
        return joined(values)

    def load_table(self, state, offset, size):
        """An element of a table at an index that is not known: one path for each value that it can have."""
        key = ("table", offset.get_id(), size)
        if key in state.known:
            return state.known[key][1]
        terms = offset.children() if is_app_of(offset, Z3_OP_BADD) else [offset]
        start = sum(term.as_long() for term in terms if is_bv_value(term))
        name = self.object.function_at(start)
        begin, length = self.object.symbols.get(name, self.object.constants)
        if name == "?":  # a table without a name, as of the targets of a switch
            begin, length = start, min(0x400, self.object.constants[1] - start)
        elif not self.object.constants[0] <= begin < self.object.constants[1]:
            raise Refuted(f"reads {name}, which is no constant of the object")
        inside = And(UGE(offset, number(begin)), ULE(offset, number(begin + length - size)))
        model = self.solve.model([*state.path, Not(inside)])
        if model is not None:
            raise Refuted(f"may read outside of the table {name}", model, state)
        places = {}
        for address in range(begin, begin + length - size + 1):
            places.setdefault(self.object.constant(address, size), []).append(address - begin)
        index = simplify(offset - begin)
        if name == "?":
            model = self.solve.model(state.path)
            limit = MAX_VALUES
            places, others = {}, []
            while model is not None and limit:
                at = model.eval(index, model_completion=True)
                places.setdefault(self.object.constant(begin + at.as_long(), size), []).append(at.as_long())
                others.append(index != at)
                model, limit = self.solve.model(state.path + others), limit - 1
            if model is not None:
                raise NotProved("too many values to distinguish")
        cases = []
        for value, indices in places.items():
            there = simplify(among(index, indices))
            if self.solve.possible(state.path, there):
                cases.append((there, key, offset, number(int.from_bytes(value, "little"), 8 * size)))
        octet = octet_index(index)
        if name.endswith("octet_of") and octet is not None:
            cases = [(*case, (octet, case[3].as_long())) for case in cases]
        if not cases:
            raise NotProved("a path that cannot be")
        raise Split(cases)

    # ---- Paths

    def run(self, first, cuts):
        """Returns every path from a state to the next cut or return: a list of ("cut" or "return", state)."""
        ends, work = [], [(first, True)]
        while work:
            state, fresh = work.pop()
            for _ in range(MAX_STEPS):
                if state.at in cuts and not fresh:
                    ends.append(("cut", state))
                    break
                self.steps += 1
                at = state.at
                text = self.object.instructions.get(at)
                if text is None:
                    raise Refuted(f"executes {at:#x}, where no instruction of the proved functions begins", None, state)
                try:
                    others = self.one(state, text)
                except Split as found:
                    others = []
                    for case in found.cases:
                        other = state.copy()
                        other.path.append(case[0])
                        other.known[case[1]] = (case[2], case[3])
                        if len(case) > 4:
                            other.kinds[case[4][0].get_id()] = case[4]
                        other.trace += (f"{at:x}",)
                        others.append(other)
                    work += [(other, fresh) for other in others]
                    break
                except Refuted as wrong:
                    raise Refuted(f"{self.object.place(at)}: {wrong}", wrong.model, wrong.state or state) from None
                except NotProved as wrong:
                    raise NotProved(f"{self.object.place(at)}: {wrong}") from None
                if others == "return":
                    ends.append(("return", state))
                    break
                fresh = False
            else:
                raise NotProved(f"{self.object.place(state.at)}: a path of {MAX_STEPS} instructions without a cut; "
                                "is there a loop without an invariant?")
        return ends

    def one(self, state, text):
        name, _, rest = text.partition(" ")
        after = self.object.next[state.at]
        if name == "ret" and not rest:
            if not simplify(state.registers["rsp"] - STACK).eq(number(0)):
                raise Refuted(f"returns with rsp = {state.registers['rsp']}")
            return "return"
        if name == "call":
            target = int(rest, 16)
            if target not in self.contracts:
                raise NotProved("calls a function without a contract")
            base, offset = self.part_of(state.registers["rsp"])
            if base is not STACK or not is_bv_value(offset) or (offset.as_signed_long() + 8) % 16 != 0:
                raise Refuted("the stack is not aligned at the call")
            self.contracts[target](state, offset.as_signed_long())
            state.at = after
            return None
        if name == "jmp":
            if rest in state.registers:
                base, offset = self.part_of(state.registers[rest])
                if base is not OBJECT or not is_bv_value(offset):
                    raise NotProved("jumps to an address that is not known")
                state.at = offset.as_long()
            elif re.fullmatch("[0-9a-f]+", rest):
                state.at = int(rest, 16)
                if state.at in self.contracts:  # a call in place of the return
                    if not simplify(state.registers["rsp"] - STACK).eq(number(0)):
                        raise Refuted(f"ends in another function with rsp = {state.registers['rsp']}")
                    self.contracts[state.at](state, 0)
                    return "return"
            else:
                raise NotProved("no semantics for this jump")
            return None
        if name[0] == "j":
            question = condition(state, name[1:])
            state.at = int(rest, 16) if self.choose(state, question) else after
            return None
        step(state, text, after, self)
        state.at = after
        return None


def part_number(term):
    """A term as the name of a base, or "", and a number; the number is None if it is none."""
    term = simplify(term)
    if is_bv_value(term):
        return "", term.as_long()
    if term.size() != 64:
        return "", None
    parts = term.children() if is_app_of(term, Z3_OP_BADD) else [term]
    bases = [part for part in parts if any(part.eq(base) for base in BASES)]
    rest = simplify(sum((part for part in parts if not any(part.eq(base) for base in bases)), number(0)))
    return (str(bases[0]), rest.as_signed_long()) if len(bases) == 1 and is_bv_value(rest) else ("", None)


def joined(values):
    return simplify(Concat(*reversed(values))) if len(values) > 1 else values[0]


def byte_of(value, i):
    return simplify(Extract(8 * i + 7, 8 * i, value)) if value.size() > 8 else value


def among(index, values):
    """Whether an index is one of some numbers, by ranges."""
    ranges = []
    for value in sorted(values):
        if ranges and ranges[-1][1] == value - 1:
            ranges[-1][1] = value
        else:
            ranges.append([value, value])
    return Or(*(index == low if low == high else And(UGE(index, number(low)), ULE(index, number(high)))
                for low, high in ranges))


def octet_index(index):
    """The offset in the input of the octet that an index is; None for any other index."""
    if is_app_of(index, Z3_OP_ZERO_EXT):
        index = index.arg(0)
    elif is_app_of(index, Z3_OP_CONCAT) and index.num_args() == 2 and is_bv_value(index.arg(0)) \
            and index.arg(0).as_long() == 0:
        index = index.arg(1)
    if is_app_of(index, Z3_OP_UNINTERPRETED) and index.decl().eq(M):
        return index.arg(0)
    return None


class Solver:
    """Asks z3. Counts the queries, and keeps some for a second solver."""

    def __init__(self, limit=60000, keep_every=0):
        self.limit, self.keep_every = limit, keep_every
        self.queries, self.seconds, self.slowest = 0, 0.0, 0.0
        self.kept = []
        self.variables = []  # pairs (variable, sum with another one): an equal query, which is easier

    def model(self, conditions):
        """A model of the conditions; None if there is none. Fails if the solver does not know."""
        started = time.monotonic()
        solver = SolverFor("QF_UFBV")
        solver.set("timeout", self.limit)
        solver.add(*(simplify(substitute(c, *self.variables)) for c in conditions) if self.variables else conditions)
        answer = solver.check()
        seconds = time.monotonic() - started
        self.queries += 1
        self.seconds += seconds
        self.slowest = max(self.slowest, seconds)
        if answer == unknown:
            raise NotProved(f"the solver does not know, after {seconds:.0f} s")
        if self.keep_every and self.queries % self.keep_every == 0:
            self.kept.append((str(answer), solver.to_smt2()))
        return Model(solver.model(), self.variables) if answer == sat else None

    def possible(self, conditions, more):
        return self.model([*conditions, more]) is not None


class Model:
    """A model of z3, for terms as they were before a change of variables."""

    def __init__(self, model, variables):
        self.model, self.variables = model, variables

    def eval(self, term, model_completion):
        return self.model.eval(substitute(term, *self.variables) if self.variables else term, model_completion=model_completion)


def fresh_state(prefix):
    """A state in which every register and vector has any value."""
    return State(registers={name: BitVec(f"{prefix}_{name}", 64) for name in REGISTERS},
                 vectors={f"xmm{i}": BitVec(f"{prefix}_xmm{i}", 128) for i in range(16)})
