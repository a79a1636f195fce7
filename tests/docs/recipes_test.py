#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/recipes.md: its commands, read out of the page, print what the page shows, and count as the server does.

A recipe whose programs are not installed, or that may not capture on loopback, is left out with one line."""

import base64
import collections
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/examples"))
import servers  # noqa: E402 # pylint: disable=wrong-import-position

PAGE = (ROOT / "docs/recipes.md").read_text(encoding="utf-8")
CLOSE = b"Connection: close\r\n\r\n"
RESPONSES = {
    "/": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" + CLOSE + b"hello",
    "/old": b"HTTP/1.1 301 Moved Permanently\r\nContent-Length: 3\r\nLocation: /new\r\n\r\nnew",
    "/new": b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /\r\n\r\n",
    "/missing": b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n" + CLOSE + b"5\r\nno, n\r\n1\r\no\r\n0\r\n\r\n",
    "/bare": b"HTTP/1.1 500\r\nContent-Length: 0\r\n" + CLOSE,
    "/wrong": b"HTTP/1.1 200 Not Found\r\nContent-Length: 0\r\n" + CLOSE,
}


def section(heading):
    """The commands of a section, and the text that they have to print."""
    text = PAGE.split(f"\n## {heading}\n")[1] if heading else PAGE
    text = text.split("\n## ")[0]
    commands = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    shown = re.findall(r"^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(commands) == len(shown) == 1, heading
    return commands[0], shown[0]


def name_of(response):
    """What the recipes count of a response: by hand, so that no parser has to agree with itself."""
    line = response.split(b"\n")[0]
    found = re.fullmatch(rb"HTTP/1\.[01] (\d\d\d) [^\r]*\r", line)
    return found[1].decode() if found else "separator"


def counts(text):
    return {name: int(count) for count, name in re.findall(r"^ *(\d+) (.*)$", text, re.MULTILINE)}


class Recipes(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/statusline").symlink_to(os.environ["TOOL"])
        self.sent = collections.Counter()
        server = servers.Script(self.answer)
        server.__enter__()
        self.addCleanup(server.__exit__)
        self.port = server.port

    def answer(self, peer, head):
        """Answers requests as long as the client sends any."""
        while head:
            method, path, _ = head.split(b" ", 2)
            response = RESPONSES[path.decode()]
            self.sent[name_of(response)] += 1
            peer.sendall(response.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if method == b"HEAD" else response)
            if CLOSE in response:
                return
            head = servers.read_head(peer)

    def needs(self, *programs):
        path = f"{os.environ['PATH']}:/usr/sbin"
        missing = [p for p in programs if not shutil.which(p, path=path)]
        if missing:
            self.leave_out(f"needs {', '.join(missing)}")

    def leave_out(self, why):
        print(f"{self.id()}: left out: {why}")
        self.skipTest(why)

    def run_commands(self, commands, status=0):
        environment = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}:/usr/sbin", "LC_ALL": "C",
                       "HOME": str(self.folder), "URL": f"http://127.0.0.1:{self.port}"}
        done = subprocess.run(["sh", "-ec", commands], cwd=self.folder, env=environment, check=False,
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, status, done)
        return done.stdout

    def check(self, heading):
        """Runs a section; returns what it has printed."""
        commands, shown = section(heading)
        printed = self.run_commands(commands)
        self.assertEqual(printed, shown)
        return printed

    def test_curl(self):
        self.needs("curl")
        self.assertIn('reason     "OK"', self.check(""))

    def test_redirects(self):
        self.needs("curl")
        printed = self.check("Redirects")
        self.assertEqual(self.sent, collections.Counter(re.findall(r"HTTP/1.1 (\d+)", printed)))

    def test_gate(self):
        self.needs("curl")
        table = "| Code | Phrase |\n|---|---|\n| 200 | OK |\n| 301 | Moved Permanently |\n| 404 | Not Found |\n| 5XX | |\n"
        (self.folder / "status-codes.md").write_text(table, encoding="utf-8")
        self.check("A gate in CI")
        commands, _ = section("A gate in CI")
        for path in "/bare", "/wrong", "/new":  # not valid; another code's phrase; not in the table
            self.run_commands(commands.replace("/missing", path), status=1)

    def test_directory(self):
        self.needs("jq", "xargs", "find")
        expected = collections.Counter()
        for path, times in ("/", 40), ("/old", 20), ("/missing", 10), ("/bare", 5):
            for i in range(times):
                file = self.folder / "responses" / f"{i % 7} {i % 3}" / f"{path[1:]}{i}.http"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(RESPONSES[path])
                expected[name_of(RESPONSES[path])] += 1
        self.assertEqual(counts(self.check("A directory of files")), expected)

    @contextlib.contextmanager
    def capture(self):
        """capture.pcap: the connections of the block, each to this port."""
        file = self.folder / "capture.pcap"
        command = ["tcpdump", "-i", "lo", "--immediate-mode", "-U", "-w", file, f"tcp port {self.port}"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:
            said = ""
            while "listening" not in said:
                line = child.stderr.readline()
                said += line
                if not line:
                    self.leave_out(f"tcpdump may not capture on loopback: {said.strip()}")
            try:
                yield
                # The last packets may not have been written yet: a busy machine takes its time.
                until = time.monotonic() + 60
                while file.read_bytes().count(b"HTTP/1.1 ") < self.sent.total():
                    self.assertLess(time.monotonic(), until)
                    time.sleep(0.1)
                time.sleep(0.5)
            finally:
                child.terminate()

    def check_capture(self, heading):
        with self.capture():
            for paths in ("/old", "/new", "/"), ("/missing",), ("/",), ("/bare",):
                with socket.create_connection(("127.0.0.1", self.port), 20) as s:
                    for path in paths:
                        s.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                        seen = b""
                        while not seen.endswith(RESPONSES[path]):
                            seen += s.recv(65536)
                    servers.read_all(s)
        self.assertEqual(counts(self.check(heading)), self.sent)

    def test_tcpflow(self):
        self.needs("tcpdump", "tcpflow", "jq")
        self.check_capture("A capture: tcpflow")

    def test_tshark(self):
        self.needs("tcpdump", "tshark", "xxd", "jq")
        self.check_capture("A capture: tshark")

    def test_har(self):
        self.needs("jq")
        entries = [("HTTP/1.1", 200, "OK"), ("http/1.1", 404, "Nope"), ("h2", 200, ""), ("HTTP/1.1", 0, ""), ("", 0, "")]
        har = {"log": {"version": "1.2", "entries": [
            {"response": {"httpVersion": v, "status": s, "statusText": t, "headers": []}} for v, s, t in entries]}}
        (self.folder / "traffic.har").write_text(json.dumps(har), encoding="utf-8")
        self.check("HAR")

    def test_warc(self):
        self.needs("wget", "jq", "zcat")
        commands, shown = section("WARC")
        for option in "", "--no-warc-compression ":
            for file in self.folder.glob("crawl*"):
                file.unlink()
            self.sent.clear()
            printed = self.run_commands(commands.replace("--warc-file", option + "--warc-file"))
            self.assertEqual(printed, shown)
            self.assertEqual(counts(printed), self.sent)
            self.assertEqual(bool(option), (self.folder / "crawl.warc").exists())

    def test_zgrab2(self):
        self.needs("jq", "base64")
        lines = [{"ip": "127.0.0.1", "data": {"http": {"status": "connection-timeout", "protocol": "http"}}}]
        for path in "/", "/missing", "/bare":
            head = RESPONSES[path].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            lines.append({"ip": "127.0.0.1", "data": {"http": {"status": "success", "protocol": "http", "result": {
                "response": {"headers_raw": base64.b64encode(head).decode()}}}}})
        (self.folder / "scan.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        self.assertEqual(counts(self.check("zgrab2")),
                         collections.Counter(name_of(RESPONSES[path]) for path in ("/", "/missing", "/bare")))


if __name__ == "__main__":
    unittest.main()
