# SPDX-License-Identifier: MIT
"""head_end and head_end_c, reading from real servers. head_end_test.cpp tests each cut."""

import socket
import subprocess
import sys
import time
import unittest

import servers

PROGRAMS = sys.argv[1:]
GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def both(port, *arguments):
    """The exit status and the lines of both programs, which read from a connection each."""
    said = []
    for program in PROGRAMS:
        with socket.create_connection(("127.0.0.1", port), 60) as s:
            s.sendall(GET)
            s.settimeout(None)  # a socket with a timeout does not block its reader
            done = subprocess.run(
                [program, *arguments], stdin=s, capture_output=True, text=True, timeout=60, check=False
            )
        said.append((done.returncode, done.stdout.splitlines(), done.stderr))
    assert said[0] == said[-1], said
    assert said[0][2] == "", said
    return said[0][:2]


def sends(*pieces):
    """Sends each piece by itself, later than the one before."""

    def answer(peer, _):
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            peer.sendall(piece)
            time.sleep(0.02)
        peer.shutdown(socket.SHUT_WR)
        servers.read_all(peer)

    return answer


class HeadEnd(unittest.TestCase):
    def check(self, answer, status, *lines, policy=()):
        with servers.Script(answer) as server:
            self.assertEqual(both(server.port, *policy), (status, list(lines)))

    def test_nginx_and_haproxy(self):
        with servers.nginx("location / { return 200 hello; }") as a, servers.haproxy(
            "http-request return status 404 content-type text/plain string hello"
        ) as b:
            for port, code in ((a, 200), (b, 404)):
                with socket.create_connection(("127.0.0.1", port), 60) as s:
                    s.sendall(GET)
                    head, body = servers.read_all(s).split(b"\r\n\r\n", 1)
                self.assertEqual(body, b"hello")
                status, lines = both(port, "strict")
                self.assertEqual((status, lines[0]), (0, f"{code}, {len(head) + 4} bytes"))

    def test_the_empty_line_in_pieces(self):
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
        chunks = b"5\r\nhello\r\n0\r\n\r\n"
        for end in ((b"\r\n",), (b"\r", b"\n"), (b"\n",)):
            size = len(head + b"".join(end))
            with self.subTest(end=end):
                self.check(sends(head, *end, chunks), 0, f"200, {size} bytes",
                           "0 bytes of the body were read")
        self.check(servers.send_raw(head + b"\r\n" + chunks), 0, "200, 47 bytes",
                   "15 bytes of the body were read", policy=("strict",))

    def test_interim_responses(self):
        early = b"HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\n"
        pieces = (b"HTTP/1.1 100 Go\r\n\r\n" + early[:-1], early[-1:] + b"HTTP/1.1 204 \r\n\r\n")
        for answer in (sends(*pieces), servers.send_raw(b"".join(pieces))):
            self.check(answer, 0, "100, 19 bytes", f"103, {len(early)} bytes", "204, 17 bytes",
                       "0 bytes of the body were read")
        self.check(servers.send_raw(b"HTTP/1.1 101 Up\r\n\r\n\x81\0"), 0, "101, 19 bytes",
                   "2 bytes of the body were read")

    def test_faults(self):
        self.check(sends(b"HTTP/1.1 200 OK\r\nA: b\n", b"\r", b"C: d\r\n\r\n"), 1,
                   "bare_cr at byte 23")
        self.check(sends(b"HTTP/1.1 200 OK\r\nA: \0b\r\n\r\n"), 1, "nul at byte 20")
        self.check(sends(b"HTTP/1.1 200 OK\r\n \r\n\r\n"), 1, "leading_blank at byte 17")
        self.check(sends(b"HTTP/1.1 200 OK\n\n"), 1, "bad_status_line at byte 15", policy=("strict",))
        self.check(sends(b"HTTP/1.1 200 OK\r\nA: b\n\n"), 1, "bare_lf at byte 21", policy=("strict",))
        self.check(sends(b"HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n"), 0, "200, 26 bytes",
                   "0 bytes of the body were read", policy=("permissive",))
        self.check(sends(b"HTTP/1.1 200 OK\r\nA: b\r\n"), 1, "need_more at byte 23")
        self.check(sends(b"HTTP/1.1 200 OK\r\n" + b"A:\r\n" * 300), 1,
                   f"many_lines at byte {17 + 4 * 256}")
        self.check(sends(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 9000), 1, f"long_line at byte {17 + 8192}")

    def test_usage(self):
        for program in PROGRAMS:
            for wrong in (["lax"], [""], ["strict", "x"]):
                done = subprocess.run([program, *wrong], input="", capture_output=True, text=True,
                                      timeout=60, check=False)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertRegex(done.stderr, r"^usage: head_end.*\n$")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
