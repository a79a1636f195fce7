# SPDX-License-Identifier: MIT
"""statusline-conform command, on a small parser in Python with faults on demand.

    command_test.py STATUSLINE_CONFORM
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None
# Else Python flushes after each line anyway.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}

PARSER = r'''
import json, re, sys, time
FAULT = sys.argv[1] if len(sys.argv) > 1 else ""
END = rb"\r?\n" if FAULT == "wider" else rb"\r\n"
LINE = re.compile(rb"HTTP/(\d)\.(\d) (\d{3}) ([\t -~\x80-\xff]*)" + END)
PREFIX = b"HTTP/1.1 200 "

def begins(data):
    """Whether some continuation is a line."""
    for i, c in enumerate(data[:13]):
        at = PREFIX[i:i + 1]
        if not (bytes([c]) == at or (at.isdigit() and chr(c).isdigit() and c < 128)):
            return False
    rest = data[13:]
    return re.fullmatch(rb"[\t -~\x80-\xff]*\r?", rest) is not None

def answer(data):
    found = LINE.match(data)
    if found:
        major, minor, code, reason = found.groups()
        return {"outcome": "accepted", "code": int(code), "version": f"{major.decode()}.{minor.decode()}",
                "reason_hex": reason.hex(), "end": found.end()}
    return {"outcome": "need_more" if begins(data) else "refused"}

for line in sys.stdin:
    data = bytes.fromhex(line)
    if FAULT == "dies" and data == b"HTTP/1.1 200 O":
        sys.exit(5)
    if FAULT == "hangs" and data == b"HTTP/1.1 200 O":
        time.sleep(60)
    if FAULT == "junk" and data.startswith(b"HTTP/1.1 404"):
        print("oops")
        continue
    if FAULT == "silent":
        continue
    while FAULT == "talks for ever":
        print("{\"outcome\":\"refused\"}")
    while FAULT == "ends no line":
        sys.stdout.write("y" * 1000)
    if FAULT == "talks":
        print("{\"outcome\":\"refused\"}")
    print(json.dumps(answer(data)), flush=FAULT != "slow to flush")
'''


class Command(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.script = os.path.join(cls.folder.name, "parser.py")
        with open(cls.script, "w", encoding="ascii") as file:
            file.write(PARSER)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_it(self, fault, *options, expected=None):
        command = f"{sys.executable} -B {self.script} '{fault}'"
        done = subprocess.run([PROGRAM, "command", command, "--json", "--timeout", "5000", *options],
                              capture_output=True, timeout=300, text=True, env=ENVIRONMENT)
        self.assertEqual(done.returncode, expected, done.stderr + done.stdout[:2000])
        return json.loads(done.stdout) if expected in (0, 1) else done.stderr

    def test_a_right_parser_conforms_and_is_learned(self):
        got = self.run_it("", expected=0)
        self.assertEqual(got["states"], 17)
        self.assertIn("K=1, all octets", [s["name"] for s in got["stages"] if s["claims"]])
        self.assertTrue(got["theorem"].startswith("Proved"))

    def test_a_program_that_does_not_flush_is_tested_but_not_learned(self):
        got = self.run_it("slow to flush", "--extra-states", "0", expected=0)
        self.assertIsNone(got["states"])
        self.assertTrue(any("flush after each line" in n for n in got["notes"]))

    def test_a_wider_parser_is_found(self):
        got = self.run_it("wider", "--extra-states", "0", "--no-learning", expected=1)
        self.assertEqual([(f["kind"], f["detail"]) for f in got["findings"]], [("wider", "bare_lf")])
        self.assertEqual(got["closest_policy"]["allowed"], ["bare_lf"])

    def test_a_death_is_a_result_with_its_input(self):
        for fault, kind, note in (("dies", "crash", "it ended with status 5"),
                                  ("hangs", "hang", "no answer in 5000 ms")):
            with self.subTest(fault):
                got = self.run_it(fault, "--extra-states", "0", "--no-learning", expected=1)
                deaths = [f for f in got["findings"] if f["kind"] == kind]
                self.assertEqual([bytes.fromhex(f["input_hex"]) for f in deaths], [b"HTTP/1.1 200 O"])
                self.assertEqual(deaths[0]["note"], note)

    def test_what_is_no_answer_is_a_message(self):
        for fault, message in (("junk", 'expected a JSON object on one line, in the line "oops"'),
                               ("silent", "expected a line of JSON for each line of hex"),
                               ("talks", "more lines than it was given"),
                               ("talks for ever", "more lines than it was given"),
                               ("ends no line", 'a line of more than 1048576 bytes, which begins with "yyyy')):
            with self.subTest(fault):
                self.assertIn(message, self.run_it(fault, "--extra-states", "0", expected=3))

    def test_a_program_that_closes_its_output_and_stays_is_a_hang(self):
        done = subprocess.run([PROGRAM, "command", "sh -c 'exec >&-; exec sleep 300'", "--json", "--timeout",
                               "50", "--extra-states", "0"], capture_output=True, timeout=120, text=True)
        self.assertEqual(done.returncode, 1, done.stderr)
        found = json.loads(done.stdout)["findings"]
        self.assertEqual({(f["kind"], f["note"]) for f in found}, {("hang", "no answer in 50 ms")})

    def test_the_examples_conform(self):
        examples = os.path.join(os.path.dirname(__file__), "../../examples/conformance")
        commands = [f"{sys.executable} -B {examples}/python/command.py"]
        if shutil.which("node"):
            commands.append(f"node {examples}/node/command.mjs")
        for command in commands:
            with self.subTest(command):
                done = subprocess.run([PROGRAM, "command", command, "--extra-states", "0"], capture_output=True,
                                      timeout=300, text=True)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn("automaton  17 states", done.stdout)

    @unittest.skipUnless(shutil.which("go"), "left out: Go's net/http as a subject (needs go)")
    def test_the_example_in_go_finds_what_go_accepts(self):
        source = os.path.join(self.folder.name, "go")
        shutil.copytree(os.path.join(os.path.dirname(__file__), "../../examples/conformance/go"), source)
        adapter, program = os.path.join(source, "command/main.go"), os.path.join(source, "subject")
        environment = {**os.environ, "GOCACHE": os.path.join(self.folder.name, "cache"), "GOFLAGS": "-mod=mod",
                       "GOPATH": os.path.join(self.folder.name, "path"), "GOPROXY": "off", "GOTOOLCHAIN": "local"}

        def found():
            subprocess.run(["go", "vet", "./command"], cwd=source, env=environment, check=True)
            subprocess.run(["go", "build", "-o", program, "./command"], cwd=source, env=environment, check=True)
            done = subprocess.run([PROGRAM, "command", program, "--extra-states", "0", "--no-learning", "--json"],
                                  capture_output=True, timeout=300, text=True)
            self.assertEqual(done.returncode, 1, done.stderr)
            return [(f["kind"], f["detail"]) for f in json.loads(done.stdout)["findings"]]

        right = found()
        for one in (("wider", "bare_lf"), ("wider", "missing_reason"), ("waits", "leading_blank+incomplete")):
            self.assertIn(one, right)
        # It reads no accepted line otherwise, so the adapter does not. Then it does.
        self.assertEqual({kind for kind, _ in right}, {"wider", "waits"})
        with open(adapter, encoding="utf-8") as file:
            text = file.read()
        with open(adapter, "w", encoding="utf-8") as file:
            file.write(text.replace("r.StatusCode,", "r.StatusCode + 1,"))
        self.assertIn(("other_code", "regular"), found())

    def test_a_program_that_is_not_there_is_3(self):
        done = subprocess.run([PROGRAM, "command", "/no/such/program"], capture_output=True, timeout=60,
                              text=True)
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot be started", done.stderr)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
