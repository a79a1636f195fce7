#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`statusline-conform client` and `serve`. CONFORM is the program; LOOPBACK_CLIENT is a client that is as strict as the
library and has a fault on demand."""

import json
import os
import pathlib
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

CONFORM = os.environ["CONFORM"]
CLIENT = os.environ["LOOPBACK_CLIENT"]
EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples/conformance/python/client.py"
CASE = "lf-alone-ends-the-line"
REGULAR = "http-2-written-out"

# Runs the example for the cases that are named, as all of them would need a minute.
SOME_CASES = """
import runpy, sys
if any(case in sys.argv[2] for case in sys.argv[3:]):
    program, sys.argv = sys.argv[1], sys.argv[1:3]
    runpy.run_path(program)
else:
    print('{"outcome":"refused"}')
"""


def run(*args):
    return subprocess.run([CONFORM, *args], capture_output=True, text=True, errors="surrogateescape", timeout=300,
                          check=False)


class Judging(unittest.TestCase):
    def judge(self, fault, *options):
        """The kinds and details that it finds, the status, and the object."""
        done = run("client", f"{shlex.quote(CLIENT)} {{url}} {fault}", "--json", *options)
        self.assertEqual(done.stderr, "")
        report = json.loads(done.stdout)
        found = {(f["kind"], f["detail"]): f for f in report["findings"]}
        self.assertEqual(done.returncode, 1 if found else 0)
        return found, report


class Client(Judging):
    def test_a_right_one_conforms_however_the_bytes_are_cut(self):
        for options in ([], ["--cut", "bytes"], ["--policy", "strict", "--jobs", "3"]):
            self.assertEqual(self.judge("", *options)[0], {}, options)

    def test_a_wider_one_shows_its_quirks(self):
        found, _ = self.judge("interop")
        self.assertEqual(set(found), {("wider", "bare_lf"), ("wider", "missing_reason"),
                                      ("wider", "missing_reason+bare_lf")})
        self.assertEqual(self.judge("interop", "--policy", "interop")[0], {})
        self.assertEqual({kind for kind, _ in self.judge("", "--policy", "interop")[0]}, {"narrower"})

    def test_each_fault_is_found_with_its_case(self):
        for fault, kind, detail in [("other_code", "other_code", "version"),
                                    ("reads_to_the_end", "swallowed", "version"),
                                    ("leaves_the_body", "desync", "version"),
                                    ("crashes", "crash", "SIGSEGV"),
                                    ("fails", "crash", "exit_7"),
                                    ("hangs", "hang", "")]:
            found, _ = self.judge(f"{fault}@{REGULAR}", "--timeout", "1500", "--jobs", "4")
            self.assertEqual(list(found), [(kind, detail)], fault)
            self.assertEqual(found[kind, detail]["case"], REGULAR, fault)

    def test_a_crash_is_reported_with_what_the_program_printed(self):
        done = run("client", f"{CLIENT} {{url}} fails@{CASE}")
        self.assertIn(r'"no \x1b[1mJSON"', done.stdout)

    def test_one_that_asks_once_is_told_so(self):
        _, report = self.judge("asks_once")
        self.assertIn("no \"next\"", " ".join(report["notes"]))
        self.assertNotIn("no \"next\"", " ".join(self.judge("")[1]["notes"]))

    def test_what_is_no_client_is_exit_3(self):
        for command, said in [("/no/such/program {url}", "No such file"),
                              (f"{CLIENT} {{url}} prints_junk", "expected a JSON object"),
                              (f"{CLIENT} {{url}} prints_junk@{CASE}", CASE),
                              (f"{CLIENT} {{url}} fails", "exit_7"),
                              (f"{CLIENT} url", "{url}"),
                              (f"{CLIENT} '{{url}}", "open quote"),
                              ("true {url}", "exit_0")]:
            done = run("client", command)
            self.assertEqual((done.returncode, done.stdout), (3, ""), command)
            self.assertIn(said, done.stderr)
            self.assertNotIn("\x1b", done.stderr)
        self.assertIn(r"\xff", run("client", f"{CLIENT} {{url}} prints_junk").stderr)

    def test_a_fault_in_the_use_is_exit_2(self):
        for args in (["client"], ["client", "x", "--cut", "half"], ["client", "x", "--timeout", "0"]):
            self.assertEqual(run(*args).returncode, 2, args)


# They run every case a hundred times, or start Python for each: at night.
class Further(Judging):
    def test_one_that_depends_on_the_cut_splits(self):
        found, report = self.judge(f"reads_once@{REGULAR}", "--cut", "every")
        self.assertEqual(list(found), [("splits", "version")])
        self.assertGreater(found["splits", "version"]["count"], 10)
        self.assertEqual(self.judge(f"reads_once@{REGULAR}")[0], {})
        self.assertEqual([s["different"] > 0 for s in report["stages"]], [False, True])

    def test_the_verdict_is_the_same_for_any_number_of_jobs(self):
        one, four = (self.judge("interop", "--jobs", jobs)[1] for jobs in "14")
        self.assertEqual(one, four)

    def test_a_client_of_python(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as adapter:
            adapter.write(SOME_CASES)
            adapter.flush()
            cases = f"{CASE} two-spaces-before-the-code a-tab-in-the-reason"
            done = run("client", f"{sys.executable} -IS {adapter.name} {EXAMPLE} {{url}} {cases}", "--json")
        found = [(f["kind"], f["detail"]) for f in json.loads(done.stdout)["findings"] if f["kind"] != "narrower"]
        self.assertEqual(found, [("wider", "bare_lf"), ("wider", "extra_space")])

    def test_accepted_divergences_pass_and_stale_rows_fail(self):
        with tempfile.TemporaryDirectory() as folder:
            rows = pathlib.Path(folder) / "accepted"
            client = f"{CLIENT} {{url}} "
            self.assertEqual(run("client", client + "interop", "--write-accept", str(rows)).returncode, 1)
            self.assertEqual(run("client", client + "interop", "--accept", str(rows)).returncode, 0)
            self.assertEqual(run("client", client, "--accept", str(rows)).returncode, 1)


class Serve(unittest.TestCase):
    def setUp(self):
        # pylint: disable=consider-using-with
        self.server = subprocess.Popen([CONFORM, "serve", "--timeout", "1000"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        self.port = int(self.server.stdout.readline().rsplit(":", 1)[1])

    def connect(self):
        s = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        self.addCleanup(s.close)
        return s

    def ask(self, *targets, then=b""):
        """All that comes until the server closes, which it does after the last request."""
        s = self.connect()
        for target in targets[:-1]:
            s.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        s.sendall(f"GET {targets[-1]} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode() + then)
        got = b""
        while piece := s.recv(65536):
            got += piece
        return got

    def test_a_case_has_its_bytes_and_a_whole_response(self):
        got = self.ask(f"/{CASE}")
        self.assertEqual(got[:16], b"HTTP/1.1 200 OK\n")
        self.assertTrue(got.endswith(b"Content-Length: 16\r\nConnection: close\r\n\r\n0123456789abcdef"), got)
        self.assertIn(b"\nConnection: keep-alive\r\n", self.ask(f"/{CASE}", "/next"))

    def test_a_cut_changes_no_byte(self):
        whole = self.ask(f"/{CASE}")
        for cut in ["bytes", *range(17)]:
            self.assertEqual(self.ask(f"/{CASE}?cut={cut}"), whole, cut)

    def test_pieces_arrive_one_by_one(self):
        for _ in range(50): # a busy machine may join some
            s = self.connect()
            s.sendall(f"GET /{CASE}?cut=bytes HTTP/1.1\r\n\r\n".encode())
            sizes = []
            started = time.monotonic()
            while sum(sizes) < 16:
                sizes.append(len(s.recv(65536)))
            self.assertGreater(time.monotonic() - started, 0.025) # 15 pauses of 2 ms
            if sizes[:15] == [1] * 15:
                return
        self.fail("no response came byte by byte")

    def test_the_next_request_gets_the_sentinel(self):
        got = self.ask(f"/{CASE}", f"/{CASE}", "/nonsense")
        self.assertEqual(got.count(b"HTTP/1.1 200 OK\n"), 1)
        self.assertEqual(got.count(b"HTTP/1.1 299 Sentinel\r\n"), 2)
        self.assertTrue(self.ask("/next").startswith(b"HTTP/1.1 299 Sentinel\r\n"))

    def test_an_incomplete_line_is_all_that_is_sent(self):
        for sent in (b"HTTP/1.1 200 OK", b"HTTP/1.1 20", b"\r\n", b""):
            s = self.connect()
            s.sendall(b"GET /hex/" + sent.hex().encode() + b" HTTP/1.1\r\n\r\n")
            self.assertEqual(s.makefile("rb").read(), sent)

    def test_what_nobody_accepts_has_a_line_end(self):
        self.assertTrue(self.ask("/hex/" + b"HTTP/1.1 2000 OK".hex()).startswith(b"HTTP/1.1 2000 OK\r\nContent-Type"))

    def test_bytes_behind_a_line_make_room_for_a_header_section(self):
        got = self.ask("/hex/" + b"HTTP/1.1 200 OK\r\n\r\nmore".hex())
        self.assertTrue(got.startswith(b"HTTP/1.1 200 OK\r\nContent-Type"), got)

    def test_codes_without_a_body_have_none(self):
        for code in (b"204", b"304"):
            got = self.ask("/hex/" + (b"HTTP/1.1 " + code + b" X\r\n").hex())
            self.assertEqual(got, b"HTTP/1.1 " + code + b" X\r\nConnection: close\r\n\r\n")
        self.assertIn(b"\r\n\r\nHTTP/1.1 298 Final\r\n", self.ask("/hex/" + b"HTTP/1.1 103 X\r\n".hex()))

    def test_the_list_has_all_ids(self):
        got = self.ask("/").decode()
        ids = [line.split()[0] for line in got.splitlines() if line.startswith("/")]
        known = [case["id"] for case in json.loads(run("cases", "--json").stdout)]
        self.assertEqual(ids, ["/" + name for name in known])
        missing = self.ask("/nope").decode()
        self.assertTrue(missing.startswith("HTTP/1.1 404 "), missing)
        self.assertIn(f"/{CASE}  ", missing)

    def test_a_wrong_request_is_answered_and_ends(self):
        for request, code in [(b"\0\xff\x1b[1m\r\n\r\n", 400), (b"GET /\r\n\r\n", 400), (b"GET  HTTP/1.1\r\n\r\n", 400),
                              (b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nGET / HTT", 405),
                              (f"GET /{CASE}?cut=17 HTTP/1.0\r\n\r\n".encode(), 400),
                              (f"GET /{CASE}?cut=-1 HTTP/1.0\r\n\r\n".encode(), 400),
                              (f"GET /{CASE}?size=1 HTTP/1.1\r\n\r\n".encode(), 400),
                              (b"GET /hex/0 HTTP/1.0\r\n\r\n", 404), (b"GET /../etc/passwd HTTP/1.0\r\n\r\n", 404)]:
            s = self.connect()
            s.sendall(request)
            s.shutdown(socket.SHUT_WR)
            self.assertTrue(s.makefile("rb").read().startswith(f"HTTP/1.1 {code} ".encode()), request)

    def test_half_requests_and_floods_end_and_others_are_served(self):
        half = self.connect()
        half.sendall(b"GET / HT")
        idle = [self.connect() for _ in range(100)]
        flood = self.connect()
        try:
            flood.sendall(b"x" * 1_000_000)
        except ConnectionError:
            pass
        started = time.monotonic()
        self.assertTrue(self.ask(f"/{CASE}").startswith(b"HTTP/1.1 200 OK\n"))
        self.assertLess(time.monotonic() - started, 0.9)
        for s in [half, *idle]:
            self.assertEqual(s.recv(1), b"")

    def test_more_clients_than_it_serves_at_once_wait(self):
        for _ in range(300):
            self.connect()
        self.assertTrue(self.ask(f"/{CASE}").startswith(b"HTTP/1.1 200 OK\n"))

    def test_a_reader_that_does_not_read_is_left(self):
        s = self.connect()
        for _ in range(2000):
            try:
                s.sendall(b"GET / HTTP/1.1\r\n\r\n")
            except OSError:
                break
        time.sleep(2.5)
        self.assertTrue(self.ask("/next").startswith(b"HTTP/1.1 299 "))

    def test_each_request_has_a_line_and_a_signal_ends_it_cleanly(self):
        self.ask(f"/{CASE}?cut=9")
        self.ask("/\x1b[1m\\")
        kept = self.connect()
        for stop in (signal.SIGTERM,):
            self.server.send_signal(stop)
            self.assertEqual(self.server.wait(timeout=5), 0)
        self.assertEqual(kept.recv(1), b"")
        self.assertEqual(self.server.stdout.read().splitlines(),
                         [f'"/{CASE}" 9: "HTTP/1.1 200 OK\\n"', r'"GET" "/\x1b[1m\\": 404'])

    def test_a_port_that_is_not_free_is_exit_3(self):
        done = run("serve", "--port", str(self.port))
        self.assertEqual(done.returncode, 3)
        self.assertIn("Address already in use", done.stderr)


if __name__ == "__main__":
    unittest.main()
