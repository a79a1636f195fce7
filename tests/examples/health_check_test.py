# SPDX-License-Identifier: MIT
import contextlib
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

import servers

PROGRAM = sys.argv.pop(1)

QUIRKS = {
    "missing_reason": b"HTTP/1.1 200\r\n",
    "bare_lf": b"HTTP/1.1 200 OK\n",
    "repeated_cr": b"HTTP/1.1 200 OK\r\r\n",
    "leading_blank": b"\r\nHTTP/1.1 200 OK\r\n",
    "extra_space": b"HTTP/1.1  200 OK\r\n",
    "other_whitespace": b"HTTP/1.1\t200 OK\r\n",
    "lowercase_protocol": b"http/1.1 200 OK\r\n",
    "short_version": b"HTTP/2 200 OK\r\n",
    "missing_version": b"HTTP 200 OK\r\n",
    "icy_protocol": b"ICY 200 OK\r\n",
    "glued_reason": b"HTTP/1.1 200-OK\r\n",
    "control_in_reason": b"HTTP/1.1 200 O\0K\r\n",
    "unterminated": b"HTTP/1.1 200 OK",
}


def run(*arguments):
    return subprocess.run(
        [PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def check(*ports, policy="interop", timeout=50):
    """Returns the exit status, and for each port the report about it, without the time."""
    backends = [f"127.0.0.1:{port}" for port in ports]
    done = run("--policy", policy, "--timeout", str(timeout), *backends)
    said = [line.split("  ", 1) for line in done.stdout.splitlines()]
    assert [name for name, _ in said] == backends, done
    return done.returncode, [re.sub(r"  \d+\.\d ms$", "", what) for _, what in said]


def check_answers(answers, policy):
    """Returns the reports about backends that answer like this, all of them asked at once."""
    with contextlib.ExitStack() as stack:
        scripts = [stack.enter_context(servers.Script(servers.send_raw(a))) for a in answers]
        return check(*(s.port for s in scripts), policy=policy)


class HealthCheck(unittest.TestCase):
    def test_nginx_and_haproxy(self):
        rules = (
            "http-request return status 200 content-type text/plain string hello\n"
            ' http-after-response set-status 299 reason "So so"'
        )
        with servers.nginx("location / { return 599; }") as a, servers.haproxy(
            rules
        ) as b, servers.nginx("location / { return 204; }") as c:
            self.assertEqual(check(b, c), (0, ['299  "So so"', '204  "No Content"']))
            self.assertEqual(check(c, a), (1, ['204  "No Content"', '599  ""']))

    def test_each_quirk(self):
        status, said = check_answers(QUIRKS.values(), "permissive")
        self.assertEqual(status, 0)
        for quirk, text in zip(QUIRKS, said):
            self.assertRegex(text, rf'^200  "\S*"  {quirk}$')
        status, said = check_answers(QUIRKS.values(), "strict")
        self.assertEqual(status, 1)
        for quirk, text in zip(QUIRKS, said):
            self.assertRegex(text, rf"^[a-z_]+ at byte \d+  lacks {quirk}$")
        status, said = check_answers(QUIRKS.values(), "interop")
        self.assertEqual([text.startswith("200") for text in said], [True] * 2 + [False] * 11)

    def test_one_byte_at_a_time_and_no_more_than_the_line(self):
        line = b"HTTP/1.1 503 Taking a nap\r\n"
        gone = threading.Event()

        def dribble(peer, _):
            for byte in line:
                peer.sendall(bytes([byte]))
                time.sleep(0.005)
            if not peer.recv(1):  # no header field was sent: the line alone ends the probe
                gone.set()

        with servers.Script(dribble) as server:
            self.assertEqual(check(server.port), (1, ['503  "Taking a nap"']))
            self.assertTrue(gone.wait(60))

    def test_cut_at_every_offset(self):
        line = b"HTTP/1.1 200 OK\r\n"
        cuts = [line[:cut] for cut in range(len(line))]
        status, said = check_answers(cuts, "strict")
        self.assertEqual(status, 1)
        for cut, text in enumerate(said):
            lacks = {12: "  lacks missing_reason  lacks unterminated"}
            more = lacks.get(cut, "  lacks unterminated" if cut > 12 else "")
            self.assertEqual(text, f"need_more at byte {cut}{more}")
        _, said = check_answers(cuts, "permissive")
        for cut, text in enumerate(said):
            # Three digits are a code, and the report must mark the line as cut.
            want = f'200  "{line[13:min(cut, 15)].decode()}"' if cut >= 12 else "need_more at byte "
            self.assertTrue(text.startswith(want), text)
            self.assertEqual("unterminated" in text, cut >= 12)

    def test_reset_at_every_offset(self):
        line = b"HTTP/1.1 200 OK\r\n"

        def reset(cut):
            def answer(peer, _):
                peer.sendall(line[:cut])
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

            return answer

        with contextlib.ExitStack() as stack:
            scripts = [stack.enter_context(servers.Script(reset(n))) for n in range(len(line) + 1)]
            status, said = check(*(s.port for s in scripts), policy="permissive")
        self.assertEqual(status, 1)
        for cut, text in enumerate(said):
            # A reset may lose the bytes before it; a part of a line is never a line.
            if text != '200  "OK"' or cut < len(line):
                self.assertRegex(text, r"^Connection reset by peer at byte \d+$")

    def test_64_kib_without_a_line_end(self):
        endless = b"HTTP/1.1 200 " + b"x" * 65536
        self.assertEqual(check_answers([endless], "permissive"), (1, ["too_long at byte 8192"]))

    def test_never_a_line(self):
        lines = [b"SSH-2.0-x\r\n", b"HTTP/1.1 2000 OK\r\n", b"HTTP/1.1 200 O\rK\r\n"]
        self.assertEqual(
            check_answers(lines, "permissive"),
            (1, ["protocol at byte 0", "separator at byte 12", "line_end at byte 15"]),
        )

    def test_interim_responses_are_passed_over(self):
        early = b"HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\n"
        self.assertEqual(
            check_answers(
                [
                    b"HTTP/1.1 100 Go\r\n\r\n" + 40 * early + b"HTTP/1.1 204 Done\r\n",
                    b"HTTP/1.1 100\nX: y\n\nHTTP/1.1 500\n",
                    early[:-2] + b"HTTP/1.1 204 A field\r\n",
                    early,
                    b"HTTP/1.1 101 What?\r\n\r\n",
                ],
                "interop",
            ),
            (
                1,
                [
                    '204  "Done"',
                    '500  ""  missing_reason  bare_lf',
                    "need_more at byte 0",
                    "need_more at byte 0",
                    '101  "What?"',
                ],
            ),
        )

    def test_a_terminal_sees_no_escape_sequence(self):
        lines = [b'HTTP/1.1 200 \x1b[2J"\\\x9b\r\n']
        self.assertEqual(
            check_answers(lines, "permissive"),
            (0, [r'200  "\x1b[2J\x22\x5c\x9b"  control_in_reason']),
        )

    def test_many_at_once_take_the_time_of_the_slowest(self):
        waiting = threading.Barrier(40)

        def late(peer, _):
            waiting.wait(60)  # no backend answers before all have been asked
            peer.sendall(b"HTTP/1.1 200 OK\r\n")

        with servers.Script(late) as server:
            self.assertEqual(check(*[server.port] * 40), (0, ['200  "OK"'] * 40))

    def test_silence_ends(self):
        with servers.Script(lambda peer, _: peer.recv(1)) as mute, servers.Script(
            lambda peer, _: (peer.sendall(b"HTTP/1.1 2"), peer.recv(1))
        ) as stuck:
            self.assertEqual(
                check(mute.port, stuck.port, timeout=1),
                (1, ["timeout at byte 0", "timeout at byte 10"]),
            )

    def test_an_answer_that_does_not_wait_for_the_request(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def answer():
                peer, _ = listener.accept()
                peer.sendall(b"HTTP/1.1 503 Full\r\n\r\n")
                peer.close()

            thread = threading.Thread(target=answer)
            thread.start()
            self.assertEqual(check(listener.getsockname()[1]), (1, ['503  "Full"']))
            thread.join()

    def test_names_and_addresses(self):
        heads = []

        def answer(peer, head):
            heads.append(head)
            servers.send_raw(b"HTTP/1.1 200 OK\r\n")(peer, head)

        with servers.Script(answer, "::1") as six, servers.Script(answer) as four:
            names = [f"[::1]:{six.port}", f"localhost:{four.port}", f"127.0.0.1:{four.port}"]
            done = run("--timeout", "50", *names)
        self.assertEqual(done.returncode, 0, done)
        for name, line in zip(names, done.stdout.splitlines()):
            self.assertRegex(line, "^" + re.escape(name) + r'  200  "OK"  \d+\.\d ms$')
        self.assertEqual(
            sorted(heads),
            sorted(
                f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode()
                for name in names
            ),
        )

    def test_nobody_there(self):
        with servers.nobody() as port:
            self.assertEqual(check(port), (1, ["Connection refused at byte 0"]))
        done = run("--timeout", "50", "127.0.0.1:no-such-service")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "^127.0.0.1:no-such-service  .* at byte 0\n$")

    def test_usage(self):
        timeouts = (
            *("", " ", "x", "2x", "2 ", " 2", "+2", "0x2", "1e", "1,5", "2s", "2-", "1.5.5", "\u0662"),
            *("0", "0.0", "-0", "-1", "-inf", "inf", "+inf", "infinity", "nan", "-nan", "NaN", "nan(1)"),
            # Not a number of milliseconds, or more than a clock can count.
            *("0.0009", "1e-300", "1e-400", "1000000001", "1e10", "1e16", "1e300", "1e400", "9" * 400),
            *("9223372036.854775807", "9223372036854775.808", "18446744073709551.616"),
        )
        for wrong in (
            (),
            ("--policy", "lax", "x"),
            ("--policy", "strict"),
            ("--timeout",),
            ("--timeout", "2"),
            *(("--timeout", timeout, "x") for timeout in timeouts),
        ):
            with self.subTest(wrong=wrong):
                done = run(*wrong)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertRegex(done.stderr, r"^usage: health_check .*\n$")

    def test_timeouts(self):
        with servers.Script(servers.send_raw(b"HTTP/1.1 200 OK\r\n")) as server:
            for timeout in ("5", "5.5", ".5e1", "5.", "50000e-3", "007", "1e9", "1000000000"):
                with self.subTest(timeout=timeout):
                    self.assertEqual(check(server.port, timeout=timeout), (0, ['200  "OK"']))


if __name__ == "__main__":
    unittest.main()
