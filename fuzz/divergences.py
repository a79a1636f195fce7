#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""divergences.py REPLAY: docs/divergences.md, and the languages that oracle_fuzzer has for llhttp, describe
one parser. This runs each witness of the page, with several continuations, through the fuzzer (REPLAY is
oracle_fuzzer_replay), which aborts if its description differs from the installed llhttp."""
import pathlib
import re
import subprocess
import sys
import tempfile

from seeds import CORPUS, unescape

CONTINUATIONS = (
    b"", b"\n", b"\r\n", b"\r\r\n", b" \r\n", b"OK\r\n", b" OK\n", b"200 OK\r\n", b" 200 OK\r\n",
    b"0 200\r\n", b"00 \n", b".1 200 OK\r\n", b"1.1 200\n", b"/1.1 200 OK\r\n", b"TTP/1.1 200 OK\r\n",
    b"TSP/1.0 200 OK\r\n", b"E/1.0 200 OK\r\n", b"HTTP/1.1 200 OK\r\n", b"\nHTTP/1.1 200 OK\r\n")

text = (CORPUS.parent / "docs/divergences.md").read_text(encoding="utf-8")
rows = [re.split(r" \| ", row) for row in re.findall(r"^\| (?:8|9)[^|]* \|.*$", text, re.M)]
witnesses = {unescape(row[4].strip("`")) for row in rows}
if len(witnesses) < 50:
    sys.exit(f"only {len(witnesses)} witnesses: docs/divergences.md has another form")
with tempfile.TemporaryDirectory() as folder:
    for i, witness in enumerate(sorted(witnesses)):
        for j, continuation in enumerate(CONTINUATIONS):
            pathlib.Path(folder, f"{i}-{j}").write_bytes(witness + continuation)
    ran = subprocess.run([sys.argv[1], folder], stderr=subprocess.PIPE)
    lines = ran.stderr.decode("latin-1").splitlines()
    print("\n".join(lines[-5:]))
    sys.exit(ran.returncode != 0)
