#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/recipes.md: its commands, read out of the page, print what the page shows, and count as the server does.

A recipe whose programs are not installed is left out with one line."""

import base64
import collections
import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
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


def segments(client, server, exchange):
    """The Ethernet frames of a TCP connection between two ports; exchange has (from the client?, bytes)."""
    next_number = {True: 1000, False: 2000}

    def frame(up, flags, data=b""):
        ports = (client, server) if up else (server, client)
        tcp = struct.pack(">HHIIBBHHH", *ports, next_number[up], next_number[not up], 0x50, flags, 65535, 0, 0)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0, bytes([127, 0, 0, 1 + up]),
                         bytes([127, 0, 0, 2 - up]))
        total = sum(struct.unpack(">10H", ip))
        total = (total & 0xFFFF) + (total >> 16)
        ip = ip[:10] + struct.pack(">H", ~total & 0xFFFF) + ip[12:]
        next_number[up] += len(data) + (1 if flags & 3 else 0)  # SYN and FIN count
        return bytes(12) + b"\x08\0" + ip + tcp + data

    syn, fin, push, ack = 2, 1, 8, 16
    return [frame(True, syn), frame(False, syn | ack), frame(True, ack),
            *(frame(up, push | ack, data) for up, data in exchange),
            frame(False, fin | ack), frame(True, fin | ack), frame(False, ack)]


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

    def check_capture(self, heading):
        """Real exchanges, and their bytes as packets of a capture: capturing needs root, and may lose packets."""
        packets = []
        for client, paths in enumerate([("/old", "/new", "/"), ("/missing",), ("/",), ("/bare",)], 40000):
            exchange = []
            with socket.create_connection(("127.0.0.1", self.port), 20) as s:
                for path in paths:
                    request = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
                    s.sendall(request)
                    seen = b""
                    while len(seen) < len(RESPONSES[path]):
                        seen += s.recv(65536)
                    # Cut where a line end is: a segment need not end where a line does.
                    exchange += [(True, request), (False, seen[:17]), (False, seen[17:])]
            packets += segments(client, self.port, exchange)
        header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
        (self.folder / "capture.pcap").write_bytes(header + b"".join(
            struct.pack("<IIII", 1764000000 + i, 0, len(p), len(p)) + p for i, p in enumerate(packets)))
        self.assertEqual(counts(self.check(heading)), self.sent)

    def test_tcpflow(self):
        self.needs("tcpflow", "jq")
        self.check_capture("A capture: tcpflow")

    def test_tshark(self):
        self.needs("tshark", "xxd", "jq")
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
