#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Asks every subject that is installed about the cases, and writes what they answer: run.py [NAME...]

With names, only these are asked, and take the place of their earlier rows. `./dev survey` runs it, and then pages.py.
CONFORM is the program `statusline-conform`. corpus/survey/README.md describes the file."""

import concurrent.futures
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import threading

import subjects

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "corpus/survey/results.json"
CASES = ROOT / "corpus/conformance/cases.json"
BODY = b"0123456789abcdef" # of each whole response of the server, but for 204 and 304


class Server:
    """statusline-conform serve."""

    def __init__(self):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen([os.environ["CONFORM"], "serve", "--timeout", "3000"], stdout=subprocess.PIPE,
                                        text=True)
        self.address = self.process.stdout.readline().strip()
        self.port = int(self.address.rsplit(":", 1)[1])
        threading.Thread(target=lambda: [None for _ in self.process.stdout], daemon=True).start()

    def response(self, case):
        return subjects.receive(("127.0.0.1", self.port),
                                f"GET /{case['id']} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())

    def close(self):
        self.process.terminate()
        self.process.wait()


def cell(case, sent, answer):
    """One letter for an answer. corpus/survey/README.md has the list; `b` is another body, `!` a crash, `?` a hang. `sent`
    is the whole response."""
    if answer["outcome"] != "accepted":
        return {"refused": "-", "crash": "!", "hang": "?"}[answer["outcome"]]
    line = bytes.fromhex(case["input_hex"])
    whole = b"\r\n\r\n" in sent[len(line) - 2:]
    body = bytes.fromhex(answer["body_hex"]) if "body_hex" in answer else None
    wrong_body = whole and body is not None and body != (BODY if sent.endswith(BODY) else b"")
    if answer.get("own_error") and (wrong_body or not whole):
        return "-"
    start = re.split(rb"[\r\n]", line.lstrip(b"\r\n"))[0][:4]
    if body and (wrong_body or not whole) and body.lstrip(b"\r\n").startswith(start):
        return "0"
    if case["code"] is None:
        return "+"
    if answer.get("code", case["code"]) != case["code"]:
        return "c"
    if wrong_body:
        return "b"
    if answer.get("reason_hex", case["reason_hex"]) != case["reason_hex"]:
        return "r"
    return "=" if answer.get("version", case["version"]) == case["version"] else "v"


# A crash, a hang and a body that is another one may be a weakness that its authors do not know yet. They are in
# build/survey/ and on standard error, and not in the data: see SECURITY.md.
PUBLIC = str.maketrans("b!?", "r--")


def survey(name, server, cases, sent):
    """The row of a subject; nothing if it is not installed."""
    group, subject = subjects.SUBJECTS[name]
    try:
        subject.open(server)
        cells = []
        raw = {}
        for i, case in enumerate(cases):
            url = sent[i].hex() if subject.bytes_in else f"{server.address}/{case['id']}"
            answer = subject.ask(url)
            if answer.get("code") == 299:
                raise RuntimeError(f"{name} has used a connection again")
            cells.append(cell(case, sent[i], answer))
            raw[case["id"]] = answer | {"cell": cells[-1]}
    except (subjects.Missing, FileNotFoundError) as missing:
        print(f"left out: {name} ({missing})", file=sys.stderr)
        return None
    finally:
        subject.close()
    (subjects.BUILD / f"{name.replace('/', '-')}.json").write_text(json.dumps(raw, indent=0), encoding="utf-8")
    print(f"{name} {subject.version}: {sum(c not in '-0!?' for c in cells)} of {len(cells)}, "
          f"{cells.count('!')} crashes, {cells.count('?')} hangs, {cells.count('b')} other bodies", file=sys.stderr)
    return {"name": name, "group": group, "version": subject.version,
            "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(), "cells": "".join(cells).translate(PUBLIC)}


def system():
    with open("/etc/os-release", encoding="utf-8") as text:
        names = dict(line.rstrip().split("=", 1) for line in text if "=" in line)
    return names["PRETTY_NAME"].strip('"') + ", " + os.uname().machine


def write(data):
    """A line for each subject: a change of one is a change of one line."""
    rows = ",\n".join("  " + json.dumps(row) for row in data["subjects"])
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_text(f'{{"system": {json.dumps(data["system"])},\n "cases": {json.dumps(data["cases"])},\n'
                    f' "subjects": [\n{rows}\n ]}}\n', encoding="utf-8")


def main():
    subjects.BUILD.mkdir(parents=True, exist_ok=True)
    cases = [case for case in json.loads(CASES.read_text(encoding="utf-8"))
             if "max_size" not in case and not 100 <= (case["code"] or 0) < 200]
    ids = [case["id"] for case in cases]
    known = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {"cases": ids, "subjects": []}
    earlier = {row["name"]: row for row in known["subjects"] if known["cases"] == ids}
    names = sys.argv[1:] or list(subjects.SUBJECTS)
    server = Server()
    try:
        sent = [server.response(case) for case in cases]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            asked = [pool.submit(survey, name, server, cases, sent) for name in names]
            for done in concurrent.futures.as_completed(asked):
                if row := done.result():
                    earlier[row["name"]] = row
                    write({"system": system(), "cases": ids,
                           "subjects": [earlier[name] for name in subjects.SUBJECTS if name in earlier]})
    finally:
        server.close()


if __name__ == "__main__":
    main()
