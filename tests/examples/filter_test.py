# SPDX-License-Identifier: MIT
import concurrent.futures
import contextlib
import hashlib
import http.client
import os
import pathlib
import random
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

import clients
import servers

PROGRAM = sys.argv.pop(1)
CLOSE = b"Connection: close\r\n"
REFUSAL = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Filter:
    """A running filter: its port, and at the end its output."""

    def __init__(self, server_port, policy="strict", idle=60, listen="127.0.0.1", server="127.0.0.1"):
        self.log = []
        self.child = subprocess.Popen(
            [PROGRAM, listen, "0", server, str(server_port), policy, str(idle)],
            stderr=subprocess.PIPE, text=True,
        )
        self.port = int(self.child.stderr.readline().rsplit(" ", 1)[1])
        self.at_rest = self.descriptors()
        # The pipe has to be read, or the filter would wait for that.
        self.reader = threading.Thread(target=lambda: self.log.extend(self.child.stderr))
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait(60)
        self.reader.join()
        self.child.stderr.close()
        assert self.child.returncode == -signal.SIGTERM, f"the filter ended on its own: {self.log}"

    def memory(self):
        """In KiB."""
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0])

    def descriptors(self):
        return len(list(pathlib.Path(f"/proc/{self.child.pid}/fd").iterdir()))

    def comes_to_rest(self):
        """Returns True once it has no connection left; False if that needs over a minute."""
        for _ in range(1200):
            if self.descriptors() == self.at_rest:
                return True
            time.sleep(0.05)
        return False


def connect(port, host="127.0.0.1"):
    return socket.create_connection((host, port), 60)


def exchange(port, request=GET):
    with connect(port) as s:
        s.sendall(request)
        return servers.read_all(s)


def through(data, policy="strict"):
    with servers.Script(servers.send_raw(data)) as server, Filter(server.port, policy) as f:
        return exchange(f.port)


def reset(peer):
    """Closes as a crashed process does."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


# Strict refuses this line for its missing reason, and all four clients accept it. So a client that reports a
# 299 has read a line that the filter did not pass on.
IRREGULAR = b"HTTP/1.1 299\r\nContent-Length: 0\r\n\r\n"
EMPTY = b"Content-Length: 0\r\n"


def attacks():
    """The bytes that a server may send first. The irregular line follows, at once or for the next request."""
    for version in (b"1.1", b"1.0", b"2.0", b"1.2", b"0.9"):
        for fields in (
            b"",
            b"Connection: keep-alive\r\n",
            b"cOnNeCtIoN:Keep-alive\t \r\n",
            b"Keep-Alive: timeout=5\r\n",
            b"Proxy-Connection: keep-alive\r\n",
            b"Connection: upgrade, keep-alive\r\nUpgrade: h2c\r\n",
        ):
            yield b"HTTP/%s 200 OK\r\n%s%s\r\n" % (version, fields, EMPTY)
    for version in (b"1.1", b"1.0"):
        for fields in (
            # Continues the field that the filter inserts in front.
            b" , keep-alive\r\n",
            b"\t, keep-alive\r\n",
            b" Connection: keep-alive\r\n",
            b"\r , keep-alive\r\n",
            b"X: y\r\n Connection: keep-alive\r\n",
            b"X: y\rConnection: keep-alive\r\n",
            b"X: y\nConnection: keep-alive\r\n",
            b"X: y\r\r\nConnection: keep-alive\r\n",
            b"X: y\x0bConnection: keep-alive\r\n",
            b"X: y\x85Connection: keep-alive\r\n",
            b"X: y\0\r\nConnection: keep-alive\r\n",
            b"Connection : keep-alive\r\n",
            b"Connection\t: keep-alive\r\n",
            b"Connection\0: keep-alive\r\n",
            b"\0Connection: keep-alive\r\n",
            b": x\r\nConnection: keep-alive\r\n",
            b"no colon\r\nConnection: keep-alive\r\n",
            b"From x\r\nKeep-Alive: 5\r\n",
            # Some readers end the head here.
            b"X: y\n\n",
            b"X: y\r\r",
            b"X: y\r\n\n",
            b"X: y\n\r\n",
            b"\n" + IRREGULAR,
            b"\r" + IRREGULAR,
            b"X: y\r\n\rHTTP/1.1 299\r\n",
            IRREGULAR[:-2],
        ):
            yield b"HTTP/%s 200 OK\r\n%s%s\r\n" % (version, fields, EMPTY)
    # Bodies whose size readers disagree on.
    size = b"%d" % len(IRREGULAR)
    for status in (b"200", b"204", b"205", b"304", b"099", b"000", b"999"):
        yield b"HTTP/1.1 %s x\r\n\r\n" % status
        yield b"HTTP/1.1 %s x\r\nContent-Length: %s\r\n\r\n" % (status, size)
        yield b"HTTP/1.1 %s x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % status
    for lengths in (
        (b"0", size),
        (size, b"0"),
        (b"0", b"0"),
        (b"0, 0",),
        (b"+0",),
        (b"-0",),
        (b"-1",),
        (b"",),
        (b"0x0",),
        (b"0 0",),
        (b"0;",),
        (b"18446744073709551616",),
        (b"9223372036854775808",),
    ):
        fields = b"".join(b"Content-Length: %s\r\n" % length for length in lengths)
        yield b"HTTP/1.1 200 OK\r\n%s\r\n" % fields
    for version, coding in (
        (b"1.1", b"chunked\r\nContent-Length: 5"),
        (b"1.1", b"identity"),
        (b"1.1", b"xchunked"),
        (b"1.1", b"chunked, identity"),
        (b"1.1", b"gzip, chunked"),
        (b"1.1", b"chunked\r\nTransfer-Encoding: chunked"),
        (b"1.1", b"chunked\r\nTransfer-Encoding: identity"),
        (b"1.1", b"\x0bchunked"),
        (b"1.0", b"chunked"),
    ):
        head = b"HTTP/%s 200 OK\r\nTransfer-Encoding: %s\r\n" % (version, coding)
        yield head + b"\r\n0\r\n\r\n"
        yield head + b"Connection: keep-alive\r\n\r\n0\r\n\r\n"
    for version in (b"1.1", b"1.0"):
        for chunks in (
            b"0\r\nConnection: keep-alive\r\nKeep-Alive: 5\r\n\r\n",
            b"0\r\n" + IRREGULAR,
            b"0\r\nX: y\n\n",
            b"0;\n\n\r\n\r\n",
            b"0;x=\r\r\n\r\n",
            b"0\n\r\n",
            b"0\r\r\n\r\n",
            b"00000000000000000000000000000000\r\n\r\n",
            b"0x0\r\n\r\n",
            b"-0\r\n\r\n",
            b"+0\r\n\r\n",
            b"\r\n0\r\n\r\n",
            b"2\r\nhi0\r\n\r\n",
            b"2\r\nhi\n0\r\n\r\n",
            b"2;0\r\nhi\r\n0\r\n\r\n",
            b"2 0\r\nhi\r\n0\r\n\r\n",
            b"ffffffffffffffff\r\nhi\r\n0\r\n\r\n",
            b"10000000000000002\r\nhi\r\n0\r\n\r\n",
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(IRREGULAR), IRREGULAR),
        ):
            yield b"HTTP/%s 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s" % (version, chunks)
    # Some readers treat more of 1xx than others as interim, and as responses without a body.
    final = b"HTTP/1.1 200 OK\r\n%s\r\n" % EMPTY
    inside = b"HTTP/1.1 200 OK\r\nX: "
    for code in (b"100", b"101", b"102", b"103", b"199"):
        for fields in (
            b"",
            b"Connection: close\r\n",
            b"Connection: keep-alive\r\nKeep-Alive: 5\r\n",
            b"Connection: Upgrade\r\nUpgrade: x\r\n",
            b"Connection: Upgrade\r\nUpgrade: h2c\r\n",
            EMPTY,
        ):
            yield b"HTTP/1.1 %s x\r\n%s\r\n" % (code, fields)
            yield b"HTTP/1.0 %s x\r\n%s\r\n" % (code, fields)
        for fields in (b"Content-Length: %d\r\n" % len(inside), b"Transfer-Encoding: chunked\r\n"):
            yield b"HTTP/1.1 %s x\r\n%s\r\n%s%s%s" % (code, fields, inside, IRREGULAR, final)
        for end in (b"\n\n", b"\r\r", b"\r\n\n", b"\n\r\n", b"\r\n\r", b"\r\n \r\n"):
            yield b"HTTP/1.1 %s x\r\nX: y%s%s%s" % (code, end, IRREGULAR, final)
        yield 20 * (b"HTTP/1.1 %s x\r\n\r\n" % code)
    # Lines.
    for line in (
        b"\r\n",
        b"\n",
        b"HTTP/1.1 200 OK\r",
        b"HTTP/1.1 200 OK\0\r\n",
        b"HTTP/1.1 100 x\r\n\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 100\r\n\r\n",
        b"\0",
        b"",
    ):
        yield line


def jobs():
    """Yields each attack, at once and one request late, for each kind of request: the bytes that a server
    sends, in order, and a request's method and fields."""
    yield (IRREGULAR,), "GET", {}
    for first in attacks():
        yield (first + IRREGULAR,), "GET", {}
        yield (first, IRREGULAR), "HEAD" if b"Length" in first else "GET", {}
        if b" 101 " in first:
            yield (first, IRREGULAR), "GET", {"Connection": "Upgrade", "Upgrade": "x"}
    for code in (b"200", b"204", b"299", b"101", b"100"):
        for fields in (b"", EMPTY, b"Connection: keep-alive\r\n"):
            yield (b"HTTP/1.1 %s x\r\n%s\r\n" % (code, fields), IRREGULAR), "CONNECT", {}


def hostile(pieces_of):
    """Sends the pieces that belong to the number in the request, one for each request, or if none comes."""

    def answer(peer, head):
        pieces = pieces_of[int(re.search(rb"(?:^\S+|X-Path:) /(\d+)", head)[1])]
        peer.sendall(pieces[0])
        for piece in (*pieces[1:], IRREGULAR):
            peer.settimeout(0.3)
            with contextlib.suppress(TimeoutError):
                if not servers.read_head(peer):
                    return
            peer.sendall(piece)
        peer.shutdown(socket.SHUT_WR)
        servers.read_all(peer)

    return answer


LINE = rb"HTTP/1\.[01] ([1-9][0-9]{2}) [\t\x20-\x7e\x80-\xff]*\r\n"
FIELD = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n"
CHUNK = re.compile(rb"([0-9a-fA-F]+)\r\n")


def responses(data, method):
    """Returns the heads of all responses in `data`, read by RFC 9112 section 6.3 alone and without regard to
    `Connection`. Fails if a byte belongs to none."""
    heads = []
    while data or not heads:
        head = re.match(rb"%s((?:%s)*)\r\n" % (LINE, FIELD), data)
        assert head, data[:99]
        heads.append(head)
        data = data[head.end() :]
        fields = [field.split(b":", 1) for field in head[2].split(b"\r\n")[:-1]]
        values = {
            name: [value.strip(b" \t").lower() for n, value in fields if n.lower() == name]
            for name in (b"transfer-encoding", b"content-length", b"connection")
        }
        lengths, codings = values[b"content-length"], values[b"transfer-encoding"]
        interim = head[1].startswith(b"1")
        assert head[1] != b"101" and len(lengths) + len(codings) <= (not interim), head[0]
        assert values[b"connection"] == ([] if interim else [b"close"]), head[0]
        assert not {b"keep-alive", b"proxy-connection", b"upgrade"} & {n.lower() for n, _ in fields}, head[0]
        if interim or method == "HEAD" or head[1] in (b"204", b"304"):
            continue
        if codings:
            assert codings == [b"chunked"], head[0]
            size = 1
            while size:
                chunk = CHUNK.match(data)
                if not chunk:  # cut off at an error in the server's framing
                    assert re.fullmatch(rb"[0-9a-fA-F]*\r?", data), data
                    return heads
                size = int(chunk[1], 16)
                data = data[chunk.end() + size :]
                assert data[:2] in (b"\r\n", b"\r", b""), data
                data = data[2:]
        else:
            assert not lengths or re.fullmatch(rb"[0-9]+", lengths[0]), head[0]
            data = data[int(lengths[0]) :] if lengths else b""
    return heads


class HostileServers(unittest.TestCase):
    def test_no_client_reads_an_irregular_line(self):
        every = list(jobs())
        asked = [(f"/{i}", method, fields) for i, (_, method, fields) in enumerate(every)]
        with servers.Script(hostile([pieces for pieces, _, _ in every])) as server:
            # Without the filter each client must accept it, or this would test nothing.
            plain, tunnelled = clients.ask(server.port, [asked[0], asked[-15]])
            for name, codes in plain.items():
                self.assertIn(299, codes, name)
            for name in ("curl", "node", "cpython"):
                self.assertIn(299, tunnelled[name], name)
            with Filter(server.port) as f:
                seen = clients.ask(f.port, asked)
                self.assertTrue(f.comes_to_rest())
        fooled = [(job, got) for job, got in zip(every, seen) if any(299 in codes for codes in got.values())]
        self.assertEqual(fooled, [])
        # Each client has done its work.
        for name in seen[0]:
            for code in (200, 502):
                self.assertTrue(any(codes[name][:2] == [code] * 2 for codes in seen), (name, code))

    def test_one_final_response_and_not_a_byte_after_it(self):
        """Even to a client that ignores `Connection: close`."""
        every = list(jobs())
        with servers.Script(hostile([pieces for pieces, _, _ in every])) as server:
            with Filter(server.port) as f, concurrent.futures.ThreadPoolExecutor(32) as pool:

                def one(job):
                    _, method, fields = every[job]
                    rows = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
                    request = f"{method} /{job} HTTP/1.1\r\nHost: x\r\n{rows}\r\n".encode()
                    return exchange(f.port, 2 * request)

                for (pieces, method, _), got in zip(every, pool.map(one, range(len(every)))):
                    with self.subTest(pieces=pieces, method=method):
                        codes = [int(head[1]) for head in responses(got, method)]
                        self.assertEqual([c // 100 == 1 for c in codes], [True] * (len(codes) - 1) + [False])
                self.assertTrue(f.comes_to_rest())

    def test_the_same_for_random_responses(self):
        lines = [b"HTTP/1.%d %s x\r\n" % (minor, code) for code in (b"200", b"204", b"103") for minor in (0, 1)]
        framing = [b"Content-Length: 0\r\n", b"Content-Length: 9\r\n", b"Transfer-Encoding: chunked\r\n"]
        fields = [b"Connection: keep-alive\r\n", b"Keep-Alive: 1\r\n", b"Upgrade: x\r\n", b"X: y\r\n"]
        bodies = [b"", b"0\r\n\r\n", b"0;x\r\n\r\n", b"9\r\n123456789\r\n", b"9\r\n", b"123456789\r\n"]
        odd = [b"\r\n", b"\n", b"\r", b" ", b":", b"x", b"\0", IRREGULAR]
        regular = (lines, framing, fields, [b"\r\n"], bodies, bodies)
        every = [part for parts in (*regular, odd) for part in parts]

        def response(seed):
            pick = random.Random(seed)
            wrong = pick.choice((0, 0.05, 0.3))
            return [
                pick.choice(every if pick.random() < wrong else parts) for _ in range(3) for parts in regular
            ]

        def answer(peer, head):
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in response(int(re.search(rb"/(\d+)", head)[1])):
                peer.sendall(piece)
            peer.shutdown(socket.SHUT_WR)
            servers.read_all(peer)

        passed = 0
        with servers.Script(answer) as server, Filter(server.port) as f:
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                ask = b"GET /%d HTTP/1.1\r\n\r\n"
                answers = pool.map(lambda seed: exchange(f.port, ask % seed), range(2000))
                for seed, got in enumerate(answers):
                    with self.subTest(seed=seed, sent=b"".join(response(seed))):
                        heads = responses(got, "GET")
                        self.assertNotEqual(heads[-1][1][:1], b"1")
                        passed += heads[-1][1] != b"502"
        self.assertGreater(passed, 200)


class FilterTest(unittest.TestCase):
    def test_takes_what_the_policy_takes(self):
        rest = b"Content-Length: 2\r\n\r\nhi"
        for line, policy in (
            (b"HTTP/1.1 200 OK\r\n", "strict"),
            (b"HTTP/1.1 404  so \xff so\t\r\n", "strict"),
            (b"HTTP/1.0 999 \r\n", "strict"),
            (b"HTTP/1.1 200\r\n", "interop"),
            (b"HTTP/1.1 200 OK\n", "interop"),
            (b"HTTP/1.1 200 " + b"x" * 8177 + b"\r\n", "strict"),
        ):
            with self.subTest(line=line[:40], policy=policy):
                self.assertEqual(through(line + rest, policy), line + CLOSE + rest)

    def test_refuses_the_rest(self):
        for data, policy, why in (
            (b"HTTP/1.1 200\r\n\r\n", "strict", "separator at byte 12"),
            (b"HTTP/1.1 200 OK\n\n", "strict", "line_end at byte 15"),
            (b"HTTP/1.1 200 OK\rX: y\r\n\r\n", "interop", "line_end at byte 16"),
            (b"HTTP/1.1 200 O\x1b[2J\r\n\r\n", "interop", "reason at byte 14"),
            (b"HTTP/1.1 2000 OK\r\n\r\n", "strict", "separator at byte 12"),
            (b"HTTP/1.1 200 " + b"x" * 65536, "strict", "too_long at byte 8192"),
            (b"HTTP/1.1 200 O", "interop", "need_more at byte 14"),
            (b"SSH-2.0-x\r\n", "strict", "protocol at byte 0"),
            (b"", "strict", "need_more at byte 0"),
            (b"HTTP/2.0 200 OK\r\n\r\n", "strict", "version at byte 17"),
            (b"HTTP/1.2 200 OK\r\n\r\n", "strict", "version at byte 17"),
            (b"HTTP/1.1 099 OK\r\n\r\n", "strict", "code at byte 17"),
            (b"HTTP/1.1 101 OK\r\n\r\n", "strict", "code at byte 17"),
            (b"HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n", "strict", "fields at byte 17"),
            (b"HTTP/1.1 200 OK\r\nX: y\r\n", "strict", "fields at byte 17"),
            (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 65536, "strict", "fields at byte 17"),
        ):
            with self.subTest(data=data[:40]):
                with servers.Script(servers.send_raw(data)) as s, Filter(s.port, policy) as f:
                    self.assertEqual(exchange(f.port), REFUSAL)
                self.assertEqual(f.log, [f"refused: {why}\n"])

    def test_no_server(self):
        with servers.nobody() as port, Filter(port) as f:
            self.assertEqual(exchange(f.port, GET + b"x" * 100000), REFUSAL)

    def test_nobody_reads_what_it_says(self):
        with servers.nobody() as server:
            command = [PROGRAM, "127.0.0.1", "0", "127.0.0.1", str(server)]
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:
                port = int(child.stderr.readline().rsplit(" ", 1)[1])
                child.stderr.close()
                self.assertEqual([exchange(port) for _ in range(3)], [REFUSAL] * 3)
                child.terminate()

    def test_interim_responses(self):
        interim = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        final = b"HTTP/1.1 200 OK\r\n", b"Content-Length: 0\r\n\r\n"
        self.assertEqual(
            through(2 * interim + final[0] + final[1]), 2 * interim + final[0] + CLOSE + final[1]
        )
        self.assertEqual(
            through(b"HTTP/1.1 100\n\r\n" + final[0] + final[1], "interop"),
            b"HTTP/1.1 100\n\r\n" + final[0] + CLOSE + final[1],
        )
        self.assertEqual(through(interim + b"HTTP/1.1 200\r\n\r\n"), interim + REFUSAL)
        self.assertEqual(through(interim), interim + REFUSAL)
        # Some readers end a head here, and the rest is a response of the server's choosing.
        for end in (b"\n\n", b"\r\r", b"\r\n\n", b"\r\n\rX: y\r\n", b"\n\r\n"):
            with self.subTest(end=end):
                data = b"HTTP/1.1 103 x\r\nA: b" + end + final[0] + final[1]
                self.assertEqual(through(data, "interop"), REFUSAL)
        self.assertEqual(through(b"HTTP/1.1 103 x\r\nA: " + b"b" * 100000), REFUSAL)
        # No client may read more interim heads than the filter has judged.
        for field in (b"Content-Length: 0\r\n", b"Transfer-Encoding: chunked\r\n"):
            data = b"HTTP/1.1 103 x\r\n" + field + b"\r\n" + final[0] + final[1]
            self.assertEqual(through(data), REFUSAL)
        many = b"HTTP/1.1 102 x\r\n\r\n"
        self.assertEqual(
            through(1000 * many + final[0] + final[1]), 1000 * many + final[0] + CLOSE + final[1]
        )
        self.assertEqual(through(5000 * many + final[0] + final[1]).replace(many, b""), REFUSAL)

    def test_what_leaves_http_is_refused(self):
        """The bytes after it cannot be judged, and some clients read them as the next response."""
        for method, fields, line in (
            (b"GET", b"", b"HTTP/1.1 101 Switching Protocols\r\n"),
            (b"GET", b"Connection: Upgrade\r\nUpgrade: x\r\n", b"HTTP/1.1 101 Switched\r\n"),
            (b"CONNECT", b"", b"HTTP/1.1 200 Connection established\r\n"),
        ):
            data = line + b"Connection: Upgrade\r\nUpgrade: x\r\n\r\n\0\r\r\n\xff"
            with servers.Script(servers.send_raw(data)) as server, Filter(server.port) as f:
                got = exchange(f.port, method + b" x:80 HTTP/1.1\r\n" + fields + b"\r\n")
            self.assertEqual(got, REFUSAL)
        refused = b"HTTP/1.1 403 No\r\n", b"Content-Length: 2\r\n\r\nno"
        with servers.Script(servers.send_raw(refused[0] + refused[1])) as server, Filter(server.port) as f:
            got = exchange(f.port, b"CONNECT x:80 HTTP/1.1\r\n\r\n")
        self.assertEqual(got, refused[0] + CLOSE + refused[1])

    def test_an_interim_response_does_not_wait_for_the_final_one(self):
        def answer(peer, _):
            peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = peer.recv(2)
            peer.sendall(b"HTTP/1.1 200 " + body + b"\r\n\r\n")

        with servers.Script(answer) as server, Filter(server.port) as f, connect(f.port) as s:
            s.sendall(b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n")
            self.assertEqual(servers.read_head(s), b"HTTP/1.1 100 Continue\r\n\r\n")
            s.sendall(b"go")
            self.assertEqual(servers.read_head(s), b"HTTP/1.1 200 go\r\n" + CLOSE + b"\r\n")

    def test_a_client_that_keeps_connections_alive(self):
        """Each of its requests gets its own answer, since the filter makes it connect again."""
        with servers.nginx("location / { return 200 $request_uri$request_body; }") as port:
            with Filter(port) as f:
                client = http.client.HTTPConnection("127.0.0.1", f.port, timeout=60)
                for i in range(20):
                    client.request("GET", f"/{i}")
                    self.assertEqual(client.getresponse().read(), b"/%d" % i)
                client.close()
                # The connections that it closed are gone here as well.
                self.assertTrue(f.comes_to_rest())

    def test_of_pipelined_requests_the_first_is_answered(self):
        """`Connection: close` makes the client ask again for the rest."""
        with servers.nginx("location / { return 200 $request_uri; }") as port, Filter(port) as f:
            asked = [b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % i for i in range(50)]
            with connect(f.port) as s:
                s.sendall(b"".join(asked))
                s.shutdown(socket.SHUT_WR)
                got = servers.read_all(s)
        self.assertEqual(got.count(b"HTTP/1.1 "), 1)
        self.assertTrue(got.startswith(b"HTTP/1.1 200 OK\r\n" + CLOSE), got[:99])
        self.assertTrue(got.endswith(b"\r\n\r\n/0"), got[-99:])

    def test_a_client_that_ends_its_side_gets_the_answer(self):
        def answer(peer, _):
            body = servers.read_all(peer)  # up to the end of the client's bytes
            peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + body[::-1])

        with servers.Script(answer) as server, Filter(server.port) as f, connect(f.port) as s:
            s.sendall(GET + b"abc" * 30000)
            s.shutdown(socket.SHUT_WR)
            want = b"HTTP/1.1 200 OK\r\n" + CLOSE + b"\r\n" + b"cba" * 30000
            self.assertEqual(servers.read_all(s), want)

    def test_a_server_that_answers_before_it_has_read(self):
        """Its answer arrives, though the connection to it breaks while the client is sending."""
        for data, want in (
            (b"HTTP/1.1 413 Too much\r\n\r\nno", b"HTTP/1.1 413 Too much\r\n" + CLOSE + b"\r\nno"),
            (b"HTTP/1.1 413\r\n\r\nno", REFUSAL),
        ):

            def answer(peer, _, data=data):
                peer.sendall(data)  # and closes with unread bytes

            with servers.Script(answer) as server, Filter(server.port) as f:
                for _ in range(20):
                    with connect(f.port) as s:
                        s.sendall(GET + b"x" * 4000000)
                        s.shutdown(socket.SHUT_WR)
                        self.assertEqual(servers.read_all(s), want)

    def test_a_slow_reader_costs_no_memory(self):
        size, sent = 200 << 20, [0]
        piece = bytes(1 << 20)

        def answer(peer, _):
            peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for _ in range(size // len(piece)):
                peer.sendall(piece)
                sent[0] += len(piece)

        with servers.Script(answer) as server, Filter(server.port) as f, connect(f.port) as s:
            before = f.memory()
            s.sendall(GET)
            time.sleep(1)  # enough time to send all of it
            self.assertLess(sent[0], size)
            self.assertLess(f.memory() - before, 8 << 10)
            left = size + len(b"HTTP/1.1 200 OK\r\n" + CLOSE + b"\r\n")
            while got := len(s.recv(1 << 20)):
                left -= got
            self.assertEqual(left, 0)

    def test_whoever_goes_away_leaves_nothing_behind(self):
        def endless(peer, _):
            peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                peer.sendall(bytes(65536))

        def abort(peer, _):
            peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(1000))
            reset(peer)

        with servers.Script(endless) as server, Filter(server.port) as f:
            for end in (reset, socket.socket.close):
                for _ in range(30):
                    s = connect(f.port)
                    s.sendall(GET)
                    s.recv(1000)
                    end(s)
            self.assertTrue(f.comes_to_rest())
            reset(connect(f.port))  # before a word
        with servers.Script(abort) as server, Filter(server.port) as f:
            for _ in range(30):
                with connect(f.port) as s, contextlib.suppress(ConnectionError):
                    s.sendall(GET)
                    servers.read_all(s)
            self.assertTrue(f.comes_to_rest())

    def test_a_client_that_leaves_while_the_server_does_not_accept(self):
        """At once, not when connecting fails or nothing has happened for long."""
        half = GET[:20]
        with servers.unreachable() as port, Filter(port, idle=3600) as f:
            for said in (b"", half, GET, GET + bytes(20000), 2 * GET):
                for end in (reset, socket.socket.close):
                    for s in [connect(f.port) for _ in range(20)]:
                        s.sendall(said)
                        end(s)
                    self.assertTrue(f.comes_to_rest(), said[:40])
            # A connection that stays open is waited for.
            with connect(f.port) as s:
                s.sendall(GET)
                while f.descriptors() < f.at_rest + 2:
                    time.sleep(0.05)
                # More than the filter keeps for it.
                s.sendall(bytes(100000))
                time.sleep(0.5)
                self.assertEqual(f.descriptors(), f.at_rest + 2)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.assertTrue(f.comes_to_rest())

    def test_a_client_that_leaves_while_the_server_is_silent(self):
        def silent(peer, _):
            peer.recv(1)  # which ends when the client does

        def deaf(peer, _):
            released.wait(60)

        released = threading.Event()
        for answer, ends in ((silent, (reset, socket.socket.close)), (deaf, (reset,))):
            with servers.Script(answer) as server, Filter(server.port, idle=3600) as f:
                for end in ends:
                    for s in [connect(f.port) for _ in range(20)]:
                        s.sendall(GET)
                        while f.descriptors() < f.at_rest + 2:
                            time.sleep(0.01)
                        end(s)
                    self.assertTrue(f.comes_to_rest())
        released.set()

    def test_connecting_ends_too(self):
        with servers.unreachable() as port, Filter(port, idle=1) as f, connect(f.port) as s:
            s.sendall(GET)
            self.assertEqual(servers.read_all(s), b"")
            self.assertTrue(f.comes_to_rest())

    def test_requests(self):
        """Returns the bytes that the server receives: a request for one exchange."""
        heads = []

        def answer(peer, head):
            heads.append(head)
            servers.send_raw(b"HTTP/1.1 204 x\r\n\r\n")(peer, head)

        kept = b"Host: x\r\nExpect: y\r\nX:\r\nContent-Length: 0\r\n\r\n"
        gone = b"connection: Upgrade\r\nUpgrade: h2c\r\nKeep-Alive: 5\r\n"
        gone += b"Proxy-Connection: x\r\nTE: trailers\r\n"
        with servers.Script(answer) as server, Filter(server.port) as f:
            exchange(f.port, b"PUT / HTTP/1.1\r\n" + gone + kept)
            self.assertEqual(heads, [b"PUT / HTTP/1.1\r\n" + CLOSE + kept])
            for wrong in (
                b"GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n",
                b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
                b"GET / HTTP/1.1\r\nHost: x\n\r\n",
                b"PUT / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"GET / HTTP/1.1\r\nX: " + bytes(100000),
            ):
                refusal = REFUSAL.replace(b"502 Bad Gateway", b"400 Bad Request")
                self.assertEqual(exchange(f.port, wrong), refusal)
            self.assertEqual(len(heads), 1)

    def test_bodies(self):
        line = b"HTTP/1.1 200 OK\r\n"
        chunked = b"Transfer-Encoding: Chunked \r\n\r\n"
        after = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        for sent, want in (
            (b"Content-Length:\t 2 \r\n\r\nhi" + after, b"Content-Length:\t 2 \r\n\r\nhi"),
            (b"Content-Length: 0\r\n\r\n" + after, b"Content-Length: 0\r\n\r\n"),
            (b"Content-Length: 3\r\n\r\nhi", b"Content-Length: 3\r\n\r\nhi"),
            (b"\r\nhi" + after, b"\r\nhi" + after),
            (
                chunked + b"2;x=y\r\nhi\r\n0a \r\n0123456789\r\n00\r\nSum: 7\r\n\r\n" + after,
                chunked + b"2\r\nhi\r\n0a\r\n0123456789\r\n00\r\n\r\n",
            ),
            (chunked + b"2\r\nhi\n0\r\n\r\n", chunked + b"2\r\nhi"),
            (chunked + b"2\r\nhi\r\n-1\r\n\r\n", chunked + b"2\r\nhi\r\n"),
            (chunked + b"2\r\nhi\r\n2\r\nh", chunked + b"2\r\nhi\r\n2\r\nh"),
        ):
            with self.subTest(sent=sent):
                self.assertEqual(through(line + sent), line + CLOSE + want)

    def test_responses_without_a_body(self):
        rest = b"Content-Length: 2\r\n\r\n"
        for method, status in ((b"HEAD", b"200"), (b"GET", b"204"), (b"GET", b"304")):
            line = b"HTTP/1.1 " + status + b" x\r\n"

            def answer(peer, _, line=line):
                peer.sendall(line + rest + b"hi" + line + rest)
                servers.read_all(peer)  # and does not end by itself

            with servers.Script(answer) as server, Filter(server.port, idle=3600) as f:
                got = exchange(f.port, method + b" / HTTP/1.1\r\n\r\n")
            self.assertEqual(got, line + CLOSE + rest)

    def test_silence_ends(self):
        with servers.Script(lambda peer, _: servers.read_all(peer)) as server:
            with Filter(server.port, idle=1) as f, connect(f.port) as s, connect(f.port) as mute:
                s.sendall(GET)
                self.assertEqual(servers.read_all(s), b"")
                self.assertEqual(servers.read_all(mute), b"")
        with servers.Script(servers.send_raw(b"SSH-2.0-x\r\n")) as server:
            with Filter(server.port, idle=1) as f, connect(f.port) as s:
                begin = time.monotonic()
                # A refused client may not stay for ever by sending more.
                with self.assertRaises(ConnectionError):
                    s.sendall(GET)
                    while time.monotonic() < begin + 60:
                        s.sendall(b"x")
                        time.sleep(0.05)

    @unittest.skipIf("SANITIZED" in os.environ, "the sanitizer itself needs descriptors")
    def test_out_of_descriptors(self):
        """Further clients have to wait, and are served in the end."""
        with servers.Script(servers.send_raw(b"HTTP/1.1 200 OK\r\n\r\n")) as server:
            with Filter(server.port) as f:
                resource.prlimit(f.child.pid, resource.RLIMIT_NOFILE, (f.at_rest + 10,) * 2)
                waiting = [connect(f.port) for _ in range(30)]
                while f.descriptors() < f.at_rest + 10:
                    time.sleep(0.05)
                for s in waiting:
                    s.close()
                self.assertEqual(exchange(f.port), b"HTTP/1.1 200 OK\r\n" + CLOSE + b"\r\n")
                self.assertTrue(f.comes_to_rest())

    def test_ipv6_and_names(self):
        answer = servers.send_raw(b"HTTP/1.1 200 OK\r\n\r\n")
        for listen, to in (("::1", "127.0.0.1"), ("127.0.0.1", "::1"), ("127.0.0.1", "localhost")):
            with servers.Script(answer, "::1" if to == "::1" else "127.0.0.1") as server:
                with Filter(server.port, listen=listen, server=to) as f, connect(f.port, listen) as s:
                    s.sendall(GET)
                    self.assertEqual(servers.read_all(s), b"HTTP/1.1 200 OK\r\n" + CLOSE + b"\r\n")

    def test_usage(self):
        for wrong in (
            ("127.0.0.1", "0", "127.0.0.1"),
            ("127.0.0.1", "0", "127.0.0.1", "1", "permissive"),
            ("127.0.0.1", "no-such-service", "127.0.0.1", "1"),
            *(
                ("127.0.0.1", "0", "127.0.0.1", "1", "strict", idle)
                for idle in ("", "0", "-1", "2x", "2147483648", "9" * 20)
            ),
            ("127.0.0.1", "0", "127.0.0.1", "1", "strict", "1", "x"),
        ):
            done = subprocess.run([PROGRAM, *wrong], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, "^filter: .*\n$")

    def test_load_loses_no_byte(self):
        """300 exchanges, 24 at a time, 0 to 1 MiB each way, cut at random; one in four is refused."""
        total, guard = [0], threading.Lock()

        def answer(peer, head):
            seed = int(head.split()[1][1:])
            pick = random.Random(seed)
            asked = hashlib.sha256()
            left = pick.randrange(1 << 18)
            while left:
                piece = peer.recv(min(left, 65536))
                if not piece:
                    return
                asked.update(piece)
                left -= len(piece)
            line = b"HTTP/1.1 200%sOK\r\n\r\n" % (b"\t" if seed % 4 == 0 else b" ")
            answer = line + asked.hexdigest().encode() + pick.randbytes(pick.randrange(1 << 20))
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            at = 0
            while at < len(answer):
                size = pick.choice((1, 7, 1000, 60000)) if at > 40 else 1
                peer.sendall(answer[at : at + size])
                at += size

        def one(port, seed):
            pick = random.Random(seed)
            sent = random.Random(-seed).randbytes(pick.randrange(1 << 18))
            got = exchange(port, b"PUT /%d HTTP/1.1\r\n\r\n" % seed + sent)
            if seed % 4 == 0:
                return got == REFUSAL
            line = b"HTTP/1.1 200 OK\r\n" + CLOSE + b"\r\n"
            body = pick.randbytes(pick.randrange(1 << 20))
            with guard:
                total[0] += len(sent) + len(got)
            return got == line + hashlib.sha256(sent).hexdigest().encode() + body

        with servers.Script(answer) as server, Filter(server.port) as f:
            with concurrent.futures.ThreadPoolExecutor(24) as pool:
                right = list(pool.map(lambda seed: one(f.port, seed), range(1, 301)))
            self.assertTrue(f.comes_to_rest())
        self.assertEqual([seed for seed, fine in enumerate(right, 1) if not fine], [])
        self.assertGreater(total[0], 100 << 20)
        self.assertEqual(len(f.log), 75)


if __name__ == "__main__":
    unittest.main()
