# SPDX-License-Identifier: MIT
import contextlib
import os
import select
import socket
import subprocess
import sys
import unittest

import servers

PROGRAM = sys.argv.pop(1)


def run(*arguments, **environment):
    done = subprocess.run(
        [PROGRAM, *arguments],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **environment},
    )
    return done.returncode, [tuple(line.split("\t")) for line in done.stdout.splitlines()]


def get(data):
    with servers.Script(servers.send_raw(data)) as server:
        return run(f"http://127.0.0.1:{server.port}/")


def tunnel(line):
    """A proxy that supports only CONNECT, and answers it with this line."""

    def answer(peer, head):
        host, port = head.split()[1].decode().rsplit(":", 1)
        with socket.create_connection((host, int(port)), 60) as server:
            peer.sendall(line + b"Via: 1.1 x\r\n\r\n")
            ends = {peer: server, server: peer}
            while True:
                for source in select.select(list(ends), [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    ends[source].sendall(data)

    return answer


class CurlStatus(unittest.TestCase):
    def test_redirects_of_nginx(self):
        with servers.nginx(
            "location / { return 302 /there; } location /there { return 307 /end; }"
            "location /end { return 204; } location /unnamed { return 599; }"
        ) as port:
            at = f"http://127.0.0.1:{port}"
            self.assertEqual(
                run(f"{at}/", f"{at}/unnamed"),
                (
                    0,
                    [
                        ("302", "Moved Temporarily", ""),
                        ("307", "Temporary Redirect", ""),
                        ("204", "No Content", ""),
                        ("599", "", ""),
                    ],
                ),
            )

    def test_haproxy(self):
        rules = (
            "http-request return status 200 content-type text/plain string hello\n"
            ' http-after-response set-status 299 reason "So so"'
        )
        with servers.haproxy(rules) as port:
            self.assertEqual(run(f"http://127.0.0.1:{port}/"), (0, [("299", "So so", "")]))

    def test_interim_responses(self):
        got = get(
            b"HTTP/1.1 102 Still at it\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
            b"HTTP/1.1 200 At last\r\nContent-Length: 2\r\n\r\nhi"
        )
        self.assertEqual(
            got,
            (0, [("102", "Still at it", ""), ("103", "Early Hints", ""), ("200", "At last", "")]),
        )

    def test_what_follows_a_line_that_libcurl_reads_another_way(self):
        final = b"HTTP/1.1 200 At last\r\nContent-Length: 2\r\n\r\nhi"
        last = ("200", "At last", "")
        for line, want in (
            # libcurl treats these as codes of interim responses.
            (b"HTTP/1.1 103 x\ry\r\n", [("-", "line_end at byte 15", ""), last]),
            (b"HTTP/1.1 103 " + b"x" * 9000 + b"\r\n", [("-", "too_long at byte 8192", ""), last]),
            (b"HTTP/1.1  103x\r\n", [("103", "x", "extra_space,glued_reason"), last]),
            # And it ends here.
            (b"HTTP/1.1 101 x\r\n", [("101", "x", "")]),
            # For libcurl this is a 200, and the bytes after the body are a trailer field.
            (
                b"http/1.1 103 x\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"0\r\nHTTP/1.1 404 Made: up\r\n",
                [("103", "x", "lowercase_protocol")],
            ),
        ):
            with self.subTest(line=line[:99]):
                failed = any(code == "-" for code, _, _ in want)
                self.assertEqual(get(line + b"\r\n" + final), (int(failed), want))

    def test_trailer_fields_are_not_status_lines(self):
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for body in (b"2\r\nhi\r\n0\r\n", b"0\r\n"):
            for field in (b"X-Sum: 7\r\n", b"HTTP/1.1 404 Made: up\r\n"):
                with self.subTest(body=body, field=field):
                    self.assertEqual(get(head + body + field + b"\r\n"), (0, [("200", "OK", "")]))

    def test_a_field_is_not_a_status_line(self):
        got = get(b"HTTP/1.1 200 OK\r\nHTTP/1.1 404 Made up: x\r\nContent-Length: 0\r\n\r\n")
        self.assertEqual(got, (0, [("200", "OK", "")]))

    def test_a_redirect_whose_body_has_trailer_fields(self):
        def answer(peer, head):
            if b"GET /end" in head:
                servers.send_raw(b"HTTP/1.1 204 Done\r\n\r\n")(peer, head)
            servers.send_raw(
                b"HTTP/1.1 301 Gone on\r\nLocation: /end\r\nConnection: close\r\n"
                b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nHTTP/1.1 404 Made: up\r\n\r\n"
            )(peer, head)

        with servers.Script(answer) as server:
            got = run(f"http://127.0.0.1:{server.port}/")
        self.assertEqual(got, (0, [("301", "Gone on", ""), ("204", "Done", "")]))

    def test_a_proxys_answer_to_connect(self):
        with contextlib.ExitStack() as stack:
            origin = stack.enter_context(servers.nginx("location / { return 302 /x; } location /x { return 200 hi; }"))
            proxy = stack.enter_context(servers.Script(tunnel(b"HTTP/1.0 200 Tunnel's open\r\n")))
            at, through = f"http://127.0.0.1:{origin}/", f"http://127.0.0.1:{proxy.port}"
            lines = [
                ("200", "Tunnel's open", ""),
                ("302", "Moved Temporarily", ""),
                ("200", "OK", ""),
            ]
            # Proxies in the environment change nothing.
            self.assertEqual(run("--proxy", through, at, no_proxy="*"), (0, lines))
            self.assertEqual(run(at, http_proxy=through), (0, lines[1:]))

            refusing = stack.enter_context(
                servers.Script(servers.send_raw(b"HTTP/1.1 403 Not through me\r\n\r\n"))
            )
            self.assertEqual(
                run("--proxy", f"http://127.0.0.1:{refusing.port}", at),
                (1, [("403", "Not through me", "")]),
            )
            odd = stack.enter_context(servers.Script(tunnel(b"HTTP/1.0 200\n")))
            self.assertEqual(
                run("--proxy", f"http://127.0.0.1:{odd.port}", at),
                (0, [("200", "", "missing_reason,bare_lf"), *lines[1:]]),
            )

    def test_ipv6(self):
        with servers.Script(servers.send_raw(b"HTTP/1.1 204 Six\r\n\r\n"), "::1") as server:
            self.assertEqual(run(f"http://[::1]:{server.port}/"), (0, [("204", "Six", "")]))

    def test_quirks(self):
        rest = b"Content-Length: 0\r\n\r\n"
        for line, want in (
            (b"HTTP/1.1 200\r\n", ("200", "", "missing_reason")),
            (b"HTTP/1.1 404-Gone\n", ("404", "-Gone", "bare_lf,glued_reason")),
            (b"HTTP/1.1 200 \x1b[2J\\\t\xff\r\n", ("200", r"\x1b[2J\x5c\x09\xff", "control_in_reason")),
        ):
            with self.subTest(line=line):
                self.assertEqual(get(line + rest), (0, [want]))

    def test_what_is_not_a_status_line(self):
        rest = b"Content-Length: 0\r\n\r\n"
        # libcurl 7.88 passes on the CR and the bytes after it as part of the line.
        self.assertEqual(
            get(b"HTTP/1.1 200 OK\rX: y\r\n" + rest), (1, [("-", "line_end at byte 16", "")])
        )
        self.assertEqual(
            get(b"HTTP/1.1 200 " + b"x" * 9000 + b"\r\n" + rest),
            (1, [("-", "too_long at byte 8192", "")]),
        )

    def test_no_response(self):
        self.assertEqual(get(b"SSH-2.0-x\r\n"), (1, []))
        with servers.nobody() as port:
            self.assertEqual(run(f"http://127.0.0.1:{port}/"), (1, []))
        # No other protocol: libcurl would report its lines as those of a head.
        self.assertEqual(run(f"file://{__file__}"), (1, []))
        for arguments in ((), ("--proxy", "http://127.0.0.1"), ("--help",)):
            self.assertEqual(run(*arguments), (2, []))


if __name__ == "__main__":
    unittest.main()
