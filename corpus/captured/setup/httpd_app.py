"""A handler under python3's http.server: also the origin behind the proxies, on the port given."""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from reasons import REASONS


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = "/" + self.path.rsplit("/", 1)[-1]
        if path == "/crash":
            raise RuntimeError("crash")
        if path == "/slow":
            time.sleep(30)
        if path == "/early":
            self.send_response_only(103)
            self.send_header("Link", "</style.css>; rel=preload")
            self.end_headers()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        code, reason = REASONS.get(path, (200, None))
        self.send_response(code, reason)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", "7")
        self.end_headers()
        self.wfile.write(b"origin\n")

    do_POST = do_GET


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
