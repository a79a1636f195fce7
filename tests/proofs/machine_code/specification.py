# SPDX-License-Identifier: MIT
"""What the table prescribes, as functions of the offset: S(i) is the state after the first i bytes, Q(i) the quirks shown,
CODE(i), MAJOR(i) and MINOR(i) the numbers read, BEGIN(i) and END(i) the bounds of the reason.

Each input and policy has such functions: at 0 they are `start`, no quirk and zeros; the table ties i + 1 to i; and nothing
follows `accepted` and `failed`, which stay. step_fact() is that tie for one cell. The proofs use no other fact about the
functions, and each is an instance, so there is no quantifier. BEGIN counts from the state after the code on, END from the
end of the reason on. answer: accepted(), rejected() and at_end() are what a result must be; for an input, a policy and a way
in which the input ends exactly one of them can hold, with one result.

Reads the table that print_table.cpp prints.
"""

from z3 import (UGE, ULE, ULT, And, BitVec, BitVecSort, BoolVal, Concat, Extract, Function, If, Implies, Not, Or, ZeroExt,
                is_bv_value, simplify)

from execute import M, P
from semantics import number

STATES = ("start blank_cr blank h ht htt http slash major dot minor i ic icy gap digit_1 digit_2 digit_3 reason cr "
          "accepted failed").split()
STATE = {name: index for index, name in enumerate(STATES)}
KINDS = ("cr lf sp htab vt_ff digit slash dot upper_h upper_t upper_p lower_h lower_t lower_p upper_i upper_c upper_y "
         "control other end").split()
KIND = {name: index for index, name in enumerate(KINDS)}
LIVE = range(STATE["accepted"])  # the states in which a line can be continued
GLUED, CONTROL = 1 << 10, 1 << 11  # the quirks glued_reason and control_in_reason
OK, NEED_MORE, TOO_LONG = 0, 1, 8  # errors
# How the input ends: `no_end` in parse_line.hpp.
OPEN_NEED_MORE, OPEN_FINISH, OPEN_TOO_LONG = range(3)

PREFIX = b"HTTP/1.1 200 "
DIGITS = (5, 7, 9, 10, 11)  # where PREFIX stands for any digit

_OFFSET, _BYTE, _WORD, _LONG = BitVecSort(64), BitVecSort(8), BitVecSort(16), BitVecSort(32)
S = Function("S", _OFFSET, _BYTE)
Q = Function("Q", _OFFSET, _LONG)
CODE = Function("CODE", _OFFSET, _WORD)
MAJOR, MINOR = Function("MAJOR", _OFFSET, _BYTE), Function("MINOR", _OFFSET, _BYTE)
BEGIN, END = Function("BEGIN", _OFFSET, _OFFSET), Function("END", _OFFSET, _OFFSET)
ALLOWED = BitVec("allowed", 32)

# A stream has read the bytes before the offset FIRST; a piece begins there, and byte i of the line is at P + i. The
# bytes before FIRST need not be in memory any more. REFUSED and ERROR are what the stream's machine holds at a call.
FIRST, REFUSED, ERROR = BitVec("first", 64), BitVec("refused", 32), BitVec("error", 32)
# `struct machine` as compiled as C: part to (offset, size).
MACHINE = {"reason_begin": (0, 8), "reason_end": (8, 8), "end": (16, 8), "passed": (24, 4), "refused": (28, 4), "code": (32, 2),
           "major": (34, 1), "minor": (35, 1), "where": (36, 1), "error": (40, 4)}
MACHINE_SIZE = 48
ALL_QUIRKS = 0x1FFF


class Table:
    """The printed table."""

    def __init__(self, text, layout):
        self.layout = layout
        self.cells, self.due = {}, {}
        for line in text.splitlines():
            name, *numbers = line.split()
            numbers = [int(n) for n in numbers]
            if name == "octet_of":
                self.octet_of = numbers
            elif name == "cell":
                self.cells[numbers[0], numbers[1]] = tuple(numbers[2:])
            elif name == "due":
                self.due[numbers[0]] = numbers[1]
        self.path_of_prefix = [0]  # the state after each part of the prefix
        for byte in PREFIX:
            self.path_of_prefix.append(self.cells[self.path_of_prefix[-1], self.octet_of[byte]][0])

    def is_kind(self, octet, kinds):
        """Whether an octet is of one of these kinds, by ranges."""
        values = [value for value in range(256) if self.octet_of[value] in kinds]
        return Or(*(octet == number(low, 8) if low == high else And(UGE(octet, number(low, 8)), ULE(octet, number(high, 8)))
                    for low, high in ranges_of(values)))

    # ---- The functions of the offset

    def step_fact(self, i, state, kind):
        """The facts about i + 1 if S(i) is `state` and the octet at i is of this kind."""
        j = simplify(i + 1)
        following, shows, _ = self.cells[state, kind]
        guard = And(S(i) == state, self.is_kind(M(i), [kind]))
        failed = S(j) == STATE["failed"]
        if following == STATE["failed"]:
            return Implies(guard, failed)
        value = M(i) - 48
        digit = kind == KIND["digit"]
        in_code = digit and STATES[state] in ("gap", "digit_1", "digit_2")
        after_code, in_reason = STATES[state] == "digit_3", STATES[state] == "reason"
        begin = j if after_code and following == STATE["reason"] and not shows & GLUED else i
        live = [S(j) == following, Q(j) == Q(i) | shows,
                CODE(j) == (CODE(i) * 10 + ZeroExt(8, value) if in_code else CODE(i)),
                MAJOR(j) == (value if digit and STATES[state] == "slash" else MAJOR(i)),
                MINOR(j) == (value if digit and STATES[state] == "dot" else MINOR(i)),
                BEGIN(j) == (begin if after_code else BEGIN(i))]
        if after_code:
            live.append(END(j) == begin)
        elif in_reason and following != STATE["reason"]:
            live.append(END(j) == i)
        elif not in_reason:  # within the reason END is nothing yet
            live.append(END(j) == END(i))
        if shows == 0:
            return Implies(guard, And(*live))
        return Implies(guard, If(self.refused(shows) == 0, And(*live), failed))

    @staticmethod
    def refused(shows):
        return number(shows, 32) & ~ALLOWED

    def error(self, state, kind):
        """The error for an octet that is refused, as a term: the earliest of what its refused quirks stand in place of,
        and not one of a part already read."""
        following, shows, floor = self.cells[state, kind]
        if following == STATE["failed"]:
            return number(floor, 32)
        refused, first = self.refused(shows), number(TOO_LONG, 32)
        for quirk, due in self.due.items():
            if shows >> quirk & 1:
                first = If(And(refused & (1 << quirk) != 0, ULT(number(due, 32), first)), number(due, 32), first)
        return If(ULT(first, number(floor, 32)), number(floor, 32), first)

    def same(self, i, j, with_end=False):
        """Nothing but the offset is different."""
        parts = [S, Q, CODE, MAJOR, MINOR, BEGIN] + ([END] if with_end else [])
        return And(*(part(j) == part(i) for part in parts))

    def is_plain(self, octet):
        """Whether a reason accepts an octet without a quirk."""
        reason = STATE["reason"]
        return self.is_kind(octet, [k for k in range(KIND["end"]) if self.cells[reason, k][:2] == (reason, 0)])

    @staticmethod
    def is_text(octet):
        """Whether an octet does not end a reason in which a control is allowed and was shown."""
        return And(octet != 13, octet != 10)

    @staticmethod
    def fits(place, octet):
        """Whether an octet fits a place of the prefix."""
        if place in DIGITS:
            return And(UGE(octet, number(48, 8)), ULE(octet, number(57, 8)))
        return octet == number(PREFIX[place], 8)

    def prefix_fact(self, i, place, state=None):
        """step_fact() for an octet that fits the prefix."""
        state = self.path_of_prefix[place] if state is None else state
        return self.step_fact(i, state, self.octet_of[PREFIX[place]])

    @staticmethod
    def start():
        return And(S(number(0)) == STATE["start"], *(part(number(0)) == 0 for part in (Q, CODE, MAJOR, MINOR, BEGIN, END)))

    @staticmethod
    def code_of_prefix():
        digits = [ZeroExt(8, M(number(i)) - 48) for i in (9, 10, 11)]
        return digits[0] * 100 + digits[1] * 10 + digits[2]

    def whole_prefix(self):
        return And(*(self.fits(i, M(number(i))) for i in range(len(PREFIX))))

    def in_canonical_reason(self, known):
        """The facts after the prefix and plain octets up to `known`."""
        return And(self.whole_prefix(), S(known) == STATE["reason"], Q(known) == 0, BEGIN(known) == len(PREFIX),
                   CODE(known) == self.code_of_prefix(), MAJOR(known) == M(number(5)) - 48,
                   MINOR(known) == M(number(7)) - 48)

    def known_bytes(self, known, n):
        """The hand-over condition: "the first `known` of `n` bytes begin a canonical line". Functions with such a
        parameter assume it, and their callers prove it."""
        def begin(k):
            return And(BoolVal(True), *(self.fits(i, M(number(i))) for i in range(k)))
        if is_bv_value(known) and known.as_long() < len(PREFIX):
            return And(ULE(known, n), begin(known.as_long()))
        some = [And(known == k, begin(k)) for k in range(len(PREFIX))] if not is_bv_value(known) else []
        return And(ULE(known, n), Or(*some, And(UGE(known, number(len(PREFIX))), self.in_canonical_reason(known))))

    # ---- Answers: what the 40 bytes of a result must be

    def part(self, result, name):
        """A part of a result, from its bytes; quirks and errors have 32 bits."""
        begin, size = self.layout[name]
        value = simplify(Concat(*reversed(result[begin:begin + size]))) if size > 1 else result[begin]
        return ZeroExt(32 - value.size(), value) if name in ("quirks", "refused", "error") and size < 4 else value

    def line(self, result, quirks, begin, end, code, major, minor):
        """The parts of an accepted line."""
        values = {"reason": P + begin, "reason_size": end - begin, "quirks": quirks, "code": code, "major": major, "minor": minor}
        return And(*(self.part(result, name) == value for name, value in values.items()),
                   self.part(result, "refused") == 0, self.part(result, "error") == OK)

    def no_line(self, result, refused, error):
        """An error, and no line."""
        names = ("reason", "reason_size", "quirks", "code", "major", "minor")
        return And(*(self.part(result, name) == 0 for name in names), self.part(result, "refused") == refused,
                   self.part(result, "error") == error)

    def accepted(self, result, n):
        """A line has ended."""
        end = self.part(result, "end")
        last = end - 1
        return And(UGE(end, number(1)), ULE(end, n), S(end) == STATE["accepted"], Or(*(S(last) == k for k in LIVE)),
                   self.line(result, Q(end), BEGIN(end), END(end), CODE(end), MAJOR(end), MINOR(end)))

    def rejected(self, result, n, state, kind):
        """The octet at `end`, of this kind and in this state, is refused."""
        end = self.part(result, "end")
        following, shows, _ = self.cells[state, kind]
        fails = following == STATE["failed"]
        refused = number(0, 32) if fails else self.refused(shows)
        return And(ULT(end, n), S(end) == state, self.is_kind(M(end), [kind]), fails or refused != 0,
                   self.no_line(result, refused, self.error(state, kind)))

    def at_end(self, result, n, how, state):
        """All bytes are read, in this state. `how`: one of OPEN_*, as a term of 8 bits."""
        following, shows, _ = self.cells[state, KIND["end"]]
        refused, error = self.refused(shows), self.error(state, KIND["end"])
        if following == STATE["failed"]:
            finished = self.no_line(result, number(0, 32), error)
        else:
            begin = n if STATES[state] == "digit_3" else BEGIN(n)
            reason_end = END(n) if STATES[state] == "cr" else n
            finished = If(refused == 0, self.line(result, Q(n) | shows, begin, reason_end, CODE(n), MAJOR(n), MINOR(n)),
                          self.no_line(result, refused, error))
        return And(self.part(result, "end") == n, S(n) == state,
                   If(how == OPEN_TOO_LONG, self.no_line(result, number(0, 32), TOO_LONG),
                      If(how == OPEN_FINISH, finished, self.no_line(result, number(0, 32), NEED_MORE))))

    # ---- Machines: what the 48 bytes of a stream's machine must be (`layout` is MACHINE)

    @staticmethod
    def usual(i):
        """True of each offset up to the end of a line: the lemma `usual` proves it from step_fact()."""
        where, begin, end = S(i), BEGIN(i), END(i)
        ended = Or(where == STATE["cr"], where == STATE["accepted"])
        return And((where == STATE["start"]) == (i == 0), Q(i) & ~(ALLOWED & ALL_QUIRKS) == 0,
                   Implies(ULE(where, number(STATE["gap"], 8)), CODE(i) == 0),
                   Implies(ULE(where, number(STATE["digit_3"], 8)), And(begin == 0, end == 0, Q(i) & CONTROL == 0)),
                   Implies(where == STATE["reason"], ULE(begin, i)), Implies(ended, And(ULE(begin, end), ULE(end, i))))

    @staticmethod
    def is_live(i):
        return Or(*(S(i) == k for k in LIVE))

    def holds(self, machine, i):
        """The machine has read the first i bytes. In the reason its end is nothing yet."""
        values = {"reason_begin": BEGIN(i), "end": i, "code": CODE(i), "major": MAJOR(i), "minor": MINOR(i), "where": S(i)}
        return And(*(self.part(machine, name) == value for name, value in values.items()),
                   Or(S(i) == STATE["reason"], self.part(machine, "reason_end") == END(i)),
                   Extract(28, 16, self.part(machine, "passed")) == Extract(12, 0, Q(i)))

    def fed(self, machine, n):
        """What a piece that ends at offset n leaves, without which error: a line that has ended, or a live state at n, or
        at an offset before n with an error of the table, which is never `need_more`."""
        end, error, refused = (self.part(machine, name) for name in ("end", "error", "refused"))
        last, read, length = simplify(end - 1), simplify(end - FIRST), simplify(n - FIRST)
        return And(ULE(read, length), self.holds(machine, end),
                   Or(And(error == OK, read != 0, S(end) == STATE["accepted"], self.is_live(last), refused == REFUSED),
                      And(error == ERROR, end == n, self.is_live(end), refused == REFUSED),
                      And(UGE(error, number(2, 32)), ULT(error, number(TOO_LONG, 32)), ULT(read, length),
                          self.is_live(end))))

    def refused_in(self, machine, state, kind):
        """The octet at `end`, of this kind and in this state, is refused."""
        end = self.part(machine, "end")
        following, shows, _ = self.cells[state, kind]
        fails = following == STATE["failed"]
        refused = number(0, 32) if fails else self.refused(shows)
        return And(S(end) == state, self.is_kind(M(end), [kind]), fails or refused != 0,
                   self.part(machine, "refused") == refused, self.part(machine, "error") == self.error(state, kind))

    @staticmethod
    def reason_part(end, in_reason):
        """The bounds of that part of the reason which lies in a piece that was read up to `end`: none if they cross. As
        cases: (condition, begin, end)."""
        until = end if in_reason else END(end)  # in_reason: S(end) == STATE["reason"]
        before = ULE(BEGIN(end), FIRST)
        return (before, FIRST, until), (Not(before), BEGIN(end), until)


def line_states(table, data, allowed):
    """The functions of the offset for one input, as numbers: (S, Q, CODE, MAJOR, MINOR, BEGIN, END) for each offset up to the
    one at which the line ends or fails."""
    state, quirks, code, major, minor, begin, end = STATE["start"], 0, 0, 0, 0, 0, 0
    states = [(state, quirks, code, major, minor, begin, end)]
    for i, byte in enumerate(data):
        kind = table.octet_of[byte]
        following, shows, _ = table.cells[state, kind]
        if state == STATE["accepted"] or following == STATE["failed"] or shows & ~allowed:
            break
        value, name = byte - 48, STATES[state]
        if kind == KIND["digit"] and name in ("gap", "digit_1", "digit_2"):
            code = code * 10 + value
        elif kind == KIND["digit"] and name == "slash":
            major = value
        elif kind == KIND["digit"] and name == "dot":
            minor = value
        if name == "digit_3":
            begin = end = i + (following == STATE["reason"] and not shows & GLUED)
        elif name == "reason" and following != STATE["reason"]:
            end = i
        quirks, state = quirks | shows, following
        states.append((state, quirks, code, major, minor, begin, end))
    return states


def ranges_of(values):
    ranges = []
    for value in values:
        if ranges and ranges[-1][1] == value - 1:
            ranges[-1][1] = value
        else:
            ranges.append([value, value])
    return ranges
