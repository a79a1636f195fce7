# SPDX-License-Identifier: MIT
import concurrent.futures
import contextlib
import hashlib
import http.client
import os
import pathlib
import random
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

import servers

PROGRAM = sys.argv.pop(1)
CLOSE = b"Connection: close\r\n"
REFUSAL = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Filter:
    """A filter that runs: its port, and in the end what it has said."""

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
        """True once it has no connection any more; false if that takes a minute."""
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
    """Closes as one does who has crashed."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


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
        # To some readers a head ends here, and the rest is a response of the server's choosing.
        for end in (b"\n\n", b"\r\r", b"\r\n\n", b"\r\n\rX: y\r\n", b"\n\r\n"):
            with self.subTest(end=end):
                data = b"HTTP/1.1 103 x\r\nA: b" + end + final[0] + final[1]
                self.assertEqual(through(data, "interop"), REFUSAL)
        self.assertEqual(through(b"HTTP/1.1 103 x\r\nA: " + b"b" * 100000), REFUSAL)
        switched = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\0\r\r\n\xff"
        self.assertEqual(through(switched), switched)

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
        """Each of its requests gets its own answer, since the filter tells it to connect anew."""
        with servers.nginx("location / { return 200 $request_uri$request_body; }") as port:
            with Filter(port) as f:
                client = http.client.HTTPConnection("127.0.0.1", f.port, timeout=60)
                for i in range(20):
                    client.request("GET", f"/{i}")
                    self.assertEqual(client.getresponse().read(), b"/%d" % i)
                client.close()
                # And the connections that it has closed are gone here as well.
                self.assertTrue(f.comes_to_rest())

    def test_pipelined_requests_lose_nothing(self):
        with servers.nginx("location / { return 200 $request_uri; }") as port, Filter(port) as f:
            asked = [b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % i for i in range(50)]
            with connect(f.port) as s:
                s.sendall(b"".join(asked))
                s.shutdown(socket.SHUT_WR)
                got = servers.read_all(s)
        self.assertEqual(got.count(b"HTTP/1.1 200 OK\r\n"), 50)
        self.assertEqual(got.count(CLOSE), 1)
        self.assertTrue(got.startswith(b"HTTP/1.1 200 OK\r\n" + CLOSE), got[:99])
        self.assertTrue(got.endswith(b"\r\n\r\n/49"), got[-99:])

    def test_a_client_that_ends_its_side_gets_the_answer(self):
        def answer(peer, _):
            body = servers.read_all(peer)  # to the end of what the client sends
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
                peer.sendall(data)  # and closes on what it has not read

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
            time.sleep(1)  # time enough to send it all
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

    def test_silence_ends(self):
        with servers.Script(lambda peer, _: servers.read_all(peer)) as server:
            with Filter(server.port, idle=1) as f, connect(f.port) as s, connect(f.port) as mute:
                s.sendall(GET)
                self.assertEqual(servers.read_all(s), b"")
                self.assertEqual(servers.read_all(mute), b"")
        with servers.Script(servers.send_raw(b"SSH-2.0-x\r\n")) as server:
            with Filter(server.port, idle=1) as f, connect(f.port) as s:
                begin = time.monotonic()
                # What is refused may not stay for ever by going on to send.
                with self.assertRaises(ConnectionError):
                    s.sendall(GET)
                    while time.monotonic() < begin + 60:
                        s.sendall(b"x")
                        time.sleep(0.05)

    @unittest.skipIf("SANITIZED" in os.environ, "the sanitizer itself needs descriptors")
    def test_out_of_descriptors(self):
        """Who comes then has to wait, and is served in the end."""
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
        ):
            done = subprocess.run([PROGRAM, *wrong], capture_output=True, text=True, check=False)
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
            line = b"HTTP/1.1 200%sOK\r\n" % (b"\t" if seed % 4 == 0 else b" ")
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
            line = b"HTTP/1.1 200 OK\r\n" + CLOSE
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
