# SPDX-License-Identifier: MIT
"""Browsers without a window. A page asks for an address at a time, fetches it, and sends what it got.

A relay stands between browser and server: page and responses must have one origin for the page to see them. It passes
each response on as it is."""

import http.server
import json
import os
import queue
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading

PAGE = b"""<!doctype html><title>survey</title><script>
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const get = async (path) => {
  const response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(5000) });
  const body = await response.arrayBuffer().catch(() => new ArrayBuffer(0));
  return { outcome: "accepted", code: response.status, body_hex: hex(new Uint8Array(body)),
           reason_hex: hex(Array.from(response.statusText, (c) => c.charCodeAt(0) & 255)) };
};
(async () => {
  for (;;) {
    const path = await (await fetch("/survey/task", { cache: "no-store" })).json();
    const answer = await get(path).catch((error) => ({ outcome: "refused", error: String(error) }));
    await fetch("/survey/result", { method: "POST", body: JSON.stringify(answer) });
  }
})();
</script>"""


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, format, *args): # pylint: disable=redefined-builtin
        pass

    def answer(self, body, kind="application/json"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def do_GET(self):
        browser = self.server.browser
        if self.path == "/survey":
            self.answer(PAGE, "text/html")
        elif self.path == "/survey/task":
            self.answer(json.dumps(browser.tasks.get()).encode())
        elif self.path == "/favicon.ico":
            self.answer(b"")
        else:
            with socket.create_connection(("127.0.0.1", browser.backend), timeout=10) as server:
                server.sendall(f"GET {self.path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                while piece := server.recv(65536):
                    self.wfile.write(piece)
            self.close_connection = True

    def do_POST(self):
        self.server.browser.results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer(b"")


class Relay(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


class Browser:
    bytes_in = False
    version = None

    def __init__(self, name, *options):
        self.name, self.options = name, options
        self.process = self.folder = self.relay = self.backend = None
        self.tasks, self.results = queue.Queue(), queue.Queue()

    def open(self, server):
        if shutil.which(self.name) is None:
            raise FileNotFoundError(self.name)
        said = subprocess.run([self.name, "--version"], capture_output=True, text=True, check=False).stdout
        self.version = next(word for word in said.split() if word[0].isdigit())
        self.backend = server.port
        self.relay = Relay(("127.0.0.1", 0), Handler)
        self.relay.browser = self
        threading.Thread(target=self.relay.serve_forever, daemon=True).start()
        self.start()

    def start(self):
        self.folder = tempfile.TemporaryDirectory(prefix="survey-", ignore_cleanup_errors=True)
        options = [option.replace("@DIR@", self.folder.name) for option in self.options]
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen([self.name, *options, f"http://127.0.0.1:{self.relay.server_port}/survey"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True,
                                        env=os.environ | {"HOME": self.folder.name})

    def ask(self, url):
        self.tasks.put(url[url.index("/", 7):])
        try:
            return self.results.get(timeout=60)
        except queue.Empty:
            self.stop()
            self.tasks, self.results = queue.Queue(), queue.Queue()
            self.start()
            return {"outcome": "hang"}

    def stop(self):
        if self.process:
            try:
                os.killpg(self.process.pid, 9)
            except ProcessLookupError:
                pass
            self.process.wait()
            self.folder.cleanup()

    def close(self):
        self.stop()
        if self.relay:
            self.relay.shutdown()
            self.relay.server_close()


SUBJECTS = {
    "Chromium": ("client", Browser("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                                   "--disable-background-networking", "--user-data-dir=@DIR@")),
    "Firefox": ("client", Browser("firefox-esr", "--headless", "--no-remote", "--profile", "@DIR@")),
}
