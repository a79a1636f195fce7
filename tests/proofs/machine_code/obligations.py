# SPDX-License-Identifier: MIT
"""What has to be proved of each function, divided into jobs.

A job executes every path from one place to the next: from the entry of a function or from a *cut* (a place that every
round of a loop passes, or where many paths join) to the next cut, or to the return. At a cut the invariant must hold:
where each variable of the loop lives (find.py), and the conditions on it. A job assumes the invariant of its cut and
proves that of the next one, and that a measure, 8 * (n - i) + rank, decreases: so every function returns. Jobs of one
cut divide its cases (states, or distances to the end); that they are all cases is part of the proof.

If all jobs are proved, an induction over the number of cuts passed shows the contract of the function:

  sli_parse_rest(result, p, known, n, allowed, open), sli_parse_long, sli_parse_short (without `known`), for 0 <= n <
  2^47, any `allowed`, `open` one of 0, 1, 2; requires known_bytes(known, n), for sli_parse_long also 13 <= known and
  n >= 16, for sli_parse_short n < 16.
  sl_parse(p, size, policy), sl_parse_complete(p, size, policy): for any size < 2^47 and any policy.

Each leaves the answer of the table in the result, returns its address, and restores rsp, rbx, rbp, r12 to r15.
"""

import re
import time
from dataclasses import dataclass, field as member

from z3 import (UGE, ULE, ULT, And, BitVec, BoolVal, Concat, Extract, If, Implies, Not, Or, ZeroExt, is_bv_value, simplify,
                substitute)

from execute import N, OBJECT, P, RESULT, RESULT_SIZE, STACK, M, Executor, Refuted, fresh_state, joined
from semantics import PARTS, REGISTERS, NotProved, number, read, write
from specification import (ALL_QUIRKS, ALLOWED, BEGIN, CODE, CONTROL, END, ERROR, KIND, LIVE, MAJOR, MINOR, OPEN_FINISH,
                           OPEN_NEED_MORE, OPEN_TOO_LONG, REFUSED, Q, S, STATE, STATES)

LIMIT = number(1 << 47)
I = BitVec("i", 64)  # noqa: E741  the index at a cut
OPEN = BitVec("open", 8)
KNOWN = BitVec("known", 64)
MAX = BitVec("max_size", 64)
AFTER = BitVec("after_all", 8)
SAVED = ("rbx", "rbp", "r12", "r13", "r14", "r15")
CHANGED = [name for name in REGISTERS if name not in SAVED and name != "rsp"]  # by a call
BLOCK = 16
IN = {name: BitVec(f"in_{name}", 64) for name in REGISTERS}


@dataclass
class Report:
    """What a job did."""

    name: str
    function: str
    verdict: str = "proved"  # or "refuted", "not proved"
    reason: str = ""
    paths: int = 0
    instructions: int = 0
    loads: int = 0
    stores: int = 0
    queries: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    example: dict = member(default_factory=dict)
    kept: list = member(default_factory=list)  # queries for a second solver


@dataclass
class Job:
    function: str
    name: str
    work: object  # (Proof) -> None
    cost: int = 1  # about how many seconds: the longest jobs begin first
    cut: object = None  # where it begins; None for the entry of the function
    proof: object = None  # a subclass of Proof


class Proof:
    """One job: its solver and its executor, and what they have in common."""

    callees = {"parse_line": ("sli_parse_short", "sli_parse_long", "sli_parse_rest"),
               "sl_parse": ("sli_parse_short", "sli_parse_long", "sli_parse_rest"),
               "sl_parse_complete": ("sli_parse_short", "sli_parse_long", "sli_parse_rest"),
               "sli_parse_short": ("sli_parse_rest",), "sli_parse_long": ("sli_parse_rest",)}

    def __init__(self, build, object_file, table, solve, locations):
        self.build, self.object, self.table, self.solve, self.locations = build, object_file, table, solve, locations
        self.paths = 0
        self.executor = Executor(object_file, solve)
        self.prefix_lemma = Implies(table.whole_prefix(), table.in_canonical_reason(number(13)))
        self.cut = None  # where the job begins; None for the entry of a function
        self.first = self.executor.first

    # ---- Claims

    def claim(self, state, facts, parts, what):
        """Proves named parts under the conditions of a path and true facts about the functions of the offset."""
        known = [*state.path, *facts]
        if facts:
            self.need_possible(known)
        if self.solve.model([*known, Not(And(*(part for _, part in parts)))]) is None:
            return
        for name, part in parts:
            model = self.solve.model([*known, Not(part)])
            if model is not None:
                raise Refuted(f"{what}: {name} does not hold; the path splits at {' '.join(state.trace) or 'no place'}",
                              model, state)

    def need_possible(self, conditions):
        """Assumptions that contradict each other would prove anything."""
        if self.solve.model(conditions) is None:
            raise NotProved("the assumptions of this job contradict each other")

    def returns(self, state):
        """What the ABI demands at a return."""
        return [("rax", state.registers["rax"] == RESULT if self.build.returns_address else BoolVal(True)),
                *((name, state.registers[name] == IN[name]) for name in SAVED)]

    # ---- Contracts: what a call of a function does

    def contract(self, function):
        def call(state, stack_offset):
            registers, table = state.registers, self.table
            if function == "sli_parse_short":
                known, n, allowed, open_ = None, registers["rdx"], self.allowed(registers["rcx"]), read(registers, "r8b")
            else:
                known, n = registers["rdx"], registers["rcx"]
                allowed, open_ = self.allowed(registers["r8"]), read(registers, "r9b")
            parts = [("a fresh result", self.is_fresh(state.result)), ("rdi", registers["rdi"] == RESULT),
                     ("rsi", registers["rsi"] == P), ("n", And(ULT(n, LIMIT), ULE(n, N))), ("open", ULE(open_, number(OPEN_TOO_LONG, 8)))]
            if known is None:
                parts.append(("n < 16", ULT(n, number(BLOCK))))
            else:
                parts.append(("the known bytes", table.known_bytes(known, n)))
            if function == "sli_parse_long":
                parts.append(("13 <= known, n >= 16", And(UGE(known, number(13)), UGE(n, number(BLOCK)))))
            self.claim(state, [] if known is None else self.facts_of_known(state, known), parts, f"calls {function}")
            self.leave_call(state, stack_offset, RESULT)
            state.result = [BitVec(f"answer_{i}", 8) for i in range(RESULT_SIZE)]
            state.answered = (n, allowed, open_)

        return call

    @staticmethod
    def leave_call(state, stack_offset, rax):
        """What any call may change: registers that the ABI does not save, vectors, flags, and the stack below."""
        for name in CHANGED:
            state.registers[name] = BitVec(f"after_{name}", 64)
        state.registers["rax"] = rax
        state.vectors = {name: BitVec(f"after_{name}", 128) for name in state.vectors}
        state.flags = dict.fromkeys(state.flags)
        state.stack = {at: byte for at, byte in state.stack.items() if at >= stack_offset}

    def allowed(self, register):
        """The parameter `allowed` in a register."""
        bits = self.build.allowed_bits
        return simplify(ZeroExt(32 - bits, Extract(bits - 1, 0, register)))

    def with_allowed(self, name):
        """A register with the parameter `allowed`, and anything above it."""
        bits = self.build.allowed_bits
        return Concat(BitVec(name, 64 - bits), Extract(bits - 1, 0, ALLOWED))

    def any_result(self):
        """What a result may hold before a function has written it."""
        fresh = self.build.fresh
        return [number(fresh[i], 8) if i in fresh else BitVec(f"any_result{i}", 8) for i in range(RESULT_SIZE)]

    def is_fresh(self, result):
        return And(BoolVal(True), *(result[i] == byte for i, byte in self.build.fresh.items()))

    def facts_of_known(self, state, known):
        """What follows from the table for the first `known` bytes, which this function has found to be a prefix and
        plain octets: the lemmas `prefix` and `plain` of lemmas(). Proves that the octets are plain."""
        if self.cut is not None:
            return self.facts_of_run(state, known, self.table.is_plain)
        if is_bv_value(known) and known.as_long() < 13:
            return []
        facts = [self.prefix_lemma]
        if is_bv_value(known) and known.as_long() > 13:
            facts += self.facts_of_run(state, known, self.table.is_plain, number(13))
        return facts

    def facts_of_run(self, state, end, may, begin=I):
        """What follows from the table for octets of a reason that may all stand in it: nothing changes. Proves that they
        may, from the path alone."""
        length = self.only_value(state, simplify(end - begin))
        if not is_bv_value(length) or length.as_signed_long() not in range(0, 65):
            raise NotProved(f"a search skips {length} bytes")
        octets = [M(simplify(begin + k)) for k in range(length.as_long())]
        if octets:
            self.claim(state, [], [(f"octet {k} may stand in the reason", may(octet)) for k, octet in enumerate(octets)],
                       f"a search that skips {len(octets)} octets")
        return [Implies(S(begin) == STATE["reason"], self.table.same(begin, end))]

    def only_value(self, state, length):
        """A term as a number, if a path leaves it one value."""
        if is_bv_value(length):
            return length
        value = self.solve.model(state.path).eval(length, model_completion=True)
        return value if self.solve.model([*state.path, length != value]) is None else length

    def answers_of_callee(self, state, n, open_):
        """The callee was asked what this function is asked, and nothing changed its answer."""
        got_n, got_allowed, got_open = state.answered
        return [("n", got_n == n), ("allowed", got_allowed == ALLOWED), ("open", got_open == open_),
                ("the answer", And(*(byte == BitVec(f"answer_{i}", 8) for i, byte in enumerate(state.result))))]

    # ---- Places

    def get(self, state, place):
        if place.startswith("["):
            begin, size = place[1:].split("]:")
            values = [state.stack.get(int(begin, 16) + i) for i in range(int(size))]
            if None in values:
                raise NotProved(f"{place} was not written")
            return joined(values)
        if place in state.vectors:
            return state.vectors[place]
        if ":" in place:
            name, bits = place.split(":")
            high, low = (int(b) for b in bits.split("-"))
            return simplify(Extract(high, low, state.registers[name]))
        return read(state.registers, place)

    def put(self, state, place, value):
        if place.startswith("["):
            begin, size = place[1:].split("]:")
            for i in range(int(size)):
                state.stack[int(begin, 16) + i] = simplify(Extract(8 * i + 7, 8 * i, value)) if int(size) > 1 else value
        elif place in state.vectors:
            state.vectors[place] = value
        elif ":" in place:
            name, bits = place.split(":")
            high, low = (int(b) for b in bits.split("-"))
            old = state.registers[name]
            parts = [Extract(63, high + 1, old)] if high < 63 else []
            parts += [value] + ([Extract(low - 1, 0, old)] if low else [])
            state.registers[name] = simplify(Concat(*parts))
        elif PARTS[place][1] == 32:  # the upper half is not known
            state.registers[place_of(place)] = Concat(Extract(63, 32, state.registers[place_of(place)]), value)
        else:
            write(state.registers, place, value)

    # ---- Cuts

    def cut_address(self, function, cut):
        return self.object.symbols[function][0] + cut["at"]

    def at_cut(self, function, cut, where):
        """Any state of the processor that the invariant of a cut allows, if the line is in the state `where`."""
        self.cut = cut
        state = fresh_state("any")
        frame = self.locations[function]["frame"]
        state.stack = {at: BitVec(f"any_stack{at}", 8) for at in range(-frame - 128, 0)}
        state.result = self.any_result()
        state.registers["rsp"] = simplify(STACK - frame)
        state.at = self.cut_address(function, cut)
        when = self.locations[function]["when"]
        for place, term in self.places(function, cut, I):
            if place not in when or STATES[where] in when[place]:
                self.put(state, place, simplify(substitute(term, (S(I), number(where, 8)))))
        state.path = [*self.world(), S(I) == where, *self.invariant(function, cut, I)]
        return state

    def places(self, function, cut, i):
        """The places of the variables at a cut, and their terms at index i."""
        every = {**self.locations[function]["everywhere"], **cut["places"]}
        return [(place, self.term(text, i)) for place, text in every.items()]

    def term(self, text, i):
        """A term of the specification, from its text in find.py."""
        names = {"P": P, "RESULT": RESULT, "n": N, "i": i, "open": OPEN, "allowed": ALLOWED, "S": S(i), "Q": Q(i),
                 "first": self.first, "refused": REFUSED, "error": ERROR,
                 "CODE": CODE(i), "MAJOR": MAJOR(i), "MINOR": MINOR(i), "BEGIN": BEGIN(i), "END": END(i),
                 # A packed cell that has one of these bits is refused: packed_cell::refused_by().
                 "mask": Concat(number(4, 3), ~Extract(12, 0, ALLOWED), number(0, 16)),
                 "bits": Extract, "wide": ZeroExt,
                 "table": lambda name: OBJECT + self.object.symbols[name][0],
                 "constant": lambda byte: joined([number(byte, 8)] * BLOCK),
                 **{f"in_{name}": IN[name] for name in REGISTERS}}
        return simplify(eval(text, {"__builtins__": {}}, names))  # pylint: disable=eval-used

    def invariant(self, function, cut, i):
        """The conditions at a cut, besides the places."""
        kind = cut["kind"]
        length, done = simplify(N - self.first), simplify(i - self.first)
        conditions = [ULE(done, length), Q(i) & ~(ALLOWED & ALL_QUIRKS) == 0, Or(*(S(i) == where for where in states_of(cut))),
                      Implies(Or(*(S(i) == k for k in LIVE if k <= STATE["gap"])), CODE(i) == 0)]
        if kind == "loop":
            conditions.append(ULT(done, length))
        if kind == "end":
            conditions.append(i == N)
        if kind in ("64", "16", "line"):
            conditions.append(UGE(N - i, number(64 if kind == "64" else BLOCK)))
        if kind in ("tail", "line tail"):
            conditions += [ULT(N - i, number(BLOCK)), UGE(length, number(BLOCK))]
        if kind in ("line", "line tail"):
            conditions.append(Q(i) & CONTROL != 0)
        if function in ("sli_parse_long", "sli_machine_run"):
            conditions += [self.first == 0, UGE(i, number(13)), UGE(N, number(BLOCK)), self.table.in_canonical_reason(i)]
        return conditions

    def world(self):
        """The assumptions of the theorem."""
        types = [ULE(ALLOWED, number(ALL_QUIRKS, 32))] if self.build.allowed_bits < 32 else []
        return [ULT(N, LIMIT), ULT(P, LIMIT), ULE(OPEN, number(OPEN_TOO_LONG, 8)), *types]

    def cut_and_index(self, function, state):
        """The cut at which a path ends, and the index there."""
        cut = next(c for c in self.locations[function]["cuts"] if self.cut_address(function, c) == state.at)
        i = self.get(state, cut["index"])
        return cut, simplify({"i": i, "P + i": i - P, "i - first": i + self.first}[cut["places"][cut["index"]]])

    def arrive(self, function, state, facts):
        """Proves the invariant of the cut at which a path ends."""
        cut, i = self.cut_and_index(function, state)
        facts = [*facts, *self.facts_at(state, i)]
        when = self.locations[function]["when"]
        parts = []
        for place, term in self.places(function, cut, i):
            holds = self.get(state, place) == term
            if place in when:
                holds = Implies(Or(*(S(i) == STATE[name] for name in when[place])), holds)
            parts.append((f"{place} = {term}", holds))
        parts += [(f"the invariant {condition}", condition) for condition in self.invariant(function, cut, i)]
        parts.append(("the result is fresh", self.is_fresh(state.result)))
        parts.append(("rsp", state.registers["rsp"] == STACK - self.locations[function]["frame"]))
        if self.cut is not None:
            parts.append(("a measure decreases", ULT((N - i) * 8 + cut["rank"], (N - I) * 8 + self.cut["rank"])))
        self.claim(state, facts, parts, f"reaches the cut \"{cut['name']}\"")

    def facts_at(self, state, i):
        """What follows from the table for the octets that a search has skipped on the way to index i."""
        kind = self.cut["kind"] if self.cut is not None else ""
        if kind in ("join", "64", "16", "tail"):
            return self.facts_of_run(state, i, self.table.is_plain)
        if kind in ("line", "line tail"):
            return self.facts_of_run(state, i, self.table.is_text)
        return []

    def facts_of_loop(self, state, where):
        """What follows from the table for the octets that one round of the loop has read: that at i, in the state `where`;
        and those that it has skipped, if they fit the prefix from there."""
        kind = next((kind for octet, kind in state.kinds.values() if octet.eq(I)), None)
        if kind is None:
            return None, []
        return kind, [self.table.step_fact(I, where, kind), *self.facts_of_skip(I + 1, self.table.cells[where, kind][0])]

    def facts_of_skip(self, at, where):
        """What follows from the table for octets at an offset, in this state, if they fit the prefix from there."""
        begin = {STATE["blank"]: 0, STATE["http"]: 4, STATE["gap"]: 9}.get(where, 13)
        return [self.table.prefix_fact(simplify(at + place - begin), place, where if place == begin else None)
                for place in range(begin, 13)]

    def facts_of_crlf(self):
        return [self.table.step_fact(I, STATE["reason"], KIND["cr"]),
                self.table.step_fact(simplify(I + 1), STATE["cr"], KIND["lf"])]

    # ---- Jobs

    def enter(self, function, registers):
        """The state at the entry of a function."""
        state = fresh_state("in")
        state.result = self.any_result()
        state.registers |= {"rsp": STACK, "rdi": RESULT, "rsi": simplify(P + self.first), **registers}
        state.at = self.object.symbols[function][0]
        state.path = self.world()
        return state

    def run(self, function, state, stop=True):
        """Executes all paths from a state, to the next cut or, if `stop` is false, to the return."""
        self.need_possible(state.path)
        cuts = {self.cut_address(function, cut) for cut in self.locations.get(function, {"cuts": []})["cuts"] if stop}
        for kind, end in self.executor.run(state, cuts):
            self.paths += 1
            yield kind, end

    def prove_api(self, function, which, size):
        """sl_parse() and sl_parse_complete(). `which` of the size of the input and the limit is the smaller one; `size` is
        its value, "less" for 0 to 15, or "more" for 29 and above."""
        if function == "parse_line":
            state = self.enter(function, {"rdx": N, "rcx": self.with_allowed("junk"), "r8": MAX,
                                          "r9": Concat(BitVec("junk2", 56), AFTER)})
            state.path.append(ULE(AFTER, number(OPEN_FINISH, 8)))
        else:
            state = self.enter(function, {"rdx": N, "rcx": MAX, "r8": self.with_allowed("junk")})
        n = N if which == "size" else MAX
        state.path.append(ULE(N, MAX) if which == "size" else ULT(MAX, N))
        if size == "less":
            state.path.append(ULT(n, number(16)))
        elif size == "more":
            state.path.append(UGE(n, number(29)))
        else:
            state.put_in(n, number(size))
            state.path.append(n == size)
        after_all = {"sl_parse": number(OPEN_NEED_MORE, 8), "sl_parse_complete": number(OPEN_FINISH, 8)}.get(function, AFTER)
        open_ = If(ULE(MAX, N), number(OPEN_TOO_LONG, 8), after_all)
        self.returned(function, state, n, open_)

    def returned(self, function, state, n, open_):
        """Proves what a function without loops leaves at its return."""
        for _, end in self.run(function, state):
            if end.answered is not None:
                self.claim(end, [], self.answers_of_callee(end, n, open_) + self.returns(end), "returns")
                continue
            line_end = simplify(self.table.part(end.result, "end"))
            cr = simplify(line_end - 2)
            facts = self.facts_of_known(end, cr)
            facts += [self.table.step_fact(cr, STATE["reason"], KIND["cr"]),
                      self.table.step_fact(simplify(cr + 1), STATE["cr"], KIND["lf"])]
            self.claim(end, facts, [("the accepted line", self.table.accepted(end.result, n)), *self.returns(end)],
                       "returns")

    def prove_short(self, size):
        """sli_parse_short() for one size of the input."""
        state = self.enter("sli_parse_short", {"rdx": N, "rcx": self.with_allowed("junk"),
                                               "r8": Concat(BitVec("junk2", 56), OPEN)})
        state.put_in(N, number(size))
        state.path.append(N == size)
        self.returned("sli_parse_short", state, N, OPEN)

    def enter_table(self, function, known):
        return self.enter(function, {"rdx": known, "rcx": N, "r8": self.with_allowed("junk"),
                                     "r9": Concat(BitVec("junk2", 56), OPEN)})

    def prove_entry(self, function, known):
        """From the entry of sli_parse_rest() or sli_parse_long() to a cut; `known` is a number below 13, or "more"."""
        table = self.table
        at = KNOWN if known == "more" else number(known)
        state = self.enter_table(function, at)
        facts = [table.start(), *(table.prefix_fact(number(k), k) for k in range(13))]
        if known == "more":
            state.path += [UGE(KNOWN, number(13)), ULE(KNOWN, N), table.in_canonical_reason(KNOWN)]
        else:
            state.path += [ULE(at, N), *(table.fits(k, M(number(k))) for k in range(known))]
        if function == "sli_parse_long":
            state.path.append(UGE(N, number(BLOCK)))
        for kind, end in self.run(function, state):
            if kind != "cut":
                raise NotProved("returns without passing a cut")
            self.arrive(function, end, facts)

    def prove_loop(self, function, cut, where):
        """One round of the table's loop."""
        for kind, end in self.run(function, self.at_cut(function, cut, where)):
            octet, facts = self.facts_of_loop(end, where)
            if kind == "cut":
                self.arrive(function, end, facts)
            elif octet is None:
                raise NotProved("returns without reading an octet by the table")
            elif simplify(self.table.part(end.result, "error")).eq(number(0, 32)):
                self.claim(end, facts, [self.accepted(end), *self.returns(end)], "returns")
            else:
                self.claim(end, facts, [self.rejected(end, where, octet), *self.returns(end)], "returns")

    def prove_end(self, function, cut, where):
        """After the last octet."""
        for kind, end in self.run(function, self.at_cut(function, cut, where)):
            if kind == "cut":
                raise NotProved("passes a cut after the end")
            self.claim(end, [], [self.at_end(end, where), *self.returns(end)], "returns")

    def prove_search(self, function, cut, distance):
        """A part of a search in the reason; `distance` is what is left of the input, for a tail."""
        state = self.at_cut(function, cut, STATE["reason"])
        if distance is not None:
            state.put_in(N, I + distance)
            state.path.append(N == I + distance)
        for kind, end in self.run(function, state):
            facts = self.facts_of_crlf() if cut["kind"] == "found" else []
            if kind == "cut":
                self.arrive(function, end, facts)
            elif end.answered is not None:
                self.claim(end, [], self.answers_of_callee(end, N, OPEN) + self.returns(end), "returns")
            else:
                self.claim(end, facts, [self.accepted(end), *self.returns(end)], "returns")

    def accepted(self, end):
        return "the accepted line", self.table.accepted(end.result, N)

    def rejected(self, end, where, octet):
        return "the error", self.table.rejected(end.result, N, where, octet)

    def at_end(self, end, where):
        return "the answer at the end", self.table.at_end(end.result, N, OPEN, where)

    # ---- Lemmas

    def prove_lemmas(self):
        """What facts_of_known() and facts_of_run() use, from step_fact() alone; by induction, for any number of octets."""
        table, reason = self.table, STATE["reason"]
        zero = number(0)
        prefix = [table.start(), *(table.prefix_fact(number(k), k) for k in range(13)), table.whole_prefix()]
        self.lemma(prefix, table.in_canonical_reason(number(13)), "prefix")
        steps = [table.step_fact(I, reason, kind) for kind in range(KIND["end"])]
        j = simplify(I + 1)
        self.lemma([*steps, S(I) == reason, table.is_plain(M(I))], table.same(I, j), "plain")
        self.lemma([*steps, S(I) == reason, table.is_text(M(I)), Q(I) & ~ALLOWED == 0, Q(I) & CONTROL != 0],
                   table.same(I, j), "text")
        # Every octet is of a kind, and every state is one of the table: so the table decides every octet.
        self.lemma([zero == 0], table.is_kind(M(I), range(KIND["end"])), "kinds")

    def lemma(self, given, then, name):
        self.need_possible(given)
        model = self.solve.model([*given, Not(then)])
        if model is not None:
            raise Refuted(f"the lemma {name} does not hold", model)
        self.paths += 1


def states_of(cut):
    return list(LIVE) if cut["kind"] in ("loop", "end") else [STATE["reason"]]


def place_of(name):
    return PARTS[name][0]


def jobs(build, locations):
    """All jobs. The cases of each function are all cases: see each comment."""
    yield Job("lemmas", "lemmas", Proof.prove_lemmas)
    for function in build.api:
        for which in ("size", "max_size"):  # the smaller one
            for size in ("less", *range(16, 29), "more"):  # every size
                yield Job(function, f"{function}, {which} {size}",
                          lambda proof, f=function, w=which, s=size: proof.prove_api(f, w, s))
    for size in range(16):  # sizes below 16: the precondition
        yield Job("sli_parse_short", f"sli_parse_short, {size} bytes", lambda proof, s=size: proof.prove_short(s))
    for function in ("sli_parse_rest", "sli_parse_long"):
        first = () if function == "sli_parse_long" else range(13)
        for known in (*first, "more"):  # every number of known bytes
            yield Job(function, f"{function}, {known} bytes known",
                      lambda proof, f=function, k=known: proof.prove_entry(f, k))
        yield from jobs_of_cuts(function, locations[function]["cuts"])


def jobs_of_cuts(function, cuts):
    for cut in cuts:
        name = f"{function}, from \"{cut['name']}\""
        if cut["kind"] in ("loop", "end"):
            prove = Proof.prove_loop if cut["kind"] == "loop" else Proof.prove_end
            for where in states_of(cut):  # every state of the invariant
                yield Job(function, f"{name}, {STATES[where]}",
                          lambda proof, p=prove, f=function, c=cut, w=where: p(proof, f, c, w),
                          4 if cut["kind"] == "loop" else 1, cut)
        elif cut["kind"].endswith("tail"):
            for distance in range(BLOCK):  # every distance of the invariant
                yield Job(function, f"{name}, {distance} bytes left",
                          lambda proof, f=function, c=cut, d=distance: proof.prove_search(f, c, d), 1, cut)
        else:
            yield Job(function, name, lambda proof, f=function, c=cut: proof.prove_search(f, c, None), 8, cut)


def reach(job, object_file, locations):
    """The addresses that a job can execute, as far as the jumps show."""
    if job.function not in object_file.symbols:
        return set()  # lemmas
    begin = object_file.symbols[job.function][0]
    cuts = {begin + cut["at"] for cut in locations.get(job.function, {"cuts": []})["cuts"]}
    seen, work = set(), [begin + (job.cut["at"] if job.cut else 0)]
    while work:
        at = work.pop()
        if at in seen or at not in object_file.instructions:
            continue
        seen.add(at)
        name, _, target = object_file.instructions[at].partition(" ")
        after = [] if name in ("ret", "jmp") else [object_file.next[at]]
        if name[0] == "j" and re.fullmatch("[0-9a-f]+", target):
            after.append(int(target, 16))
        work += [to for to in after if to not in cuts]
    return seen


def execute(job, build, object_file, table, solve, locations):
    """Runs a job, and reports."""
    started = time.monotonic()
    proof = (job.proof or Proof)(build, object_file, table, solve, locations)
    for callee in proof.callees.get(job.function, ()):
        proof.executor.contracts[object_file.symbols[callee][0]] = proof.contract(callee)
    report = Report(job.name, job.function)
    try:
        job.work(proof)
        if proof.paths == 0:
            raise NotProved("no path")
    except Refuted as wrong:
        report.verdict, report.reason = "refuted", str(wrong)
        report.example = example_of(wrong)
    except NotProved as wrong:
        report.verdict, report.reason = "not proved", str(wrong)
    report.paths, report.instructions = proof.paths, proof.executor.steps
    report.loads, report.stores = proof.executor.loads, proof.executor.stores
    report.queries, report.slowest, report.kept = solve.queries, solve.slowest, solve.kept
    report.seconds = time.monotonic() - started
    return report


def example_of(wrong):
    """What a counterexample says about the input: for witness.py, which looks for an input that shows the fault."""
    if wrong.model is None:
        return {}

    def value(term):
        return wrong.model.eval(term, model_completion=True).as_long()

    i, n, state = value(I), value(N), value(S(I))
    return {"i": i, "n": n, "state": state, "allowed": value(ALLOWED), "open": value(OPEN), "max_size": value(MAX),
            "known": value(KNOWN), "first": [value(M(number(k))) for k in range(96)],
            "octets": [value(M(simplify(I + k))) for k in range(96)]}
