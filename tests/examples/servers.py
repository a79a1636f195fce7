# SPDX-License-Identifier: MIT
"""Servers on loopback: real ones, and one that sends the answer that a test chooses.

No code here asks for a free port and hopes that it stays free: each port is held from the start.
"""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time


class Script:
    """Calls answer(socket, bytes of the request head) for each connection, in a separate thread."""

    def __init__(self, answer, host="127.0.0.1"):
        self.answer = answer
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.create_server((host, 0), family=family, backlog=512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        # A peer that has read enough may close in the middle of the answer.
        with peer, contextlib.suppress(OSError):
            peer.settimeout(60)
            self.answer(peer, read_head(peer))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)  # or accept() would keep it open
        self.listener.close()


def read_head(peer):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = peer.recv(1)
        if not piece:
            break
        head += piece
    return head


def read_all(peer):
    return b"".join(iter(lambda: peer.recv(65536), b""))


def send_raw(data):
    """Answers with these bytes, then closes."""

    def answer(peer, _):
        peer.sendall(data)
        # A close with unread bytes would be a reset, which may overtake the sent bytes.
        peer.shutdown(socket.SHUT_WR)
        read_all(peer)

    return answer


@contextlib.contextmanager
def nobody():
    """A port that refuses connections, and that no other process can get."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextlib.contextmanager
def unreachable():
    """A port that neither accepts nor refuses connections: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listener.getsockname()
        for _ in range(2):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield address[1]


@contextlib.contextmanager
def process(command, **options):
    """Runs a server until the block ends."""
    # Debian installs them in root's path.
    command[0] = shutil.which(command[0], path=f"{os.environ['PATH']}:/usr/sbin") or command[0]
    with subprocess.Popen(command, **options) as child:
        try:
            yield child
            assert child.poll() is None, f"{command[0]} ended with {child.returncode}"
        finally:
            child.terminate()


@contextlib.contextmanager
def nginx(locations):
    with tempfile.TemporaryDirectory() as folder, socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(("127.0.0.1", 0))
        address = held.getsockname()
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config = pathlib.Path(folder, "nginx.conf")
        config.write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log stderr crit;"
            f"events {{}} http {{ access_log off; client_max_body_size 0; {temporary}"
            f"server {{ listen 127.0.0.1:{address[1]} reuseport; root {folder}; {locations} }} }}",
            encoding="utf-8",
        )
        command = ["nginx", "-e", "stderr", "-p", folder, "-c", str(config)]
        with process(command) as child:
            while child.poll() is None:
                with contextlib.suppress(OSError), socket.create_connection(address, 1):
                    break
                time.sleep(0.02)
            yield address[1]


@contextlib.contextmanager
def haproxy(rules):
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as door:
        config = pathlib.Path(folder, "haproxy.cfg")
        config.write_text(
            "defaults\n mode http\n timeout client 60s\n timeout server 60s\n timeout connect 60s\n"
            f"frontend front\n bind fd@{door.fileno()}\n {rules}\n",
            encoding="utf-8",
        )
        command = ["haproxy", "-q", "-db", "-f", str(config)]
        with process(command, pass_fds=[door.fileno()]):
            yield door.getsockname()[1]
