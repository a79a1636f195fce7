# SPDX-License-Identifier: MIT
"""A parser in Python as a subject: ./dev conform command "python3 examples/conformance/python/command.py"

An input in hex on each line in, an answer in JSON on each line out. Put your parser in place of run.parse.
"""

import json
import sys

from run import parse

for line in sys.stdin:
    answer = parse(bytes.fromhex(line))
    if isinstance(answer, str):
        told = {"outcome": answer}
    else:
        code, version, reason, end = answer
        told = {"outcome": "accepted", "code": code, "version": version, "reason_hex": reason.hex(), "end": end}
    print(json.dumps(told), flush=True)
