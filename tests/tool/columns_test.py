#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""On a terminal of 40 or 80 columns no line of a report is longer than that."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unittest


def lines(columns, *arguments, bytes_in=b""):
    """What the tool prints on a terminal of so many columns, without colours."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    with subprocess.Popen([os.environ["TOOL"], *arguments], stdin=subprocess.PIPE, stdout=side,
                          env={**os.environ, "TERM": "xterm"}) as child:
        os.close(side)
        child.stdin.write(bytes_in)
        child.stdin.close()
        printed = b""
        try:
            while piece := os.read(main, 65536):
                printed += piece
        except OSError:  # the other side is closed
            pass
    os.close(main)
    assert b"\x1b[" in printed, printed
    return re.sub(rb"\x1b\[[\d;]*m|\r", b"", printed).decode().splitlines()


class Columns(unittest.TestCase):
    def check(self, columns, *arguments, bytes_in=b""):
        for line in lines(columns, *arguments, bytes_in=bytes_in):
            # A name is as long as it is, and a word is not broken: it may be the value of --allow.
            if not line.startswith("standard input: ") and " " in line.strip():
                self.assertLessEqual(len(line), columns, line)

    def test_reports(self):
        for columns in 40, 80:
            for arguments in ("explain", "420"), ("explain", "999"), ("explain", "503"), ("quirks",):
                self.check(columns, *arguments)
            for line in b"http/1.1  404 nicht da\n", b"\x15\x03\x03\0\x02\x02P", b"HTTP/2 200\r\n", b"{}HTTP/1.1 200 OK\r\n":
                for policy in "strict", "permissive":
                    self.check(columns, "parse", "--policy", policy, bytes_in=line)

    def test_tables(self):
        long = "404\tA phrase of many words that fits in no column of any terminal at all\t\trepeat_after_delay\n"
        for columns in 40, 60, 80:
            for name in "iana", "documented":
                self.check(columns, "registry", name)
            self.check(columns, "registry", "-", bytes_in=long.encode())
        # Nothing is lost on the narrow one.
        rows = " ".join(" ".join(lines(40, "registry", "iana")).split())
        for text in ("103 Early Hints 104 Upload Resumption Supported temporary 200", "206 Partial Content cacheable 207",
                     "408 Request Timeout repeat_on_new_connection 409", "305 Use Proxy deprecated"):
            self.assertIn(text, rows)


if __name__ == "__main__":
    unittest.main()
