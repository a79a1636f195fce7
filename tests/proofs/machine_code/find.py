# SPDX-License-Identifier: MIT
"""Finds the cuts of the loops, and where their variables live, in a new object.

Nothing that this finds is trusted: the proof fails if an entry is wrong. The cuts are found by what their code does (a
look-up of an octet's kind, 64 bytes compared at once, ...). The places are found by running samples: a place is kept if it
was equal to a term of the specification at each visit of a cut: a register, a part of one ("rbx:28-16": bits 28 to 16), or the
stack ("[-0x46]:1": one byte, 0x46 below rsp at the entry). `find.py LIBRARY-OR-PROGRAM TABLE` prints them.
"""

import multiprocessing
import random
import re
import sys

from z3 import Concat, is_bv_value, is_false, is_true, simplify

from builds import CXX, STREAM, C
from execute import OBJECT, P, RESULT, RESULT_SIZE, STACK, Executor, ObjectFile, State, part_number
from semantics import PARTS, REGISTERS, NotProved, number
from specification import MACHINE, MACHINE_SIZE, STATE, STATES, Table, line_states
from witness import by_chance

RANKS = {"end": 0, "loop": 1, "found": 2, "tail": 3, "line tail": 3, "16": 4, "line": 4, "64": 5, "join": 6}
NAMES = {"end": "the end of the input", "loop": "the loop", "found": "after the search", "tail": "the last block",
         "line tail": "the last block, to the line end", "16": "16 bytes", "line": "16 bytes, to the line end",
         "64": "64 bytes", "join": "before the search"}
SAVED = ("rbx", "rbp", "r12", "r13", "r14", "r15")

MAX_VISITS = 60  # of cuts in one sample
LOOPS = ("sli_parse_rest", "sli_parse_long", "sli_machine_run_rest", "sli_machine_run")  # functions that have some


# ---- Cuts


def blocks_of(object_file, function):
    """The basic blocks of a function: first address to its instructions, as (address, text)."""
    begin, size = object_file.symbols[function]
    code = {at: text for at, text in sorted(object_file.instructions.items()) if begin <= at < begin + size}
    leaders = {begin}
    for at, text in code.items():
        name, _, target = text.partition(" ")
        if name[0] == "j" or name == "ret":
            leaders.add(object_file.next[at])
            if re.fullmatch("[0-9a-f]+", target):
                leaders.add(int(target, 16))
    blocks, current = {}, None
    for at, text in code.items():
        if at in leaders:
            current = blocks.setdefault(at, [])
        current.append((at, text))
    return blocks


def cuts_of(object_file, function):
    """A list of (kind, address). The kinds, which choose the invariant (i is the offset, n the size of the input):

    loop       the head of the table's loop, i < n          end   all octets are read, i = n
    join       before a search in the reason                found after it
    64, 16     the heads of the search for a control        tail  what is left, less than a block
    line, line tail   the same for the search for CR or LF
    """
    blocks = blocks_of(object_file, function)
    order = sorted(blocks)
    before = dict(zip(order[1:], order))  # the block that falls through into a block
    holders = set()
    for text in object_file.instructions.values():
        found = re.fullmatch(r"lea (\w+),\[rip\+0x[0-9a-f]+\]", text)
        if found:
            holders.add(found[1])
    cuts = []
    for leader in order:
        texts = [text for _, text in blocks[leader]]
        whole = "; ".join(texts)
        loads = len(re.findall(r"movdqu xmm\d+,XMMWORD PTR \[\w+\+\w+\*1", whole))
        last = re.search(r"movdqu xmm\d+,XMMWORD PTR \[\w+\+\w+\*1-0x10\]", whole)
        if loads >= 7:
            cuts.append(("64", leader))
        elif last and "0x7fff" not in whole and (re.search(r"shr \w+,cl", whole) or "pandn" in whole):
            cuts.append(("tail" if "pandn" in whole else "line tail", before[leader]))
        elif loads and "pandn" in whole:
            cuts.append(("16", leader))
        elif loads and whole.count("pcmpeqb") == 2 and "pminub" not in whole:
            cuts.append(("line", leader))
        elif re.search(r"cmp WORD PTR \[\w+\+\w+\*1\],0xa0d", texts[0]) and re.search(r"cmp \w+,0x1\b", "; ".join(
                text for _, text in blocks[before[leader]])):
            cuts.append(("found", before[leader]))
        elif re.search(r"test \w+,0x8000000\b", whole):
            if re.search(r"cmp \w+,0xf\b", "; ".join(text for _, text in blocks[before[leader]])):
                cuts.append(("join", before[leader]))
        elif len(texts) > 2 and re.fullmatch(r"movzx (\w+),BYTE PTR \[\w+\+\w+\*1\]", texts[0]) and any(
                re.fullmatch(rf"movzx \w+,BYTE PTR \[({'|'.join(holders)})\+\w+\*1(\+0x0)?\]", text) for text in texts[1:8]):
            cuts.append(("loop", leader))
            for at in order:
                name, _, target = blocks[at][-1][1].partition(" ")
                following = object_file.next[blocks[at][-1][0]]
                if name in ("je", "jne") and leader in (following, int(target, 16)):
                    other = int(target, 16) if following == leader else following
                    if ("end", other) not in cuts:
                        cuts.append(("end", other))
    return cuts


# ---- Samples


class Concrete(Executor):
    """Executes on one input: every term is a number, or a base and a number."""

    data = b""

    def choose(self, state, question):
        question = simplify(question)
        if not is_true(question) and not is_false(question):
            raise NotProved(f"a sample does not decide {question}")
        return is_true(question)

    def split(self, state, term):
        return simplify(term)

    def never_zero(self, state, term):
        pass

    def load_input(self, state, offset, size):
        begin = offset.as_long()
        return number(int.from_bytes(self.data[begin:begin + size], "little"), 8 * size)


def samples(table, function, bits, count):
    """(bytes, known, allowed, open): what callers pass."""
    chance = random.Random(7)
    while count:
        _, allowed, _, data = by_chance(chance)
        if chance.random() < 0.5:
            allowed = 0x1FFF
        if function in ("sli_parse_long", "sli_machine_run"):
            data = b"HTTP/%d.%d %03d " % (chance.randrange(10), chance.randrange(10), chance.randrange(1000)) + data[9:]
        if function == "sli_machine_run":  # a first piece of at least 29 bytes, often with a tab early in the reason
            usual = bytes(chance.choice(b"abc") for _ in range(chance.choice([3, 9, 14, 17, 40])))
            data = data[:13] + usual + chance.choice([b"", b"\t"]) + b"d" * chance.randrange(16, 320) + \
                chance.choice([b"\r\n", b"\x01", b"\r", b""]) + b"e" * chance.randrange(20)
        known = 0
        while known < min(13, len(data)) and table.octet_of[data[known]] == table.octet_of[b"HTTP/1.1 200 "[known]]:
            known += 1
        if function == "sli_parse_long" and (known < 13 or len(data) < 16):
            continue
        if chance.random() < 0.4 and function != "sli_parse_long":
            known = chance.randrange(known + 1)
        count -= 1
        yield data, known, allowed | (chance.getrandbits(19) << 13 if bits == 32 else 0), chance.randrange(3)


def visits_of(build, object_file, table, function, cuts, count):
    """For each cut what every register and byte of the stack was, at each visit, and the sample."""
    executor = Concrete(object_file, None)

    def callee(_state, _offset):
        raise NotProved("the end of the sample")
    stop = {at for _, at in cuts}
    for name in ("sli_parse_rest", "sli_machine_run_rest", "sli_machine_run_short"):
        if name in build.functions and name != function:
            executor.contracts[object_file.symbols[name][0]] = callee
    chance = random.Random(3)
    visits = {at: [] for at in stop}
    count *= 2 if function == "sli_machine_run_rest" else 1  # it has two searches
    for data, known, allowed, open_ in samples(table, function, build.allowed_bits, count):
        executor.data = data
        inputs = {name: chance.getrandbits(64) for name in REGISTERS}
        state = State({name: number(value) for name, value in inputs.items()},
                      {f"xmm{i}": number(chance.getrandbits(128), 128) for i in range(16)})
        state.registers |= {"rdi": RESULT, "rsi": P, "rdx": number(known), "rcx": number(len(data)), "rsp": STACK,
                            "r8": number(allowed | chance.getrandbits(64 - build.allowed_bits) << build.allowed_bits),
                            "r9": number(open_ | chance.getrandbits(56) << 8)}
        state.result = [number(0, 8)] * RESULT_SIZE
        state.at = object_file.symbols[function][0]
        sample = {"data": data, "n": len(data), "allowed": allowed, "open": open_, "in": inputs,
                  "line": line_states(table, data, allowed)}
        if function in STREAM:
            begin_piece(state, sample, function, known, chance)
        try:
            for _ in range(MAX_VISITS):
                (kind, state), = executor.run(state, stop)
                if kind == "return":
                    break
                visits[state.at].append((dict(state.registers), dict(state.vectors), dict(state.stack), sample))
        except NotProved:  # a call ends a sample
            pass
    return visits


def begin_piece(state, sample, function, known, chance):
    """Makes the state one of a stream that has read a part of the line, with what its machine holds."""
    live = [i for i, values in enumerate(sample["line"]) if values[0] < STATE["accepted"]]
    early = [i for i in live if sample["line"][i][0] in (STATE["blank"], STATE["gap"])]
    first = 0 if function == "sli_machine_run" or chance.random() < 0.2 else \
        chance.choice(early if early and chance.random() < 0.4 else live)
    where, quirks, code, major, minor, begin, end = sample["line"][first]
    sample |= {"first": first, "refused": chance.getrandbits(32), "error": chance.getrandbits(32)}
    values = {"reason_begin": begin, "reason_end": chance.getrandbits(64) if where == STATE["reason"] else end, "end": first,
              "passed": chance.getrandbits(16) | quirks << 16 | chance.getrandbits(3) << 29, "refused": sample["refused"],
              "code": code, "major": major, "minor": minor, "where": where, "error": sample["error"]}
    state.result = [number(chance.getrandbits(8), 8) for _ in range(MACHINE_SIZE)]
    for name, (at, size) in MACHINE.items():
        state.result[at:at + size] = [number(byte, 8) for byte in values[name].to_bytes(size, "little")]
    n, allowed = sample["n"] - first, simplify(state.registers["r8"])
    others = {"rdx": number(known if first == 0 else 0), "rcx": number(n), "r8": allowed} if function == "sli_machine_run_rest" \
        else {"rdx": number(n), "rcx": allowed}
    state.registers |= {"rsi": simplify(P + first), **others}


# ---- Places


def parts_of_visit(state_registers, vectors, stack):
    """Every place and its value: (base or "", number), and the size in bits."""
    values = {}
    for name, term in state_registers.items():
        base, value = part_number(term)
        if value is None:
            continue
        values[name] = ((base, value), 64)
        if base:
            continue
        for part, (whole, bits, low) in PARTS.items():
            if whole == name and bits < 64 and not low:
                values[part] = (("", value & ((1 << bits) - 1)), bits)
        values[f"{name}:28-16"] = (("", value >> 16 & 0x1FFF), 13)
    for at in stack:
        for size in (8, 4, 2, 1):
            bytes_ = [stack.get(at + i) for i in range(size)]
            if at % size or None in bytes_:
                continue
            base, value = part_number(simplify(Concat(*reversed(bytes_))) if size > 1 else bytes_[0])
            if value is not None:
                values[f"[{at:#x}]:{size}"] = ((base, value), 8 * size)
    for name, term in vectors.items():
        if is_bv_value(term):
            values[name] = (("", term.as_long()), 128)
    return values


def terms_of(sample, i, object_file):
    """The terms of the specification at offset i, as values; None if a term is nothing in this state."""
    n, allowed = sample["n"], sample["allowed"]
    if i >= len(sample["line"]):
        return None
    state, quirks, code, major, minor, begin, end = sample["line"][i]
    ones, in_reason, cr = (1 << 64) - 1, state in (STATE["reason"], STATE["cr"]), state == STATE["cr"]
    # The first that fits is used, so the more special terms come last.
    values = {
        "P": (("P", 0), 64), "RESULT": (("RESULT", 0), 64), "n": (("", n), 64), "i": (("", i), 64), "P + i": (("P", i), 64),
        "P + n": (("P", n), 64), "n - i": (("", (n - i) & ones), 64),
        "i + ((n - i) & ~15)": (("", (i + ((n - i) & ~15)) & ones), 64),
        "(n - i) & 15": (("", (n - i) & 15), 64),
        "allowed": (("", allowed), 32),
        "bits(15, 0, allowed)": (("", allowed & 0xFFFF), 16), "~allowed": (("", ~allowed & 0xFFFFFFFF), 32),
        "mask": (("", 1 << 31 | (~allowed & 0x1FFF) << 16), 32), "wide(32, mask)": (("", 1 << 31 | (~allowed & 0x1FFF) << 16), 64),
        "bits(15, 0, ~allowed)": (("", ~allowed & 0xFFFF), 16),
        "open": (("", sample["open"]), 8), "wide(24, open)": (("", sample["open"]), 32), "wide(56, S)": (("", state), 64),
        "S": (("", state), 8), "bits(12, 0, Q)": (("", quirks), 13), "CODE": (("", code), 16), "MAJOR": (("", major), 8),
        "MINOR": (("", minor), 8), "BEGIN": (("", begin), 64) if in_reason else None,
        "P + BEGIN": (("P", begin), 64) if in_reason else None, "END": (("", end), 64) if cr else None,
        "P + END": (("P", end), 64) if cr else None,
    }
    if "first" in sample:
        first = sample["first"]
        # n - 44: what is left after the prefix, the 15 bytes behind it, and a block.
        values |= {"first": (("", first), 64), "n - 44": (("", (n - 44) & ones), 64), "P + first": (("P", first), 64),
                   "n - first": (("", n - first), 64),
                   "i - first": (("", i - first), 64), "refused": (("", sample["refused"]), 32),
                   "error": (("", sample["error"]), 32), "BEGIN": (("", begin), 64),
                   "END": (("", end), 64) if state != STATE["reason"] else None}
        del values["P + BEGIN"], values["P + END"]
    for name in SAVED:
        values[f"in_{name}"] = (("", sample["in"][name]), 64)
    for name in ("sli_packed_cells", "sli_octet_of"):
        values[f"table('{name}')"] = (("OBJECT", object_file.symbols[name][0]), 64)
    for byte in (9, 10, 13, 0x1F, 0x7F):
        values[f"constant({byte})"] = (("", int.from_bytes([byte] * 16, "little")), 128)
    return values


TABLES = ("table(", "constant(")
# Terms that no round of a search changes.
KEPT = ("n", "P", "RESULT", "open", "allowed", "~allowed", "bits(15, 0, allowed)", "bits(15, 0, ~allowed)", "mask",
        "wide(32, mask)", "CODE", "MAJOR", "MINOR", "BEGIN", "P + BEGIN", "bits(12, 0, Q)")
# Terms that are nothing in other states.
WHEN = {"BEGIN": ("reason", "cr"), "P + BEGIN": ("reason", "cr"), "END": ("cr",), "P + END": ("cr",)}
WHEN_IN_STREAM = {"END": tuple(name for name in STATES if name != "reason")}


def match(seen, index, kind, object_file, relative=False):
    """The places at one cut if `index` is the place of i, or of i - first if it is `relative`: (score, place to terms, term
    to places). The latter has also terms that were the same at each visit. None if it cannot be."""
    places, weak, matched = {}, {}, []
    for values, sample in seen:
        base, i = values[index][0]
        i += relative * sample.get("first", 0)
        if base not in ("", "P") or base != seen[0][0][index][0][0] or i > sample["n"] or i >= len(sample["line"]):
            return None
        left, where = sample["n"] - i, sample["line"][i][0]
        if where >= STATE["accepted"] or (kind not in ("loop", "end") and where != STATE["reason"]):
            return None
        if (kind == "loop" and not left) or (kind == "end" and left) or (kind in ("16", "line") and left < 16) or (
                kind == "64" and left < 64) or (kind in ("tail", "line tail") and left >= 16):
            return None
        matched.append((values, terms_of(sample, i, object_file)))
    distinct = {}
    for place in set.intersection(*(set(values) for values, _ in matched)):
        for term in matched[0][1]:
            pairs = [(values[place], terms[term]) for values, terms in matched if terms[term] is not None]
            different = len({b for _, b in pairs})
            if not pairs or any(a != b for a, b in pairs):
                continue
            weak.setdefault(term, set()).add(place)
            if different > 1 or term in ("P", "P + first", "RESULT") or term.startswith(TABLES):
                distinct.setdefault(term, different)
                places.setdefault(place, []).append(term)
    if not places:
        return None
    return sum(distinct[term] for term in ("S", "CODE", "bits(12, 0, Q)", "BEGIN", "n - i") if term in distinct), places, weak


def choose_places(found, when_of):
    """One term for each place, and no place that is a part of one that is chosen."""
    chosen = {}
    rank = {"wide(56, S)": 0, "S": 1}
    for place, terms in sorted(found.items()):
        chosen[place] = min(terms, key=lambda term: (term in when_of, rank.get(term, 2), len(term)))
    whole = {place for place in chosen if place in REGISTERS}
    for place in list(chosen):
        name = place.split(":")[0]
        if place not in whole and name in PARTS and PARTS[name][0] in whole:
            del chosen[place]
        elif name in PARTS and ":" not in place and PARTS[name][1] < 32 and any(
                other != place and other in PARTS and PARTS[other][0] == PARTS[name][0] and PARTS[other][1] > PARTS[name][1]
                for other in chosen):
            del chosen[place]
    taken = set()
    for place in sorted(chosen, key=lambda p: -int(p.split("]:")[1]) if p[0] == "[" else 0):
        if place[0] == "[":
            begin, size = place[1:].split("]:")
            bytes_ = set(range(int(begin, 16), int(begin, 16) + int(size)))
            if bytes_ & taken:
                del chosen[place]
            taken |= bytes_
    chosen.pop("rsp", None)
    return chosen


def keep_the_lasting(cuts, lasting):
    """Puts a term that no search changes where it is at every cut, and nowhere else, if there is such a place."""
    for term, everywhere in lasting.items():
        strong = {place for cut in cuts for place, other in cut["places"].items() if other == term}
        if not everywhere & strong:
            continue
        for cut in cuts:
            for place in [place for place, other in cut["places"].items() if other == term]:
                del cut["places"][place]
            cut["places"] |= {place: term for place in everywhere & strong}


def find(build, object_file, table, workers=2):
    """The locations of an object, in the form that obligations.py reads: those of each function that has loops."""
    functions = [function for function in LOOPS if function in build.functions]
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        entries = pool.starmap(find_in, [(build, object_file, table, function) for function in functions], 1)
    return dict(zip(functions, entries))


def find_in(build, object_file, table, function, count=100):
    """The locations of one function."""
    cuts = cuts_of(object_file, function)
    visits = visits_of(build, object_file, table, function, cuts, count)
    in_stream = function in STREAM
    when_of = WHEN_IN_STREAM if in_stream else WHEN
    entry = {"frame": None, "everywhere": {}, "when": {}, "cuts": []}
    index_of_loop, used, lasting = None, set(), {}
    for kind, at in sorted(cuts, key=lambda cut: -RANKS[cut[0]]):
        raw = visits[at]
        if not raw and in_stream:
            continue
        if not raw:
            raise NotProved(f"no sample reaches the cut \"{NAMES[kind]}\" of {function}, at {at:#x}")
        frames = {part_number(registers["rsp"])[1] for registers, _, _, _ in raw}
        frame = -frames.pop()
        if frames or entry["frame"] not in (None, frame):
            raise NotProved(f"rsp is not the same at each cut of {function}")
        entry["frame"] = frame
        seen = [(parts_of_visit(registers, vectors, stack), sample) for registers, vectors, stack, sample in raw[:200]]
        best = None
        block = re.search(r"\[\w+\+(\w+)\*1", object_file.instructions[at]) if in_stream else None
        candidates = [index_of_loop] if kind == "end" and index_of_loop else [block[1]] if block else REGISTERS
        for index, relative in ((index, relative) for index in candidates for relative in (False, True)[:1 + in_stream]):
            if any(index not in values for values, _ in seen):
                continue
            result = match(seen, index, kind, object_file, relative)
            if result is None:
                continue
            # Of two that fit as well, that which more other places fit, or which was the index at another cut.
            score = (result[0], len(result[1]), index in used)
            if best is None or score > best[0]:
                best = (score, *result[1:], index, relative)
        if best is None and in_stream:  # the same pattern elsewhere: a loop without a cut is not proved
            continue
        if best is None:
            raise NotProved(f"no index found at the cut \"{NAMES[kind]}\" of {function}, at {at:#x}")
        _, places, weak, index, relative = best
        places = choose_places(places, when_of)
        places[index] = "i - first" if relative else "i" if seen[0][0][index][0][0] == "" else "P + i"
        for place, term in places.items():
            if term in when_of and kind in ("loop", "end"):
                entry["when"][place] = when_of[term]
        lasting = {term: places & lasting[term] if term in lasting else places for term, places in
                   ((term, weak.get(term, set())) for term in KEPT)}
        entry["cuts"].append({"name": NAMES[kind], "kind": kind, "at": at - object_file.symbols[function][0],
                              "rank": RANKS[kind], "index": index, "places": places})
        used.add(index)
        if kind == "loop":
            index_of_loop = index
    entry["cuts"].sort(key=lambda cut: cut["rank"])
    for k, cut in enumerate(entry["cuts"]):
        if any(cut["name"] == other["name"] for other in entry["cuts"][:k]):
            cut["name"] += f', {cut["at"]:#x}'
    keep_the_lasting(entry["cuts"], lasting)
    return entry


def main():
    build = C if sys.argv[1].endswith(".so") else CXX
    object_file = ObjectFile(sys.argv[1], build)
    with open(sys.argv[2], encoding="utf-8") as file:
        table = Table(file.read(), build.layout)
    for function, entry in find(build, object_file, table).items():
        print(function, f"frame {entry['frame']:#x}", entry["when"])
        for cut in entry["cuts"]:
            print(f"  {cut['name']}: {cut['at']:#x}, {cut['index']}, {cut['places']}")


if __name__ == "__main__":
    main()
