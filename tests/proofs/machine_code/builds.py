# SPDX-License-Identifier: MIT
"""The two objects that can be proved: what their functions are called, and how they return a result."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Build:
    api: tuple
    functions: tuple  # the API, and what it calls
    symbols: tuple  # (name here, regular expression for the symbol), where they differ
    layout: dict  # part of the result: (offset, size)
    fresh: dict  # offset to byte of a result that a function expects; nothing if it may hold anything
    allowed_bits: int  # of the parameter `allowed`; no bit but those of quirks is set if there are 16
    returns_address: bool  # of the result


# Proved by streams.py; of the C library only.
STREAM = ("sl_stream_init", "sl_stream_feed", "sli_machine_run", "sli_machine_run_short", "sli_machine_run_rest")

C = Build(
    api=("sl_parse", "sl_parse_complete"),
    functions=("sl_parse", "sl_parse_complete", "sli_parse_short", "sli_parse_long", "sli_parse_rest", *STREAM),
    symbols=(),
    layout={"reason": (0, 8), "reason_size": (8, 8), "quirks": (16, 4), "code": (20, 2), "major": (22, 1), "minor": (23, 1),
            "end": (24, 8), "refused": (32, 4), "error": (36, 4)},
    fresh={}, allowed_bits=32, returns_address=True)
QUICK = replace(C, functions=tuple(name for name in C.functions if name not in STREAM))

CXX_LAYOUT = {"reason_size": (0, 8), "reason": (8, 8), "code": (16, 2), "major": (18, 1), "minor": (19, 1), "quirks": (20, 2),
              "error": (24, 1), "refused": (26, 2), "end": (32, 8)}
CXX = Build(
    api=("parse_line",),
    functions=("parse_line", "sli_parse_short", "sli_parse_long", "sli_parse_rest"),
    symbols=tuple((name, rf"_ZN10statusline6detail\d+{symbol}E.*") for name, symbol in (
        ("parse_line", "parse_line"), ("sli_parse_short", "parse_short"), ("sli_parse_long", "parse_long"),
        ("sli_parse_rest", "parse_rest"), ("sli_octet_of", "octet_of"), ("sli_packed_cells", "packed_cells"))),
    layout=CXX_LAYOUT,
    fresh={at: int(name == "error") for name, (begin, size) in CXX_LAYOUT.items() for at in range(begin, begin + size)},
    allowed_bits=16, returns_address=False)
