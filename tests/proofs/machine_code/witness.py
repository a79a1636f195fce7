# SPDX-License-Identifier: MIT
"""Runs a library on inputs, to show that a refuted claim is a fault: the answer is not the table's, a byte outside of the
input is read, or a register is not restored.

A refuted claim is about a step from a state that an invariant allows. This turns its counterexample into whole inputs,
by a way into that state, and tries them first; then lines made by chance.
"""

import ast
import ctypes
import mmap
import os
import random
import signal
import struct
import subprocess
import tempfile

from specification import CONTROL, KIND, NEED_MORE, OK, STATE, STATES, TOO_LONG, line_states

ALL = 0x1FFF
FIELDS = "reason size quirks code major minor end refused error".split()
WAYS = ("", "\r", "\r\n", "\n", "H", "HT", "HTT", "HTTP", "http", "HTTP/", "HTTP/7", "HTTP/7.", "HTTP/7.3", "I", "IC", "ICY",
        "HTTP/7.3 ", "HTTP/7.3\t", "http/2 ", "HTTP ", "ICY ", "HTTP/7.3 4", "ICY 40", "HTTP/7.3 40", "HTTP/7.3 409",
        "HTTP/7.3 409 ", "http/7.3 409 ", "HTTP/7.3 409\t", "HTTP/7.3 409x", "HTTP/7.3 409 \x01", "ICY 409 ", "HTTP/7.3 409\r",
        "HTTP/7.3 409 \r", "HTTP/7.3 409 OK\r", "HTTP/7.3 409 reason ", "http/7.3 409 \x01 reason ")


def answer(table, data, allowed, max_size, complete):
    """The answer of the table, read octet by octet."""
    n = min(len(data), max_size)
    states = line_states(table, data[:n], allowed)
    i = len(states) - 1
    state, quirks, code, major, minor, begin, end = states[i]
    nothing = dict.fromkeys(FIELDS, 0) | {"end": i}
    line = {"quirks": quirks, "code": code, "major": major, "minor": minor, "end": i, "refused": 0, "error": OK}
    if state == STATE["accepted"]:
        return line | {"reason": begin, "size": end - begin}
    if i == n and n == max_size:
        return nothing | {"error": TOO_LONG}
    if i == n and not complete:
        return nothing | {"error": NEED_MORE}
    following, shows, floor = table.cells[state, KIND["end"] if i == n else table.octet_of[data[i]]]
    failed = following == STATE["failed"]
    refused = 0 if failed else shows & ~allowed
    if failed or refused:
        due = [table.due[quirk] for quirk in table.due if refused >> quirk & 1]
        return nothing | {"refused": refused, "error": max(min(due), floor) if due else floor}
    begin = n if STATES[state] == "digit_3" else begin
    return line | {"quirks": quirks | shows, "reason": begin, "size": (end if STATES[state] == "cr" else n) - begin}


def answers_of_pieces(table, pieces, allowed, max_size):
    """What each sl_stream_feed() returns and leaves in the machine, from the table read octet by octet."""
    data, error, at, answers = b"".join(pieces), NEED_MORE if max_size else TOO_LONG, 0, []
    for piece in pieces:
        if error != NEED_MORE:
            answers.append({**(answers[-1] if answers else {"error": error}), "used": 0, "part": (0, 0)})
            continue
        before, end = at, min(at + len(piece), max_size)
        states = line_states(table, data[:end], allowed)
        at = len(states) - 1
        state, quirks, code, major, minor, begin, reason_end = states[at]
        whole = answer(table, data[:end], allowed, 1 << 62, 0)
        error = whole["error"]
        if error == NEED_MORE and at == max_size:
            error = TOO_LONG
        start, until = max(begin, before), at if state == STATE["reason"] else reason_end
        answers.append({"error": error, "used": at - before, "part": (start - before, until - start) if start < until else (0, 0),
                        "end": at, "where": state, "quirks": quirks, "code": code, "major": major, "minor": minor,
                        "refused": whole["refused"], "begin": begin,
                        "reason_end": None if state == STATE["reason"] else reason_end})
    return answers


def pieces_by_chance(chance, example, table):
    """Candidates for a stream: (allowed, max_size, pieces)."""
    if example and chance.random() < 0.5:
        ways = [way.encode("latin-1") for way in WAYS]
        first = chance.choice(ways) + b"a" * chance.choice([0, 0, 1, 17, 80])
        octets, left = bytes(example.get("octets", b"")), (example["n"] - example["i"]) & (1 << 64) - 1
        data = first + chance.choice([octets[:left] if left < 96 else octets + b"a" * 40 + b"\r\n", by_chance(chance)[3]])
        cut = len(first)
    else:
        data = by_chance(chance)[3]
        cut = chance.randrange(len(data) + 1)
    other = chance.randrange(cut, len(data) + 1)
    pieces = chance.choice([[data], [data[:cut], data[cut:]], [data[:cut], data[cut:other], data[other:]],
                            [data[i:i + 1] for i in range(len(data))], [data[:cut], b"", data[cut:]]])
    size = len(data)
    return (chance.choice([0, 3, ALL, ALL, ALL, ALL ^ 1 << chance.randrange(13), chance.randrange(1 << 13)]),
            chance.choice([1 << 20, 1 << 20, 1 << 20, (1 << 64) - 1, size, max(size - 1, 0), chance.randrange(size + 1)]), pieces)


def calls(table, example, count):
    """Candidates: (whether complete, allowed, max_size, bytes)."""
    chance = random.Random(16)
    octets = bytes(example.get("octets", b""))
    if example:
        state, left = example["state"], (example["n"] - example["i"]) & (1 << 64) - 1
        extra = octets[:left] if left < 96 else octets + b"a" * 40 + b"\r\n"
        for way in WAYS:
            way = way.encode("latin-1")
            at = STATE["start"]
            for byte in way:
                at = table.cells[at, table.octet_of[byte]][0]
            if at != state:
                continue
            for pad in (b"", b"a", b"a" * 17, b"a" * 80) if STATES[state] == "reason" else (b"",):
                for allowed in (example["allowed"] & ALL, (example["allowed"] | CONTROL) & ALL, ALL, 0):
                    data = way + pad + extra
                    yield from ((complete, allowed, size, data) for complete in (0, 1) for size in (1 << 20, len(data)))
        first = bytes(example["first"])
        for size in (example["n"], example["max_size"], example["known"]):
            if size < 96:
                for allowed in (example["allowed"] & ALL, ALL, 0):
                    yield from ((complete, allowed, limit, first[:size]) for complete in (0, 1)
                                for limit in (1 << 20, size, max(size - 1, 0)))
    for _ in range(count):
        yield by_chance(chance)


def by_chance(chance):
    """A line with irregularities, often cut off."""
    pick = chance.choice
    digits = "".join(pick("0123456789") for _ in range(5))
    if chance.random() < 0.5:
        head = f"HTTP/{digits[0]}.{digits[1]} {digits[2:]} "
    else:
        protocol = pick(["HTTP/1.1", "http/1.0", "HtTP/3.7", "HTTP/2", "HTTP", "ICY", f"HTTP/{digits[0]}.{digits[1]}"])
        head = (pick(["", "", "\r\n", "\n"]) + protocol + pick([" ", " ", "  ", "\t", " \x0b", "\x0c"]) + digits[2:]
                + pick([" ", " ", " ", "\t", "", ".", "x", "\x01"]))
    letters = pick(["abc DEF\xe9", "abc\t \x80", "abc\x01", "ab\x7fc", "ab\x1f\x20\x7e"])
    usual = "a" * pick([0, 0, 1, 2, 3, 5, 9, 14, 15, 16, 17, 30, 31, 33, 47, 63, 64, 65, 80, 130, 200])
    line = head + usual + "".join(pick(letters) for _ in range(pick([0, 1, 2, 6, 16]))) + pick(["", "", usual])
    line += pick(["\r\n", "\r\n", "\r\n", "\n", "\r\r\n", "\r", "\r\rx", "", "\rx"]) + pick(["", "", "x", "Server: x\r\n" * 3])
    data = bytearray(line.encode("latin-1"))
    if data and chance.random() < 0.3:
        edges = [0, 8, 9, 10, 11, 13, 31, 32, 47, 48, 57, 58, 126, 127, 128, 255]
        data[chance.randrange(len(data))] = pick([*edges, chance.randrange(256)])
    if chance.random() < 0.3:
        del data[chance.randrange(len(data) + 1):]
    allowed = pick([0, 0, 3, ALL, ALL, ALL ^ 1 << chance.randrange(13), chance.randrange(1 << 13)])
    size = len(data)
    limits = [8192, 8192, 8192, size, size + 1, max(size - 1, 0), chance.randrange(size + 1)]
    return pick([0, 1]), allowed, pick(limits), bytes(data)


# Calls f(arguments) with values in the registers that it must restore, and stores rax, these registers and how far rsp
# is off.
TRAMPOLINE = r"""
.intel_syntax noprefix
.globl checked_call
checked_call:
  push rbx; push rbp; push r12; push r13; push r14; push r15; push rdx
  lea r11, [rip + saved]; mov [r11], rsp
  mov rax, rdi; mov r10, rsi
  mov rdi, [r10]; mov rsi, [r10 + 8]; mov rdx, [r10 + 16]; mov rcx, [r10 + 24]; mov r8, [r10 + 32]
  mov rbx, 0x1111111111; mov rbp, 0x2222222222; mov r12, 0x3333333333
  mov r13, 0x4444444444; mov r14, 0x5555555555; mov r15, 0x6666666666
  mov r9, -1; mov r10, -1
  call rax
  lea r11, [rip + saved]; mov r10, [r11]; mov r9, rsp; sub r9, r10; mov rsp, r10
  pop rdx
  mov [rdx], rax; mov [rdx + 8], rbx; mov [rdx + 16], rbp; mov [rdx + 24], r12
  mov [rdx + 32], r13; mov [rdx + 40], r14; mov [rdx + 48], r15; mov [rdx + 56], r9
  pop r15; pop r14; pop r13; pop r12; pop rbp; pop rbx
  ret
.bss
saved: .quad 0
.section .note.GNU-stack,"",@progbits
"""
KEPT = [0x1111111111 * k for k in range(1, 7)] + [0]


class Library:
    """A library to call, in this process."""

    def __init__(self, path, trampoline):
        self.library, self.trampoline = ctypes.CDLL(path), ctypes.CDLL(trampoline)
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.libc.mmap.restype = ctypes.c_void_p
        self.libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
        self.page, self.room = 4096, 1 << 16
        base = self.libc.mmap(None, self.room + 2 * self.page, 0, 0x22, -1, 0)
        self.begin = base + self.page
        self.libc.mprotect(ctypes.c_void_p(self.begin), ctypes.c_size_t(self.room), 3)
        self.around = 512
        self.result = ctypes.create_string_buffer(2 * self.around + 40)
        self.stream = ctypes.create_string_buffer(2 * self.around + 96)

    def call(self, complete, allowed, max_size, data, at_end):
        """What sl_parse() returns, as a dictionary; with "fault" for what it must not do."""
        place = self.begin + (self.room - len(data) if at_end else 0)
        ctypes.memmove(place, data, len(data))
        pattern = bytes(range(1, 256)) * 5
        ctypes.memmove(self.result, pattern, len(self.result))
        to = ctypes.addressof(self.result) + self.around
        function = ctypes.cast(self.library.sl_parse_complete if complete else self.library.sl_parse, ctypes.c_void_p)
        arguments = (ctypes.c_uint64 * 5)(to, place, len(data), max_size, 0xA5A5A5A500000000 | allowed)
        out = (ctypes.c_uint64 * 8)()
        self.trampoline.checked_call(function, arguments, out)
        raw = self.result.raw
        got = raw[self.around:self.around + 40]

        def part(begin, size):
            return int.from_bytes(got[begin:begin + size], "little")
        values = dict(zip(FIELDS, (part(0, 8), part(8, 8), part(16, 4), part(20, 2), got[22], got[23], part(24, 8),
                                   part(32, 4), part(36, 4))))
        if values["error"] == OK:
            values["reason"] -= place
        if list(out)[1:] != KEPT:
            values["fault"] = "a register is not restored"
        if out[0] != to:
            values["fault"] = "the address of the result is not returned"
        if raw[:self.around] + raw[self.around + 40:] != pattern[:self.around] + pattern[self.around + 40:len(raw)]:
            values["fault"] = "writes outside of the result"
        return values

    def feed(self, allowed, max_size, pieces, at_end, expected):
        """What sl_stream_feed() returns for each piece, as answers_of_pieces()."""
        pattern = bytes(range(1, 256)) * 5
        ctypes.memmove(self.stream, pattern, len(self.stream))
        result = ctypes.addressof(self.result) + self.around
        stream = (ctypes.addressof(self.stream) + self.around) // 16 * 16 - 8  # as aligned as the header demands, and no more
        at = stream - ctypes.addressof(self.stream)
        out = (ctypes.c_uint64 * 8)()

        def checked(name, *values):
            function = ctypes.cast(getattr(self.library, name), ctypes.c_void_p)
            self.trampoline.checked_call(function, (ctypes.c_uint64 * 5)(*values), out)
            return "a register is not restored" if list(out)[1:] != KEPT else None
        faults = [checked("sl_stream_init", stream, max_size, 0xA5A5A5A500000000 | allowed, 0, 0)]
        answers = []
        for index, piece in enumerate(pieces):
            place = self.begin + (self.room - len(piece) if at_end else 0)
            ctypes.memmove(place, piece, len(piece))
            ctypes.memmove(self.result, pattern, len(self.result))
            faults.append(checked("sl_stream_feed", result, stream, place, len(piece), 0))
            raw, whole = self.result.raw, self.stream.raw
            if out[0] != result:
                faults.append("the address of the result is not returned")
            if raw[:self.around] + raw[self.around + 32:] != pattern[:self.around] + pattern[self.around + 32:len(raw)] or \
                    whole[:at] + whole[at + 96:] != pattern[:at] + pattern[at + 96:len(whole)]:
                faults.append("writes outside of the result and the stream")
            reason, size, used = struct.unpack_from("<QQQ", raw, self.around)
            got = {"error": struct.unpack_from("<I", raw, self.around + 24)[0], "used": used,
                   "part": (reason - place, size) if size else (0, 0)}
            begin, reason_end, end, passed, refused, code, major, minor, where, error = \
                struct.unpack_from("<QQQIIHBBBxxxI", whole, at + 16)
            if "end" in expected[index]:
                got |= {"end": end, "where": where, "quirks": passed >> 16 & ALL, "code": code, "major": major, "minor": minor,
                        "refused": refused, "begin": begin,
                        "reason_end": None if where == STATE["reason"] else reason_end}
            if error != got["error"]:
                faults.append("the stream has another error")
            if struct.unpack_from("<QI", whole, at) != (max_size, allowed):
                faults.append("the policy is changed")
            answers.append(got)
        faults = [fault for fault in faults if fault]
        return faults or answers


def streams(table, example, count):
    """Candidates for a stream, in the form of calls()."""
    chance = random.Random(17)
    for _ in range(count):
        allowed, max_size, pieces = pieces_by_chance(chance, example, table)
        yield 2, allowed, max_size, pieces


def search(table, path, example, count=20000, in_stream=False):
    """Returns a call that shows a fault: a dictionary with `bytes`, `expected` and `got`; None if none was found."""
    with tempfile.TemporaryDirectory() as folder:
        trampoline = os.path.join(folder, "trampoline.so")
        subprocess.run(["cc", "-shared", "-x", "assembler", "-", "-o", trampoline], input=TRAMPOLINE, text=True, check=True)
        progress = os.path.join(folder, "progress")
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            try:
                _try_all(table, Library(path, trampoline),
                         (streams if in_stream else calls)(table, example, count), progress)
            finally:
                os._exit(3)
        status = os.waitpid(child, 0)[1]
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
            return None
        with open(progress, "rb") as file:
            text = file.read().partition(b"\n")[0].decode()
        complete, allowed, max_size, data, at_end, expected, got = ast.literal_eval(text)
        if os.WIFSIGNALED(status):
            name = {4: "an illegal instruction", 5: "a trap", 7: "a bus error", 8: "an arithmetic error",
                    11: "a forbidden access to memory", 14: "no end within 5 s"}
            got = name.get(os.WTERMSIG(status), f"signal {os.WTERMSIG(status)}")
        if in_stream:
            return {"call": "sl_stream_feed", "allowed": allowed, "max_size": max_size, "bytes": data,
                    "at": "the end of a page" if at_end else "the begin of a page", "expected": expected, "got": got}
        return {"call": "sl_parse_complete" if complete else "sl_parse", "allowed": allowed, "max_size": max_size,
                "bytes": data, "at": "the end of a page" if at_end else "the begin of a page", "expected": expected, "got": got}


def _try_all(table, library, candidates, progress):
    """Leaves the current call in a file, for a crash."""
    with open(progress, "wb+") as file:
        file.truncate(1 << 20)
        shared = mmap.mmap(file.fileno(), 0)
        for complete, allowed, max_size, data in candidates:
            feeds = complete == 2
            expected = answers_of_pieces(table, data, allowed, max_size) if feeds else \
                answer(table, data, allowed, max_size, complete)
            for at_end in (True, False):
                text = repr((complete, allowed, max_size, data, at_end, expected, None)).encode()
                shared[:len(text) + 1] = text + b"\n"
                signal.alarm(5)
                got = library.feed(allowed, max_size, data, at_end, expected) if feeds else \
                    library.call(complete, allowed, max_size, data, at_end)
                signal.alarm(0)
                if got != expected:
                    text = repr((complete, allowed, max_size, data, at_end, expected, got)).encode()
                    shared[:len(text) + 1] = text + b"\n"
                    shared.flush()
                    os._exit(2)
    os._exit(0)
