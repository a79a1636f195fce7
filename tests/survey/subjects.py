# SPDX-License-Identifier: MIT
"""The subjects of the survey, and how to ask them about the response at a URL."""

import json
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import browsers

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build/survey"
ADAPTERS = HERE / "adapters"
PYTHON = "/usr/bin/python3" # the one of Debian, with Debian's libraries
LIMIT = 8 # seconds for an answer


class Missing(Exception):
    """The subject is not installed."""


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def program(name):
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if path is None:
        raise Missing(name)
    return path


def package(name):
    """The version of an installed package of Debian."""
    version = output("dpkg-query", "-W", "-f", "${Version}", name)
    if not version:
        raise Missing(name)
    return re.sub(r"^\d+:|[-+].*$", "", version)


def kill(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    if process.stdin:
        process.stdin.close()


class Batch:
    """A program that reads an address on each line and prints an answer in JSON on each line, after its version."""
    bytes_in = False # whether it reads the response in hex in place of the address

    def __init__(self, *command):
        self.command = command
        self.process = self.lines = None
        self.version = None

    def open(self, _server):
        self.start()

    def start(self):
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen([str(word) for word in self.command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1,
                                        start_new_session=True)
        self.lines = queue.Queue()

        def read(stream, lines):
            for line in stream:
                lines.put(line.strip())
            lines.put(None)
            stream.close()
        threading.Thread(target=read, args=(self.process.stdout, self.lines), daemon=True).start()
        try:
            self.version = self.lines.get(timeout=60)
        except queue.Empty:
            self.version = None
        if not self.version:
            raise Missing(f"{' '.join(map(str, self.command))} does not start")

    def ask(self, url):
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(url + "\n")
            self.process.stdin.flush()
            line = self.lines.get(timeout=LIMIT)
        except queue.Empty:
            self.close()
            return {"outcome": "hang"}
        except BrokenPipeError:
            line = None
        if line is None:
            self.close()
            return {"outcome": "crash"}
        return json.loads(line)

    def close(self):
        if self.process:
            kill(self.process)
            self.process = None


class Compiled(Batch):
    """The same, of a source in C++."""

    def __init__(self, name, header, *flags, packages=()):
        super().__init__(BUILD / name)
        self.name, self.header, self.flags, self.packages = name, header, flags, packages

    def open(self, server):
        if not any(pathlib.Path(folder, self.header).exists() for folder in ("/usr/include", *pathlib.Path("/usr/include").glob("*/"))):
            raise Missing(self.header)
        flags = list(self.flags)
        for name in self.packages:
            flags += [word.replace("-I", "-isystem") for word in output("pkg-config", "--cflags", "--libs", name).split()]
        source = ADAPTERS / f"{self.name}.cpp"
        binary = BUILD / self.name
        if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
            subprocess.run([os.environ.get("CXX", "g++"), "-std=c++20", "-O1", source, "-o", binary, *flags], check=True)
        super().open(server)


class Go(Batch):
    def __init__(self):
        super().__init__(BUILD / "go-client")

    def open(self, server):
        subprocess.run([program("go"), "build", "-o", self.command[0], ADAPTERS / "client.go"], check=True)
        super().open(server)


class Peer(Batch):
    """A parser of tests/support/peers. It reads the bytes themselves."""
    bytes_in = True

    def __init__(self, name):
        super().__init__(os.environ.get("SURVEY_PEERS", BUILD / "survey_peers"), name)

    def open(self, server):
        if self.command[1] not in output(self.command[0]).split():
            raise Missing(self.command[1])
        super().open(server)


class Command:
    """A client that runs once for each address: `ask` of a subclass."""
    bytes_in = False
    version = None

    def run(self, *command, **options):
        """Its end and its output; no status if it hangs."""
        # pylint: disable=consider-using-with
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True, **options)
        try:
            out, err = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            kill(process)
            return None, b"", b""
        return process.returncode, out, err

    def close(self):
        pass


def ended(status):
    """The answer of a client that printed none."""
    if status is None:
        return {"outcome": "hang"}
    return {"outcome": "crash" if status < 0 else "refused"}


class Curl(Command):
    def open(self, _server):
        self.version = output(program("curl"), "--version").split()[1]

    def ask(self, url):
        status, out, _ = self.run("curl", "-qs", "-m", "6", "-H", "Connection: close", "-w",
                                  "\n%{http_code} %{http_version}", url)
        body, _, told = out.rpartition(b"\n")
        code, _, version = told.decode().partition(" ")
        # 18 is a body that ends early, 52 an empty reply; without a status line the code is 000.
        if status != 0 and not (status == 18 and code != "000"):
            return ended(status)
        answer = {"outcome": "accepted", "code": int(code), "body_hex": body.hex()}
        return answer | ({"version": version} if re.fullmatch(r"\d\.\d", version) else {})


class Wget(Command):
    """What it read is in the lines that --server-response prints and in its debugging output."""

    def open(self, _server):
        self.version = output(program("wget"), "--version").split()[2]

    def ask(self, url):
        status, out, err = self.run("wget", "--no-config", "-d", "-t", "1", "-T", "6", "--content-on-error",
                                    "--max-redirect=0", "--no-http-keep-alive", "-O", "-", url)
        code = re.search(rb"^HTTP request sent, awaiting response\.\.\. .*?---response end---\s(\S+) ?(.*?)$", err,
                         re.DOTALL | re.MULTILINE)
        if code is None or not code[1].isdigit(): # -1 is "Malformed status line"
            return ended(status) if status != 0 or not out else {"outcome": "accepted", "code": 200, "body_hex": out.hex()}
        answer = {"outcome": "accepted", "code": int(code[1])}
        return answer | ({"body_hex": out.hex()} if out else {}) # it prints none of a redirection, and of a 401


class Wget2(Command):
    """It writes its statistics to a file."""

    def open(self, _server):
        self.version = output(program("wget2"), "--version").split()[2]

    def ask(self, url):
        with tempfile.NamedTemporaryFile("r") as table:
            status, out, _ = self.run("wget2", "--no-config", "-q", f"--stats-site=csv:{table.name}", "--tries=1", "-T",
                                      "6", "--content-on-error", "--max-redirect=0", "--no-http-keep-alive",
                                      "--no-robots", "-O", "-", url)
            rows = table.read().splitlines()[1:]
        if not rows:
            return ended(status)
        return {"outcome": "accepted", "code": int(rows[0].split(",")[3]), "body_hex": out.hex()}


class Aria2(Command):
    """It logs a head once it has accepted it, and writes the code only if that is an error."""

    def open(self, _server):
        self.version = output(program("aria2c"), "--version").split()[2]

    def ask(self, url):
        with tempfile.TemporaryDirectory() as folder:
            status, out, _ = self.run("aria2c", "--no-conf", "-d", folder, "-o", "body", "-m", "1", "-t", "6",
                                      "--max-file-not-found=1", "--enable-http-keep-alive=false", "-l", "-",
                                      "--log-level=info", "--http-accept-gzip=false", url)
            if b"Response received:" not in out:
                return ended(status)
            answer = {"outcome": "accepted"}
            if code := re.search(rb"status=(\d+)", out):
                answer["code"] = int(code[1])
            body = pathlib.Path(folder, "body")
            return answer | ({"body_hex": body.read_bytes().hex()} if body.exists() else {})


def receive(address, head):
    """All that a server answers to a request."""
    got = b""
    try:
        with socket.create_connection(address, timeout=LIMIT) as s:
            s.sendall(head)
            while piece := s.recv(65536):
                got += piece
    except TimeoutError:
        return None if not got else got
    except OSError:
        pass
    return got


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Proxy:
    """A proxy in front of the server. It passes on a line that it accepts as a response with that code and body; else it
    answers with an error of its own."""
    bytes_in = False
    version = None

    def __init__(self, name, config, command, version):
        self.name, self.config, self.command, self.version_of = name, config, command, version
        self.process = self.folder = self.port = None

    def open(self, server):
        self.version = self.version_of()
        self.folder = tempfile.TemporaryDirectory(prefix="survey-")
        os.chmod(self.folder.name, 0o777) # for proxies that give up root
        self.port = free_port()
        values = {"@PORT@": str(self.port), "@BACKEND@": str(server.port), "@DIR@": self.folder.name}

        def fill(text):
            for name, value in values.items():
                text = text.replace(name, value)
            return text
        (pathlib.Path(self.folder.name) / "config").write_text(fill(self.config), encoding="utf-8")
        log = open(pathlib.Path(self.folder.name) / "log", "wb")
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen([fill(word) for word in [program(self.command[0]), *self.command[1:]]],
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        log.close()
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise Missing(f"{self.name} does not start: " + (pathlib.Path(self.folder.name) / "log").read_text()[-500:])

    def ask(self, url):
        path = url[url.index("/", 7):]
        got = receive(("127.0.0.1", self.port),
                      f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode()) # 1.0: nothing comes in chunks
        if got is None:
            return {"outcome": "hang"}
        head, _, body = got.partition(b"\r\n\r\n")
        line = re.match(rb"HTTP/1\.[01] (\d{3}) ?(.*)", head)
        if line is None: # it passes on, as a body without a head, what it could not read
            return {"outcome": "accepted", "body_hex": got.hex()} if got else {"outcome": "refused"}
        return {"outcome": "accepted", "code": int(line[1]), "reason_hex": line[2].rstrip(b"\r").hex(),
                "body_hex": body.hex(), "own_error": int(line[1]) in (500, 502, 503, 504)}

    def close(self):
        if self.process:
            kill(self.process)
        if self.folder:
            self.folder.cleanup()


NGINX = """
daemon off; master_process off; pid @DIR@/pid; error_log @DIR@/error.log;
events {}
http {
  access_log off; client_body_temp_path @DIR@/a; proxy_temp_path @DIR@/b; fastcgi_temp_path @DIR@/c;
  uwsgi_temp_path @DIR@/d; scgi_temp_path @DIR@/e;
  server { listen 127.0.0.1:@PORT@; location / { proxy_pass http://127.0.0.1:@BACKEND@; proxy_read_timeout 5s; } }
}
"""
HAPROXY = """
defaults
  mode http
  timeout connect 5s
  timeout client 6s
  timeout server 5s
  option httpclose
frontend f
  bind 127.0.0.1:@PORT@
  default_backend b
backend b
  server s 127.0.0.1:@BACKEND@
"""
SQUID = """
http_port 127.0.0.1:@PORT@ accel defaultsite=127.0.0.1 no-vhost
cache_peer 127.0.0.1 parent @BACKEND@ 0 no-query originserver no-digest
http_access allow all
never_direct allow all
cache deny all
access_log none
cache_log @DIR@/cache.log
pid_filename @DIR@/pid
coredump_dir @DIR@
read_timeout 5 seconds
server_persistent_connections off
retry_on_error off
pinger_enable off
netdb_filename none
shutdown_lifetime 1 seconds
"""
VARNISH = """
vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "@BACKEND@"; .first_byte_timeout = 5s; }
sub vcl_recv { return (pass); }
sub vcl_backend_fetch { set bereq.http.Connection = "close"; }
"""
APACHE = """
ServerRoot @DIR@
PidFile @DIR@/pid
ErrorLog @DIR@/error.log
Listen 127.0.0.1:@PORT@
ServerName 127.0.0.1
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule env_module /usr/lib/apache2/modules/mod_env.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
User www-data
Group www-data
SetEnv proxy-nokeepalive 1
ProxyTimeout 5
ProxyPass / http://127.0.0.1:@BACKEND@/ retry=0
"""
LIGHTTPD = """
server.document-root = "@DIR@"
server.bind = "127.0.0.1"
server.port = @PORT@
server.modules = ("mod_proxy")
proxy.server = ("" => (("host" => "127.0.0.1", "port" => @BACKEND@)))
"""


def version_in(pattern, *command):
    def find():
        done = subprocess.run([program(command[0]), *command[1:]], capture_output=True, text=True, check=False)
        return re.search(pattern, done.stdout + done.stderr)[1]
    return find


def python(name):
    return Batch(PYTHON, "-B", ADAPTERS / "clients.py", name)


# name: (group, subject). The order is that of the columns.
SUBJECTS = {
    "llhttp 8": ("parser", Peer("llhttp")),
    "llhttp 9": ("parser", Peer("llhttp9")),
    "http_parser": ("parser", Peer("http_parser")),
    "Boost.Beast": ("parser", Peer("beast")),
    "picohttpparser": ("parser", Peer("picohttpparser")),
    "httparse": ("parser", Peer("httparse")),
    "curl": ("client", Curl()),
    "wget": ("client", Wget()),
    "wget2": ("client", Wget2()),
    "aria2": ("client", Aria2()),
    "Python http.client": ("client", python("http.client")),
    "requests": ("client", python("requests")),
    "httpx": ("client", python("httpx")),
    "aiohttp": ("client", python("aiohttp")),
    "aiohttp (Python)": ("client", python("aiohttp-python")),
    "tornado": ("client", python("tornado")),
    "twisted": ("client", python("twisted")),
    "Node http": ("client", Batch("node", ADAPTERS / "client.mjs", "http")),
    "Node http (lenient)": ("client", Batch("node", ADAPTERS / "client.mjs", "http-lenient")),
    "undici": ("client", Batch("node", ADAPTERS / "client.mjs", "fetch")),
    "LWP": ("client", Batch("perl", ADAPTERS / "lwp.pl", "lwp")),
    "HTTP::Tiny": ("client", Batch("perl", ADAPTERS / "lwp.pl", "tiny")),
    "Ruby Net::HTTP": ("client", Batch("ruby", ADAPTERS / "net_http.rb")),
    "PHP streams": ("client", Batch("php", ADAPTERS / "stream.php")),
    "Java HttpURLConnection": ("client", Batch("java", ADAPTERS / "Client.java", "url-connection")),
    "Java HttpClient": ("client", Batch("java", ADAPTERS / "Client.java", "http-client")),
    "Go net/http": ("client", Go()),
    "libsoup": ("client", Compiled("soup", "libsoup-3.0/libsoup/soup.h", packages=["libsoup-3.0"])),
    "neon": ("client", Compiled("neon", "neon/ne_session.h", "-I/usr/include/neon", "-lneon")),
    "libevent": ("client", Compiled("event", "event2/http.h", "-levent")),
    "Poco": ("client", Compiled("poco", "Poco/Net/HTTPClientSession.h", "-lPocoNet", "-lPocoFoundation")),
    "cpp-httplib": ("client", Compiled("httplib", "httplib.h", "-lcpp-httplib", "-lssl", "-lcrypto")),
    **browsers.SUBJECTS,
    "nginx": ("proxy", Proxy("nginx", NGINX, ["nginx", "-c", "@DIR@/config"],
                             version_in(r"nginx/(\S+)", "nginx", "-v"))),
    "HAProxy": ("proxy", Proxy("HAProxy", HAPROXY, ["haproxy", "-db", "-f", "@DIR@/config"],
                               version_in(r"version (\d[.\d]*)", "haproxy", "-v"))),
    "Squid": ("proxy", Proxy("Squid", SQUID, ["squid", "-N", "-f", "@DIR@/config"],
                             version_in(r"Version (\S+)", "squid", "-v"))),
    "Varnish": ("proxy", Proxy("Varnish", VARNISH, ["varnishd", "-F", "-a", "127.0.0.1:@PORT@", "-f", "@DIR@/config",
                                                    "-n", "@DIR@/n", "-s", "malloc,16M"],
                               version_in(r"varnish-(\d[.\d]*)", "varnishd", "-V"))),
    "Apache": ("proxy", Proxy("Apache", APACHE, ["apache2", "-DFOREGROUND", "-f", "@DIR@/config"],
                              version_in(r"Apache/(\S+)", "apache2", "-v"))),
    "lighttpd": ("proxy", Proxy("lighttpd", LIGHTTPD, ["lighttpd", "-D", "-f", "@DIR@/config"],
                                version_in(r"lighttpd/(\S+)", "lighttpd", "-v"))),
}
