# SPDX-License-Identifier: MIT
"""`parse --follow` on streams of real servers: it must find every head of many responses on a persistent
connection, and nothing else. RESPONSES is the total number (100000), TOOL the program."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "examples"))
import servers

TOOL = os.environ["TOOL"]
RESPONSES = int(os.environ.get("RESPONSES", "100000"))

# Each request with the code of its answer. /a is a file of 5 bytes. /large has 100 kB that look like a
# response from its second line on. /chunked comes in chunks if the server supports that.
GET = [
    ("GET /a", "", 200),
    ("GET /missing", "", 404),
    ("HEAD /a", "", 200),
    ("GET /a", "If-Modified-Since: Wed, 01 Jan 2020 00:00:00 GMT\r\n", 304),
    ("GET /large", "", 200),
    ("GET /chunked", "", 200),
    ("HEAD /large", "", 200),
    ("GET /none", "", 204),
]

NODE = """
const http = require('http'), fs = require('fs');
const server = http.createServer((request, response) => {
  const name = process.argv[1] + request.url;
  if (request.url === '/none') { response.writeHead(204); response.end(); }
  else if (request.url === '/chunked') { response.write('HTTP/'); response.write('1.1 500 no\\r\\n\\r\\n'); response.end(); }
  else if (!fs.existsSync(name)) { response.writeHead(404); response.end('nothing here'); }
  else if (request.headers['if-modified-since']) { response.writeHead(304); response.end(); }
  else { const bytes = fs.readFileSync(name); response.setHeader('Content-Length', bytes.length);
         response.end(request.method === 'HEAD' ? undefined : bytes); }
});
server.keepAliveTimeout = 0; server.maxRequestsPerSocket = 0;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
"""

PYTHON = """
import http.server, sys
class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    def log_message(self, *_): pass
    def do_GET(self):
        if self.path == "/none":
            self.send_response(204)
            self.end_headers()
        elif self.path == "/chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"5;a=b\\r\\nHTTP/\\r\\nE\\r\\n1.1 500 no\\r\\n\\r\\n\\r\\n0\\r\\nTrailer: x\\r\\n\\r\\n")
        elif self.path == "/missing":  # send_error() would close the connection
            self.send_response(404)
            self.send_header("Content-Length", "12")
            self.end_headers()
            self.wfile.write(b"nothing here")
        else:
            super().do_GET()
        self.wfile.flush()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Handler(*a, directory=sys.argv[1]))
print(server.server_address[1], flush=True)
server.serve_forever()
"""


@contextlib.contextmanager
def script(*command):
    """A server that prints its port."""
    with servers.process(list(command), stdout=subprocess.PIPE, text=True) as child:
        yield int(child.stdout.readline())


@contextlib.contextmanager
def nginx(folder):
    locations = (
        "keepalive_requests 1000000; keepalive_timeout 600;"
        f"location / {{ root {folder}; }}"
        "location = /none { return 204; }"
        f"location = /chunked {{ root {folder}; ssi on; ssi_types *; }}"
    )
    with servers.nginx(locations) as port:
        yield port


@contextlib.contextmanager
def apache(folder):
    modules = "/usr/lib/apache2/modules"
    for _ in range(5):  # another process may get the port before Apache does
        with socket.create_server(("127.0.0.1", 0)) as held:
            port = held.getsockname()[1]
        config = pathlib.Path(folder).parent / "apache.conf"
        config.write_text(
            f"Listen 127.0.0.1:{port}\nServerName localhost\nServerRoot {config.parent}\n"
            f"PidFile {config.parent}/apache.pid\nErrorLog {config.parent}/apache.log\n"
            f"LoadModule mpm_event_module {modules}/mod_mpm_event.so\n"
            f"LoadModule authz_core_module {modules}/mod_authz_core.so\n"
            f"LoadModule alias_module {modules}/mod_alias.so\n"
            f"LoadModule include_module {modules}/mod_include.so\n"
            f"LoadModule filter_module {modules}/mod_filter.so\n"
            f"DocumentRoot {folder}\nMaxKeepAliveRequests 0\nKeepAliveTimeout 600\n"
            f"User #{os.getuid() or 65534}\nGroup #{os.getgid() or 65534}\n"
            "Redirect 204 /none\n"
            "<Location /chunked>\nOptions +Includes\nSetOutputFilter INCLUDES\n</Location>\n",
            encoding="ascii",
        )
        program = shutil.which("apache2", path=f"{os.environ['PATH']}:/usr/sbin")
        with subprocess.Popen([program, "-f", config, "-DFOREGROUND"], stderr=subprocess.DEVNULL) as child:
            try:
                while child.poll() is None:
                    with contextlib.suppress(OSError):
                        socket.create_connection(("127.0.0.1", port), 1).close()
                        yield port
                        return
                    time.sleep(0.02)
            finally:
                child.terminate()
    raise RuntimeError("Apache does not start")


def record(port, requests, to):
    """Sends all requests over one connection, and writes the answers to a file."""
    with socket.create_connection(("127.0.0.1", port), 60) as peer:
        def send():
            for at in range(0, len(requests), 64):
                batch = requests[at : at + 64]
                peer.sendall("".join(f"{line} HTTP/1.1\r\nHost: x\r\n{fields}\r\n" for line, fields, _ in batch).encode())
            peer.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        sender = threading.Thread(target=send)
        sender.start()
        with to.open("wb") as file:
            while piece := peer.recv(1 << 20):
                file.write(piece)
        sender.join()


class KeepAlive(unittest.TestCase):
    def setUp(self):
        self.work = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.work.chmod(0o755)  # Apache drops root's rights
        self.root = self.work / "root"
        self.root.mkdir()
        (self.root / "a").write_bytes(b"hello")
        (self.root / "large").write_bytes(b"x\n" + b"HTTP/1.1 500 no\r\n\r\n" * 5263)
        for name in ("a", "large"):
            os.utime(self.root / name, (1577836800, 1577836800))  # 2020-01-01
        (self.root / "chunked").write_bytes(b'x<!--#set var="a" value="b" -->\r\n\r\nHTTP/1.1 500 no\r\n\r\n')

    def holds(self, server):
        count = max(1, RESPONSES // 4)
        requests = [GET[i % len(GET)] for i in range(count - 1)]
        file = self.work / "stream"
        with server as port:
            record(port, requests, file)
        codes = [code for *_, code in requests] + [200]
        args = [TOOL, "parse", "--follow", str(file)]
        heads = subprocess.run([*args, "--json"], stdout=subprocess.PIPE, check=False, text=True)
        seen = [json.loads(line) for line in heads.stdout.splitlines()]
        self.assertEqual([head["code"] for head in seen], codes)
        self.assertFalse(any("framing" in head for head in seen))
        self.assertEqual(heads.returncode, 0)
        # Each byte outside the bodies is in a head.
        summary = subprocess.run([*args, "--quiet", "--json"], stdout=subprocess.PIPE, check=True, text=True)
        counts = json.loads(summary.stdout)
        self.assertEqual((counts["inputs"], counts["valid"]), (count, count))
        self.assertGreater(counts["body_bytes"], 0)
        self.assertLess(counts["body_bytes"], file.stat().st_size)
        if count > len(GET):
            self.assertIn(b"chunked", file.read_bytes())

    def test_nginx(self):
        self.holds(nginx(self.root))

    def test_apache(self):
        self.holds(apache(self.root))

    def test_node(self):
        self.holds(script("node", "-e", NODE, str(self.root)))

    def test_python(self):
        self.holds(script(sys.executable, "-c", PYTHON, str(self.root)))


if __name__ == "__main__":
    unittest.main()
