# SPDX-License-Identifier: MIT
"""What has to be proved of the functions of a stream, in the way of obligations.py.

A line is fed in pieces. The functions of the offset are those of all its bytes together, so nothing depends on where a
piece ends. A machine *holds* i bytes if its members are what the table is at i (`Table.holds()`).

  sli_machine_run_rest(machine, p, known, n, allowed), sli_machine_run_short, sli_machine_run (without `known`), for a
  machine that holds `first` bytes, in a live state, any `refused` and `error`, and 0 <= n < 2^47 bytes at p, which are
  the bytes of the line from `first` on; first + n < 2^60. If first is 0, sli_machine_run_rest requires
  known_bytes(known, n), else known = 0; sli_machine_run_short requires first = 0 and n < 16.

Each leaves the machine as `Table.fed()` states, with the refused quirks and the error of the table if an octet was
refused; writes nothing else but its stack frame; returns how many bytes it read; and restores rsp, rbx, rbp, r12 to r15.

  sl_stream_feed(stream, p, n): see prove_feed().
"""

import copy

from z3 import UGE, ULE, ULT, And, BitVec, BoolVal, Concat, Extract, If, Implies, Or, is_bv_value, simplify

from builds import STREAM as FUNCTIONS
import obligations
from execute import N, OBJECT, P, RESULT, STACK, STREAM
from obligations import BLOCK, I, KNOWN, LIMIT, MAX, Job, Proof, jobs_of_cuts
from semantics import NotProved, number
from specification import (ALLOWED, BEGIN, CODE, END, ERROR, FIRST, KIND, LIVE, MACHINE, MACHINE_SIZE, MAJOR, MINOR, NEED_MORE, OK,
                           REFUSED, STATE, STATES, TOO_LONG, Q, S)

ALL_BYTES = number(1 << 60)  # a line is shorter
SIZE = BitVec("size", 64)  # of a piece, which may be longer than what the limit leaves
USED, LAST = BitVec("answer_rax", 64), BitVec("last", 64)
ANSWER = [BitVec(f"answer_{i}", 8) for i in range(MACHINE_SIZE)]  # what a callee leaves in the machine
# Of sl_stream: the policy, the machine, nothing, and a word that shows that sl_stream_init() has written it.
STREAM_SIZE, MAX_AT, ALLOWED_AT, MACHINE_AT, READY_AT = 96, 0, 8, 16, 88
READY = 0x6D61657274735F6C
PIECE = {"reason": (0, 8), "reason_size": (8, 8), "used": (16, 8), "error": (24, 4)}
PIECE_SIZE = 32


class StreamProof(Proof):
    """One job. `first` is FIRST, or 0 for what is only called with the first piece."""

    callees = {"sl_stream_feed": ("sli_machine_run",), "sli_machine_run": ("sli_machine_run_short", "sli_machine_run_rest"),
               "sli_machine_run_short": ("sli_machine_run_rest",)}

    def __init__(self, build, object_file, table, solve, locations):
        super().__init__(build, object_file, table, solve, locations)
        self.table = copy.copy(table)
        self.table.layout = MACHINE
        self.first = self.executor.first = FIRST
        self.change_variables(FIRST)
        self.in_reason = None  # whether a piece ends in the reason, if the job is for one such case
        self.where = None  # the state at `first`, if the job is for one

    def begin_in(self, where):
        """Only this state at `first`: start is the state before the first byte, and no other offset has it."""
        self.where = where
        if where == STATE["start"]:
            self.first = self.executor.first = number(0)
            self.change_variables(self.first)

    def change_variables(self, first):
        """Counts from `first`, which then is in few comparisons."""
        self.solve.variables = [(N, first + BitVec("length", 64)), (I, first + BitVec("index", 64)),
                                (MAX, first + BitVec("left", 64)), (P, BitVec("piece", 64) - first), (LAST, first + USED)]

    # ---- What differs from a whole input

    def world(self):
        first = self.first
        state = [S(first) == self.where] if self.where is not None else [self.table.is_live(first)]
        start = [self.table.start()] if is_bv_value(first) else []
        return [FIRST == first, ULT(first, ALL_BYTES), ULT(N, ALL_BYTES), ULT(simplify(N - first), LIMIT),
                ULT(P + first, LIMIT), *state, *start, self.table.usual(first)]

    def any_result(self):
        """A machine that holds the first bytes; RESULT is its address."""
        where = S(self.first) if self.where is None else number(self.where, 8)
        end = If(where == STATE["reason"], BitVec("any_end", 64), END(self.first))
        return machine_at(self.first, where, end, REFUSED, ERROR, "any")

    def is_fresh(self, result):
        return And(self.table.holds(result, self.first), self.table.part(result, "refused") == REFUSED,
                   self.table.part(result, "error") == ERROR)

    def at_cut(self, function, cut, where):
        if function == "sli_machine_run":
            self.begin_in(STATE["start"])
        return super().at_cut(function, cut, where)

    def returns(self, state):
        """rax is the number of bytes that were read."""
        used = USED if state.answered is not None else self.table.part(state.result, "end") - self.first
        return [("rax", state.registers["rax"] == used), *super().returns(state)[1:]]

    def contract(self, function):
        def call(state, stack_offset):
            registers, first = state.registers, self.first
            known, n, allowed = ((registers[name] for name in ("rdx", "rcx", "r8")) if function == "sli_machine_run_rest" else
                                 (None, registers["rdx"], registers["rcx"]))
            feeds = function == "sli_machine_run"
            machine, at = self.machine_on_stack(state) if feeds else state.result, simplify(registers["rdi"])
            parts = [("a machine that holds the first bytes", self.is_fresh(machine)), ("rsi", registers["rsi"] == P + first),
                     ("n", n == N - first), ("allowed", Extract(31, 0, allowed) == ALLOWED), *self.world_at_call()]
            if not feeds:
                parts.append(("rdi", at == RESULT))
            if function == "sli_machine_run_short":
                parts.append(("the first piece, n < 16", And(first == 0, ULT(n, number(BLOCK)))))
            if known is not None:
                parts.append(("the known bytes", If(S(first) == STATE["start"], self.table.known_bytes(known, n), known == 0)))
            facts = self.facts_of_known(state, known) if known is not None and is_bv_value(first) else []
            self.claim(state, facts, parts, f"calls {function}")
            self.leave_call(state, stack_offset, USED)
            if feeds:
                begin = self.executor.part_of(at)[1].as_signed_long()
                answer = self.answer_of_piece()
                state.stack |= {begin + i: byte for i, byte in enumerate(answer)}
                state.path += [self.table.fed(answer, N), self.table.usual(LAST), USED == LAST - first,
                               (S(LAST) == STATE["reason"]) == self.in_reason]
                self.need_possible(state.path)
            else:
                state.result = list(ANSWER)
            state.answered = function

        return call

    def answer_of_piece(self):
        """What sli_machine_run() leaves: a machine that holds the bytes before LAST. In the reason, its end may be anything."""
        end = BitVec("some_end", 64) if self.in_reason else END(LAST)
        return machine_at(LAST, S(LAST), end, BitVec("answer_refused", 32), BitVec("answer_error", 32), "answer")

    def world_at_call(self):
        return [(f"{condition}", condition) for condition in self.world()]

    def machine_on_stack(self, state):
        base, offset = self.executor.part_of(state.registers["rdi"])
        if base is not STACK or not is_bv_value(offset):
            raise NotProved("the machine is not in the stack frame")
        begin = offset.as_signed_long()
        if any(begin + i not in state.stack for i in range(MACHINE_SIZE)):
            raise NotProved("a part of the machine was not written")
        return [state.stack[begin + i] for i in range(MACHINE_SIZE)]

    def answers_of_callee(self, state, n, open_):
        return [("the machine", And(*(byte == answer for byte, answer in zip(state.result, ANSWER))))]

    def accepted(self, end):
        return "the accepted line", And(self.table.fed(end.result, N), self.table.part(end.result, "error") == OK)

    def rejected(self, end, where, octet):
        return "the error", And(self.table.fed(end.result, N), self.table.refused_in(end.result, where, octet))

    def at_end(self, end, where):
        return "all bytes are read", And(self.table.fed(end.result, N), self.table.part(end.result, "end") == N,
                                         self.table.part(end.result, "error") == ERROR)

    # ---- Jobs

    def prove_rest(self, where, known):
        """From the entry of sli_machine_run_rest() to a cut; `known` is a number below 13, or "more"."""
        function, table = "sli_machine_run_rest", self.table
        self.begin_in(where)
        at = KNOWN if known == "more" else number(known)
        state = self.enter(function, {"rdx": at, "rcx": simplify(N - self.first), "r8": self.with_allowed("junk")})
        if where == STATE["start"]:
            facts = [table.prefix_fact(number(k), k) for k in range(13)]
            state.path.append(table.known_bytes(at, N))
            if known == "more":
                state.path.append(UGE(KNOWN, number(13)))
        else:
            facts = self.facts_of_skip(self.first, where)
        for kind, end in self.run(function, state):
            if kind != "cut":
                raise NotProved("returns without passing a cut")
            self.arrive(function, end, facts)

    def prove_run(self, size):
        """sli_machine_run() for a first piece: of 0 to 15 but 1 bytes ("less"), of 16 to 28, or of 29 and above ("more"); or
        for any other piece but one byte ("later")."""
        function = "sli_machine_run"
        if size != "later":
            self.begin_in(STATE["start"])
        state = self.enter(function, {"rdx": simplify(N - self.first), "rcx": self.with_allowed("junk")})
        if size == "less":
            state.path += [ULT(N, number(BLOCK)), N != 1]
        elif size == "more":
            state.path.append(UGE(N, number(29)))
        elif size == "later":
            state.path += [S(FIRST) != STATE["start"], N - FIRST != 1]
        else:
            state.put_in(N, number(size))
            state.path.append(N == size)
        for kind, end in self.run(function, state, size == "more"):
            if kind == "cut":
                self.arrive(function, end, self.facts_of_known(end, self.cut_and_index(function, end)[1]))
            else:
                self.first_piece(end)

    def prove_short(self, size):
        """sli_machine_run_short() for one size of the piece."""
        self.begin_in(STATE["start"])
        state = self.enter("sli_machine_run_short", {"rdx": N, "rcx": self.with_allowed("junk")})
        state.put_in(N, number(size))
        state.path.append(N == size)
        for _, end in self.run("sli_machine_run_short", state):
            self.first_piece(end)

    def first_piece(self, end):
        """Proves what is left at a return without a loop, of a callee or of a canonical line."""
        if end.answered is not None:
            self.claim(end, [], self.answers_of_callee(end, N, None) + self.returns(end), "returns")
            return
        cr = simplify(self.table.part(end.result, "end") - 2)
        facts = [*self.facts_of_known(end, cr), self.table.step_fact(cr, STATE["reason"], KIND["cr"]),
                 self.table.step_fact(simplify(cr + 1), STATE["cr"], KIND["lf"])]
        self.claim(end, facts, [self.accepted(end), *self.returns(end)], "returns")

    def prove_byte(self, where):
        """sli_machine_run() for one byte, in one state."""
        self.begin_in(where)
        first = self.first
        state = self.enter("sli_machine_run", {"rdx": number(1), "rcx": self.with_allowed("junk")})
        state.put_in(N, simplify(first + 1))
        state.path.append(N == first + 1)
        for _, end in self.run("sli_machine_run", state, False):
            octet = next((kind for offset, kind in end.kinds.values() if offset.eq(first)), None)
            if octet is None:
                raise NotProved("returns without reading the octet by the table")
            facts = [self.table.step_fact(first, where, octet)]
            error, used = simplify(self.table.part(end.result, "error")), simplify(end.registers["rax"])
            part = self.rejected(end, where, octet) if used.eq(number(0)) else \
                self.accepted(end) if error.eq(number(OK, 32)) else self.at_end(end, where)
            self.claim(end, facts, [part, *self.returns(end)], "returns")

    def prove_feed(self, which):
        """sl_stream_feed(result, stream, p, size).

        "next": the stream is ready, its machine holds `first` bytes, in a live state, with error `need_more`; first <
        max_size; first + size < 2^60. Then, with n the smaller of first + size and max_size, the machine is as
        Table.fed() states for the bytes up to n, but that `need_more` is `too_long` if `end` is max_size, and `refused`
        is 0 unless an octet was refused. The result has that error, the number of bytes read, and that part of the reason
        which lies among them, inside of the piece. Again `first` < max_size, if the error is `need_more`.
        "ended": the stream is ready, and holds another error. "unready": anything else is in it. Then no byte is read, the
        error is that of the stream or `too_long`, and a ready stream keeps every byte.

        The policy, and what follows the machine, is never changed.
        """
        function, table = "sl_stream_feed", self.table
        which, _, place = which.partition(" ")
        self.in_reason = place == "reason"
        stream = [BitVec(f"stream_{i}", 8) for i in range(STREAM_SIZE)]
        ready = bytes_of(number(READY))
        state = self.enter(function, {"rsi": STREAM, "rdx": P + FIRST, "rcx": SIZE})
        state.result = [BitVec(f"any_piece{i}", 8) for i in range(PIECE_SIZE)]
        limit = number(TOO_LONG, 32)
        if which == "next":
            # `n` of the piece that is read is a variable with one value, and what the callee assumes of it holds.
            left = simplify(MAX - FIRST)
            piece = [ULT(FIRST, MAX), ULT(FIRST, ALL_BYTES), ULT(P + FIRST, LIMIT), ULT(SIZE, LIMIT),
                     ULT(FIRST + SIZE, ALL_BYTES), table.is_live(FIRST), table.usual(FIRST), simplify(N - FIRST) == If(ULT(left, SIZE), left, SIZE)]
            self.lemma(piece, And(*self.world()), "the piece that is read")
            stream[MAX_AT:MAX_AT + 8] = bytes_of(MAX)
            stream[ALLOWED_AT:ALLOWED_AT + 4] = bytes_of(ALLOWED)
            stream[MACHINE_AT:MACHINE_AT + MACHINE_SIZE] = self.any_result()
            state.path += [*piece, ERROR == NEED_MORE]
            # sl_stream_feed() clears what an earlier sl_stream_finish() has refused.
            before = BitVec("refused_before", 32)
            refused_at = MACHINE_AT + MACHINE["refused"][0]
            stream[refused_at:refused_at + 4] = bytes_of(before)
            state.path.append(REFUSED == 0)
        elif which == "ended":
            error_at = MACHINE_AT + MACHINE["error"][0]
            stream[error_at:error_at + 4] = bytes_of(ERROR)
            state.path.append(ERROR != NEED_MORE)
        if which == "unready":
            # Bytes between the members of the machine are copied, and may never have been written.
            state.stack = {at: BitVec(f"any_stack{at}", 8) for at in range(-256, 0)}
            state.path.append(Or(*(stream[READY_AT + i] != byte for i, byte in enumerate(ready))))
        else:
            stream[READY_AT:READY_AT + 8] = ready
        state.stream = list(stream)
        for _, end in self.run(function, state):
            machine = end.stream[MACHINE_AT:MACHINE_AT + MACHINE_SIZE]
            piece = {name: simplify(Concat(*reversed(end.result[at:at + size]))) for name, (at, size) in PIECE.items()}
            parts = [("what follows the machine", same(end.stream, stream, MACHINE_AT + MACHINE_SIZE, STREAM_SIZE)),
                     ("rax", end.registers["rax"] == RESULT), *Proof.returns(self, end)[1:]]
            nothing = And(piece["reason"] == OBJECT + self.object.symbols["sli_nothing"][0], piece["reason_size"] == 0)
            if which != "unready":
                parts.append(("the policy", same(end.stream, stream, 0, MACHINE_AT)))
            if which == "next":
                if end.answered is None:
                    raise NotProved("a piece is not read")
                last, answer = LAST, self.answer_of_piece()
                error = table.part(answer, "error")
                error = If(And(error == NEED_MORE, last == MAX), limit, error)
                parts += [("the machine's error", table.part(machine, "error") == error),
                          ("the machine", And(*(machine[i] == answer[i] for name, (at, size) in MACHINE.items()
                                                if name != "error" for i in range(at, at + size)))),
                          ("the error", piece["error"] == error), ("used", piece["used"] == last - FIRST),
                          ("the limit", Implies(error == NEED_MORE, And(ULT(last, MAX), last == N, table.is_live(last)))),
                          ("inside of the piece", And(ULE(last - FIRST, N - FIRST), ULE(N - FIRST, SIZE)))]
                for when, begin, until in table.reason_part(last, self.in_reason):
                    parts += [("the part of the reason", Implies(when, If(ULT(begin, until), And(
                                  piece["reason"] - P == begin, piece["reason_size"] == until - begin), nothing))),
                              ("inside of what was read", Implies(And(when, ULT(begin, until)),
                                                                  And(ULE(FIRST, begin), ULE(until, last))))]
            else:
                error = ERROR if which == "ended" else limit
                parts += [("the error", piece["error"] == error), ("nothing is read", And(piece["used"] == 0, nothing)),
                          ("the machine's error", table.part(machine, "error") == error)]
                if which == "ended":
                    parts.append(("the machine", same(end.stream, stream, MACHINE_AT, MACHINE_AT + MACHINE_SIZE)))
            for part in parts:  # one by one: together they are harder
                self.claim(end, [], [part], "returns")

    def prove_init(self):
        """sl_stream_init(stream, policy): the stream is ready, its machine holds no byte, `refused` is 0, and the error is
        `need_more`, or `too_long` if max_size is 0."""
        self.begin_in(STATE["start"])
        table, none = self.table, number(0)
        stream = [BitVec(f"stream_{i}", 8) for i in range(STREAM_SIZE)]
        state = self.enter("sl_stream_init", {"rdi": STREAM, "rsi": MAX, "rdx": self.with_allowed("junk")})
        state.result, state.stream = [], list(stream)
        state.stack = {at: BitVec(f"any_stack{at}", 8) for at in range(-256, 0)}  # bytes between the members, as above
        for _, end in self.run("sl_stream_init", state):
            machine = end.stream[MACHINE_AT:MACHINE_AT + MACHINE_SIZE]
            policy = (*zip(end.stream[MAX_AT:], bytes_of(MAX)), *zip(end.stream[ALLOWED_AT:], bytes_of(ALLOWED)))
            error = If(MAX == 0, number(TOO_LONG, 32), number(NEED_MORE, 32))
            self.claim(end, [], [
                ("the policy", And(*(byte == wanted for byte, wanted in policy))), ("the machine", table.holds(machine, none)),
                ("refused", table.part(machine, "refused") == 0), ("the error", table.part(machine, "error") == error),
                ("ready", And(*(byte == wanted for byte, wanted in zip(end.stream[READY_AT:], bytes_of(number(READY)))))),
                ("what follows the machine", same(end.stream, stream, MACHINE_AT + MACHINE_SIZE, READY_AT)),
                *Proof.returns(self, end)[1:]], "returns")

    def prove_usual(self, where):
        """The lemma `usual`, from step_fact() alone, by induction: of the first offset, and of the next one after a state."""
        table, j = self.table, simplify(I + 1)
        if where == STATE["start"]:
            self.lemma([table.start()], table.usual(number(0)), "usual")
        steps = [table.step_fact(I, where, kind) for kind in range(KIND["end"])]
        self.lemma([*steps, ULT(I, ALL_BYTES), S(I) == where, table.usual(I), S(j) != STATE["failed"]], table.usual(j), "usual")


def bytes_of(*terms):
    """The bytes of terms, one after the other, the lowest first."""
    return [simplify(Extract(8 * i + 7, 8 * i, term)) for term in terms for i in range(term.size() // 8)]


def machine_at(i, where, reason_end, refused, error, prefix):
    """The bytes of a machine that holds i bytes: `Table.holds()`. What it does not matter for has any value."""
    passed = Concat(BitVec(f"{prefix}_passed2", 3), Extract(12, 0, Q(i)), BitVec(f"{prefix}_passed1", 16))
    return bytes_of(BEGIN(i), reason_end, i, passed, refused, CODE(i), MAJOR(i), MINOR(i), where, BitVec(f"{prefix}_pad1", 24),
                    error, BitVec(f"{prefix}_pad2", 32))


def same(stream, before, begin, end):
    return And(BoolVal(True), *(stream[i] == before[i] for i in range(begin, end)))


def jobs(build, locations):
    """All jobs of an object."""
    yield from obligations.jobs(build, locations)
    if set(FUNCTIONS) <= set(build.functions):
        yield from jobs_of_streams(locations)


def jobs_of_streams(locations):
    """All jobs. The cases of each function are all cases: see each comment."""
    yield Job("sl_stream_init", "sl_stream_init", StreamProof.prove_init, proof=StreamProof)
    for where in LIVE:  # every state of a line that goes on
        yield Job("lemmas", f"the lemma usual, {STATES[where]}", lambda proof, w=where: proof.prove_usual(w),
                  proof=StreamProof)
        yield Job("sli_machine_run", f"sli_machine_run, one byte, {STATES[where]}", lambda proof, w=where: proof.prove_byte(w),
                  proof=StreamProof)
        for known in (*range(13), "more") if where == STATE["start"] else (0,):  # every number of known bytes
            yield Job("sli_machine_run_rest", f"sli_machine_run_rest, {known} bytes known, {STATES[where]}",
                      lambda proof, w=where, k=known: proof.prove_rest(w, k), proof=StreamProof)
    for size in ("less", *range(16, 29), "more", "later"):  # every size but 1
        yield Job("sli_machine_run", f"sli_machine_run, size {size}", lambda proof, s=size: proof.prove_run(s), proof=StreamProof)
    for size in range(BLOCK):  # sizes below 16: the precondition
        yield Job("sli_machine_run_short", f"sli_machine_run_short, {size} bytes", lambda proof, s=size: proof.prove_short(s),
                  proof=StreamProof)
    # Every stream, ready or not, with or without an error; and every end of a piece, in the reason or not.
    for which in ("next reason", "next other", "ended", "unready"):
        yield Job("sl_stream_feed", f"sl_stream_feed, {which}", lambda proof, w=which: proof.prove_feed(w), proof=StreamProof)
    for function in ("sli_machine_run_rest", "sli_machine_run"):
        for job in jobs_of_cuts(function, locations[function]["cuts"]):
            job.proof = StreamProof
            yield job
