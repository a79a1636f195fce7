#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`parse --summary` and `merge`: totals against counts made from the objects of `parse --json` and of
plain cutting, any partition, the table at 80 and 40 columns, interrupts, full disks, memory."""

import collections
import json
import os
import pathlib
import pty
import random
import select
import signal
import subprocess
import tempfile
import time
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = os.environ["TOOL"]
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "src/cli/summary.schema.json").read_text(encoding="utf-8")))
GROUPS = {"codes": lambda o: f"{o['code']:03}", "classes": lambda o: o["class"], "phrases": lambda o: o["phrase"],
          "standings": lambda o: o["standing"], "versions": lambda o: o["version"]}


def run(*args, data=b"", **more):
    return subprocess.run([TOOL, *map(str, args)], input=data, capture_output=True, check=False, **more)


def summary(*args, data=b""):
    one = json.loads(run("parse", "--summary", "--json", *args, data=data).stdout)
    VALIDATOR.validate(one)
    return one


def expected(*args):
    """Counted from the objects of parse --json. None of the tool's counting is used."""
    groups = {name: collections.Counter() for name in [*GROUPS, "quirks", "errors"]}
    total, first = {"inputs": 0, "valid": 0}, {}
    for line in run("parse", "--json", *args).stdout.splitlines():
        one = json.loads(line)
        total["inputs"] += 1
        total["valid"] += one["ok"]
        names = [("errors", one["error"])]
        if one["ok"]:
            names = [(g, of(one)) for g, of in GROUPS.items()] + [("quirks", q) for q in one["quirks"]]
        for group, name in names:
            groups[group][name] += 1
            first.setdefault(f"{group}/{name}", {"source": one["source"], "offset": one["offset"]})
    return {**total, **{g: dict(c) for g, c in groups.items()}, "first": first}


def hostile(rng, size):
    """Lines: captured ones, changed ones, noise."""
    captured = [line for file in sorted(ROOT.glob("corpus/captured/*.http"))
                for line in file.read_bytes().splitlines(True)[:1]]
    lines = []
    for _ in range(size):
        line = bytearray(rng.choice(captured))
        for _ in range(rng.choice([0, 0, 0, 1, 3])):
            line[rng.randrange(len(line))] = rng.randrange(256)
        lines += [bytes(line), b"HTTP/1.%d %03d x\n" % (rng.randrange(10), rng.randrange(1000))]
    lines += [b"\n", b"x" * 20000 + b"\n"]
    rng.shuffle(lines)
    return b"".join(lines)


class Summary(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def test_counts_what_parse_prints(self):
        data = hostile(random.Random(1), 3000)
        mixed = self.file("mixed", data)
        captured = sorted(ROOT.glob("corpus/captured/*.http"))
        for options in (["--lines", mixed], ["--lines", "--policy", "permissive", "--registry", "documented", mixed],
                        ["--follow", "--policy", "interop", *captured, mixed], captured):
            have = summary(*options)
            size = have.pop("bytes")
            bodies = have.pop("body_bytes")
            self.assertEqual(have, expected(*options))
            if "--follow" in options:
                self.assertEqual(size, sum(f.stat().st_size for f in [*captured, mixed]))
                quiet = json.loads(run("parse", "--quiet", "--json", *options).stdout)
                self.assertEqual(bodies, quiet["body_bytes"])
            elif "--lines" in options:
                self.assertEqual((size, bodies), (len(data), 0))
                self.assertEqual(have["inputs"], data.count(b"\n") + (not data.endswith(b"\n")))

    def test_any_partition_merges_to_the_whole(self):
        rng = random.Random(2)
        files = [self.file(f"f{i}", hostile(rng, 40)) for i in range(12)]
        for _ in range(20):
            cuts = sorted(rng.sample(range(1, len(files)), rng.randrange(1, 8)))
            parts = []
            for i, (a, b) in enumerate(zip([0, *cuts], [*cuts, len(files)])):
                parts.append(self.file(f"p{i}", run("parse", "--summary", "--json", "--lines", *files[a:b]).stdout))
            whole = run("parse", "--summary", "--json", "--lines", *files).stdout
            self.assertEqual(run("merge", "--json", *parts).stdout, whole)
            joined = b"".join(p.read_bytes() for p in parts)
            self.assertEqual(run("merge", "--json", data=joined).stdout, whole)
            some = self.file("some", run("merge", "--json", *parts[:2]).stdout)
            self.assertEqual(run("merge", "--json", some, *parts[2:]).stdout, whole)
        table = run("parse", "--summary", "--lines", *files).stdout
        self.assertEqual(run("merge", *parts).stdout, table)

    def test_merge_refuses(self):
        good = summary("--lines", data=b"HTTP/1.1 200 OK\r\n")
        most = 2**64 - 1
        for change, message in [
                ({"inputs": -1}, "member inputs: expected a whole number, 0 to 18446744073709551615, not -1"),
                ({"valid": 1.5}, "member valid: expected a whole number"), ({"bytes": most + 1}, "member bytes: expected"),
                ({"codes": {"20": 1}}, "member codes/20: unknown name"), ({"codes": []}, "expected an object, not an array"),
                ({"quirks": {"odd": 1}}, "member quirks/odd: unknown name"), ({"odd": 1}, "member odd: unknown"),
                ({"errors": {"ok": 1}}, "member errors/ok: unknown name"), ({"first": {"codes": {}}}, "expected group/name"),
                ({"first": {"codes/200": {"source": "x"}}}, "expected source and offset"), ({"codes": {"200": {}}}, "not an object")]:
            bad = self.file("bad", json.dumps({**good, **change}).encode())
            ran = run("merge", "--json", bad)
            self.assertEqual((ran.returncode, ran.stdout), (3, b""), change)
            self.assertIn(message, ran.stderr.decode())
            self.assertIn(str(bad), ran.stderr.decode())
        for name in good:
            self.assertEqual(run("merge", data=json.dumps({k: v for k, v in good.items() if k != name}).encode()).returncode, 3)
        full = json.dumps({**good, "codes": {"200": most}}).encode()
        self.assertEqual(json.loads(run("merge", "--json", data=full).stdout)["codes"]["200"], most)
        ran = run("merge", data=full + full)
        self.assertIn("codes/200: the sum exceeds", ran.stderr.decode())
        self.assertEqual(ran.returncode, 3)
        for bad in b"", b"{", b"[]", b"7", b"[" * 100000, json.dumps(good).encode() + b"}":
            self.assertEqual(run("merge", data=bad).returncode, 3, bad[:9])

    def test_tables(self):
        data = (b"HTTP/1.1 200 OK\r\n" * 900 + b"HTTP/1.1 404 Not Found\r\n" * 90 + b"HTTP/1.1 419 Page Expired\n" * 9 + b"x\n")
        for columns in 80, 40:
            ran = run("parse", "--lines", "--summary", "--policy", "interop", data=data, env={**os.environ, "COLUMNS": str(columns)})
            golden = ROOT / f"tests/tool/summary_{columns}.txt"
            if os.environ.get("STATUSLINE_WRITE"):
                golden.write_bytes(ran.stdout)
            self.assertEqual(ran.stdout.decode(), golden.read_text(encoding="utf-8"))
            self.assertLessEqual(max(map(len, ran.stdout.splitlines())), columns)
        ran = run("parse", "--lines", "--summary", "--fail-on", "404", data=data)
        self.assertTrue(ran.stdout.endswith(b"\n90 inputs matched by --fail-on\n"))
        for option in "--quiet", "--brief":
            self.assertEqual(run("parse", "--lines", "--summary", "--fail-on", "404", option, data=data).stdout, ran.stdout)

    def test_interrupt(self):
        for options in (["--lines"], ["--follow", "--body", "none"]):
            with subprocess.Popen([TOOL, "parse", "--summary", "--json", *options], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
                tool.stdin.write(b"HTTP/1.1 200 OK\r\n\r\n" * 7 + b"HTTP/1.1 2")
                tool.stdin.flush()
                time.sleep(1)
                tool.send_signal(signal.SIGINT)
                out, err = tool.communicate(timeout=30)
            self.assertEqual(tool.returncode, 130)
            self.assertEqual(json.loads(out)["codes"], {"200": 7})
            self.assertIn(b"interrupted", err)

    def test_shows_progress_inside_one_body(self):
        ours, theirs = pty.openpty()
        with subprocess.Popen([TOOL, "parse", "--summary", "--follow"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=theirs, env={**os.environ, "TERM": "xterm"}) as tool:
            os.close(theirs)
            tool.stdin.write(b"HTTP/1.1 200 OK\r\n\r\n")
            shown = b""
            while b"1 input; " not in shown:  # a test that hangs here has found the fault
                tool.stdin.write(b"x" * 4096)
                tool.stdin.flush()
                if select.select([ours], [], [], 0.02)[0]:
                    shown += os.read(ours, 4096)
            tool.stdin.close()
            self.assertIn(b"1 input: 1 valid", tool.stdout.read())
        shown += os.read(ours, 4096)
        os.close(ours)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown)

    def test_troubles(self):
        good = self.file("good", b"HTTP/1.1 200 OK\r\n")
        ran = run("parse", "--summary", "--json", self.folder / "none", self.folder, good)
        self.assertEqual((ran.returncode, json.loads(ran.stdout)["codes"]), (3, {"200": 1}))
        self.assertEqual(len(ran.stderr.splitlines()), 2)
        with open("/dev/full", "wb") as full:
            for args in ["parse", "--summary", good], ["parse", "--summary", "--json", good]:
                ran = subprocess.run([TOOL, *map(str, args)], stdout=full, stderr=subprocess.PIPE, check=False)
                self.assertEqual(ran.returncode, 3)
                self.assertIn(b"No space left", ran.stderr)

    def test_memory_is_constant(self):
        def peak(size):
            before = b"".join(b"HTTP/1.1 %03d %d\r\n" % (i % 1000, i * 7919) for i in range(20000))
            with subprocess.Popen([TOOL, "parse", "--lines", "--summary", "--json"], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE) as tool:
                for _ in range(size // len(before) + 1):
                    tool.stdin.write(before)
                tool.stdin.close()
                tool.stdout.read()
                return os.wait4(tool.pid, 0)[2].ru_maxrss
        self.assertLess(peak(200 << 20), peak(1 << 20) + 2048)


if __name__ == "__main__":
    unittest.main()
