#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Parses HTTP/1.x status lines from Python, by way of ctypes and the C library.

    $ printf 'HTTP/1.1 404 Not Found\\r\\n' | python3 status_line.py
    1.1 404 b'Not Found'

>>> parse(b"HTTP/1.1 200 OK\\r\\n")
StatusLine(version=(1, 1), code=200, reason=b'OK', quirks=[])
>>> parse(b"HTTP/1.0 200\\n", allowed=0xffffffff).quirks
['missing_reason', 'bare_lf']
>>> parse(b"HTTP/1.1 2x0 OK\\r\\n")
Traceback (most recent call last):
ValueError: byte 10: Expected a digit of the status code, which has exactly three.
>>> parse(b"HTTP/1.1 20") is None
True

The structs below are those of <statusline/statusline.h>, which says what their fields mean.
STATUSLINE_LIBRARY names the library where the loader would not find it.
"""

import ctypes
import os
import sys
from typing import NamedTuple

library = ctypes.CDLL(os.environ.get("STATUSLINE_LIBRARY", "libstatusline.so.1"))

OK, NEED_MORE = 0, 1


class Policy(ctypes.Structure):
    _fields_ = [("max_size", ctypes.c_size_t), ("allowed", ctypes.c_uint32)]


class Line(ctypes.Structure):
    # A pointer to void, because c_char_p would look for a NUL that need not be there.
    _fields_ = [("reason", ctypes.c_void_p), ("reason_size", ctypes.c_size_t),
                ("quirks", ctypes.c_uint32), ("code", ctypes.c_uint16),
                ("version_major", ctypes.c_uint8), ("version_minor", ctypes.c_uint8)]


class Result(ctypes.Structure):
    _fields_ = [("line", Line), ("end", ctypes.c_size_t),
                ("refused", ctypes.c_uint32), ("error", ctypes.c_int)]


library.sl_parse.argtypes = [ctypes.c_char_p, ctypes.c_size_t, Policy]
library.sl_parse.restype = Result
library.sl_strerror.argtypes = [ctypes.c_int]
library.sl_strerror.restype = ctypes.c_char_p
library.sl_quirk_name.argtypes = [ctypes.c_uint32]
library.sl_quirk_name.restype = ctypes.c_char_p


class StatusLine(NamedTuple):
    version: tuple
    code: int
    reason: bytes
    quirks: list


def names(quirks):
    """The names of a set of quirks: sl_quirk_name gives that of the lowest bit."""
    found = []
    while quirks:
        found.append(library.sl_quirk_name(quirks).decode())
        quirks &= quirks - 1
    return found


def parse(data, allowed=0, max_size=8192):
    """The status line at the start of `data`; None if it is not complete yet, else ValueError."""
    r = library.sl_parse(data, len(data), Policy(max_size, allowed))
    if r.error == NEED_MORE:
        return None
    if r.error != OK:
        wrong = f"byte {r.end}: {library.sl_strerror(r.error).decode()}"
        raise ValueError(wrong + (f" ({', '.join(names(r.refused))})" if r.refused else ""))
    # The reason points into `data`, which may go away: here it is copied.
    reason = ctypes.string_at(r.line.reason, r.line.reason_size)
    version = (r.line.version_major, r.line.version_minor)
    return StatusLine(version, r.line.code, reason, names(r.line.quirks))


if __name__ == "__main__":
    try:
        line = parse(sys.stdin.buffer.read())
    except ValueError as wrong:
        sys.exit(str(wrong))
    if line is None:
        sys.exit("the line is not complete")
    print("{}.{}".format(*line.version), line.code, line.reason)
