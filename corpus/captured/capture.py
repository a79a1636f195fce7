#!/usr/bin/env python3
"""Captures responses of real HTTP servers as raw bytes: one file each, listed in ORIGIN.md.

    capture.py [--install] [--list] [--verbose] [SERVER...]

Runs as root on Debian 12. Everything happens in namespaces of its own: the network is a loopback and
nothing else, the host is called localhost, /srv is an empty tmpfs, and no process outlives the script.
So every server listens on port 8080, no address or name of the machine can get into a file, and the
configurations in setup/, copied to /srv before each start, need no substitution.

Each server answers the same questions (WIRE, then FILES or APP where it has such a thing) and those of
its own. Of captures with the same status lines one for each server is kept, and those of two servers;
that of a plain GET, "ok", is kept for every server.
"""

import argparse
import collections
import contextlib
import datetime
import fcntl
import os
import pwd
import re
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
SRV = Path("/srv")
PORT, DEAD, MUTE, SHUT, BACKEND, SECOND = 8080, 8081, 8082, 8083, 8084, 8086  # the files in setup/ know these
LIMIT = 4096  # of a capture: what follows is cut off
SHARED = 2  # servers of which captures with the same status lines are kept
QUIET = 0.5  # a response is complete when nothing has come for so long
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/srv",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
}
STATUS_LINE = re.compile(rb"\A[^\n]*\n?|^(?:HTTP/|http/|ICY )[^\n]*\n?", re.MULTILINE)


# --- what to ask ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shot:
    """One capture: what is sent on one connection, piece by piece, each after the answer to the one before."""

    what: str
    pieces: tuple[bytes, ...]
    port: int = PORT
    patience: float = 4.0  # seconds to wait for the first byte
    held: bytes = b""  # sent on a second connection, which stays open meanwhile


def head(target: str, *fields: str, method: str = "GET", version: str = "HTTP/1.1", host: str = "localhost") -> bytes:
    lines = [f"{method} {target} {version}"]
    if host:
        lines.append(f"Host: {host}")
    lines.extend(fields)
    if not any(f.lower().startswith("connection:") for f in fields):
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def get(what: str, target: str, *fields: str, method: str = "GET") -> Shot:
    return Shot(what, (head(target, *fields, method=method),))


def raw(what: str, *pieces: bytes, patience: float = 4.0) -> Shot:
    return Shot(what, pieces, patience=patience)


def each(*targets: str, prefix: str = "/") -> tuple[Shot, ...]:
    return tuple(get(target.strip("/").replace("/", "-"), prefix + target) for target in targets)


CLIENT_HELLO = bytes.fromhex("16030100310100002d0303") + bytes(32) + bytes.fromhex("000006002f003500ff0100")
KEEP = "Connection: keep-alive"
WEBSOCKET = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
)
H2C = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")


def wire(target: str = "/") -> tuple[Shot, ...]:
    """How a server speaks the protocol, whatever it serves."""
    return (
        get("ok", target),
        raw("http10", head(target, version="HTTP/1.0", host="")),
        raw("http10-keep-alive", head(target, KEEP, version="HTTP/1.0")),
        raw("http09", f"GET {target}\r\n".encode()),
        get("head", target, method="HEAD"),
        get("missing", "/missing"),
        raw("garbage", b"NONSENSE\r\n\r\n"),
        raw("tls", CLIENT_HELLO),
        raw("version", head(target, version="HTTP/3.0")),
        raw("minor-version", head(target, version="HTTP/1.9")),
        raw("lowercase-version", head(target, version="http/1.1")),
        raw("h2-preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        get("method", target, method="BREW"),
        get("options", "*", method="OPTIONS"),
        get("trace", target, method="TRACE"),
        get("delete", target, "Content-Length: 0", method="DELETE"),
        get("put", "/put", "Content-Length: 0", method="PUT"),
        raw("no-host", head(target, host="")),
        get("relative", "relative"),
        get("bad-escape", "/%zz%00"),
        get("dots", "/../../etc/passwd"),
        get("long-target", "/" + "a" * 70000),
        get("long-field", target, "X: " + "a" * 70000),
        get("many-fields", target, *(f"X{n}: {n}" for n in range(300))),
        get("bad-field", target, "no colon here"),
        get("bad-length", target, "Content-Length: nonsense", method="POST"),
        get("bad-coding", target, "Transfer-Encoding: nonsense", method="POST"),
        get("no-length", target, method="POST"),
        get("huge-body", target, "Content-Length: 99999999999", "Expect: 100-continue", method="POST"),
        raw("expect", head(target, "Content-Length: 4", "Expect: 100-continue", method="POST"), b"body"),
        get("bad-expect", target, "Expect: nonsense"),
        raw("pipelined", head(target, KEEP) + head(target)),
        raw("pipelined-missing", head(target, KEEP) + head("/missing")),
        get("websocket", target, *WEBSOCKET),
        get("h2c", target, *H2C),
        raw("slow", b"GET / HTTP/1.1\r\n", patience=3.0),
        raw("slow-body", head(target, "Content-Length: 4", method="POST"), b"b", patience=3.0),
    )


def files(folder: str = "") -> tuple[Shot, ...]:
    """What a server of files does with those in setup/www."""
    page = folder + "/page.txt"
    return (
        get("folder", folder + "/sub"),
        get("range", page, "Range: bytes=4-8"),
        get("bad-range", page, "Range: bytes=900-"),
        get("unmodified", page, "If-Modified-Since: Wed, 01 Jan 2020 00:00:00 GMT"),
        get("precondition", page, 'If-Match: "nothing"'),
        get("post", page, "Content-Length: 0", method="POST"),
        get("not-acceptable", page, "Accept: image/png"),
    )


KEYS = tuple(
    "custom empty bare unnamed latin1 utf8 999 099 padded glued dashed substatus"
    " tab escape long 204 418 crash early processing error".split()
)


def app(prefix: str = "/") -> tuple[Shot, ...]:
    """What a server makes of the statuses that an application asks for."""
    return each(*KEYS, prefix=prefix)


def cgi(prefix: str = "/cgi-bin/status.cgi?") -> tuple[Shot, ...]:
    return tuple(get("cgi-" + key, prefix + key) for key in ("ok", *KEYS[:15], "word", "four", "crash"))


def proxy(origin: str = "/origin/") -> tuple[Shot, ...]:
    """How a gateway passes on what setup/httpd_app.py sends, and what it says of backends that fail."""
    failing = each("dead", "mute", "shut")
    post = head(origin + "ok", "Content-Length: 4", "Expect: 100-continue", method="POST")
    bodies = (raw("via-expect", post, b"body"), raw("via-slow-body", post, b"b", patience=3.0))
    return (
        failing
        + bodies
        + tuple(get("via-" + key, origin + key) for key in KEYS if key not in ("glued", "dashed", "substatus", "error"))
    )


def forward() -> tuple[Shot, ...]:
    """What a forward proxy is asked."""

    def at(port: int, path: str, *fields: str, method: str = "GET") -> bytes:
        return head(f"http://127.0.0.1:{port}/{path}", *fields, method=method, host=f"127.0.0.1:{port}")

    def connect(what: str, port: int, tail: bytes = b"") -> Shot:
        request = head(f"127.0.0.1:{port}", KEEP, method="CONNECT", host=f"127.0.0.1:{port}")
        return raw(what, request, *([tail] if tail else []))

    return (
        raw("forward", at(BACKEND, "")),
        raw("forward-dead", at(DEAD, "")),
        raw("forward-mute", at(MUTE, "")),
        raw("forward-shut", at(SHUT, "")),
        *(
            raw("via-" + key, at(BACKEND, key))
            for key in ("custom", "empty", "latin1", "utf8", "999", "099", "padded", "tab", "escape", "long", "early")
        ),
        *(
            raw(path, at(BACKEND, path))
            for path in ("forbidden", "locked", "moved", "reset", "image", "empty-document")
        ),
        raw("only-if-cached", at(BACKEND, "", "Cache-Control: only-if-cached")),
        raw("max-forwards", at(BACKEND, "", "Max-Forwards: 0", method="TRACE")),
        connect("connect", BACKEND),
        connect("connect-and-get", BACKEND, head("/custom")),
        connect("connect-dead", DEAD),
        connect("connect-forbidden", 25),
        get("unknown-host", "http://nowhere.invalid/"),
        get("unknown-scheme", "gopher://localhost/"),
    )


REDIRECTS = each("moved", "found", "see", "temporary", "permanent")
GUARDS = each("forbidden", "locked")
ERROR_CODES = tuple(
    "402 404 405 406 407 409 410 413 418 421 422 425 426 428 429 451" " 500 501 503 506 507 508 510 511 520 599".split()
)
DAV = (
    get("put-created", "/dav/new.txt", "Content-Length: 0", method="PUT"),
    get("put-replaced", "/dav/new.txt", "Content-Length: 0", method="PUT"),
    get("put-conflict", "/dav/none/new.txt", "Content-Length: 0", method="PUT"),
    get("put-too-large", "/dav/new.txt", "Content-Length: 30000000", method="PUT"),
    get("multi-status", "/dav/", "Depth: 0", "Content-Length: 0", method="PROPFIND"),
    get("mkcol-again", "/dav/", "Content-Length: 0", method="MKCOL"),
    get("dav-delete", "/dav/new.txt", method="DELETE"),
)


# --- whom to ask ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    name: str
    packages: tuple[str, ...]  # Debian's; the version of the first is the server's
    command: str
    shots: tuple[Shot, ...]
    version: str = ""  # a command that prints it, where it is not the package's
    backend: bool = False  # needs setup/httpd_app.py behind it
    owners: dict[str, str] = field(default_factory=dict)  # folders to make under /srv, and whose they are
    start: float = 20.0  # seconds it may take to listen


def java(main: str, jars: str) -> str:
    return f"java -Xshare:auto -XX:TieredStopAtLevel=1 -cp {jars} {main}"


def jars(prefix: str, *extra: str) -> str:
    found = [
        str(jar) for jar in sorted(Path("/usr/share/java").glob(prefix + "*.jar")) if not re.search(r"-\d", jar.name)
    ]
    return ":".join([*found, *(f"/usr/share/java/{jar}.jar" for jar in extra)])


def wsgi(name: str, package: str, command: str = "", shots: tuple[Shot, ...] = ()) -> Server:
    return Server(name, (package,), command or f"/usr/bin/python3 wsgi_serve.py {name}", wire() + app() + shots)


STATIC = wire() + files()
JDK = "default-jdk-headless"
ICY = "Icy-MetaData: 1"
SOURCE = (
    b"SOURCE /live HTTP/1.0\r\nAuthorization: Basic c291cmNlOnNlY3JldA==\r\nContent-Type: audio/mpeg\r\n\r\n"
    + b"\xff\xfb\x90\x00" * 64
)

SERVERS = (
    Server(
        "nginx",
        ("nginx-light",),
        "nginx -c /srv/nginx.conf",
        STATIC
        + REDIRECTS
        + GUARDS
        + each("201", "204", "unnamed", "999", "099", "limited", "limited", "busy", "busy", *ERROR_CODES)
        + DAV
        + proxy(),
        backend=True,
        owners={"dav": "www-data"},
    ),
    Server(
        "apache2",
        ("apache2",),
        "apache2 -D FOREGROUND -f /srv/apache2.conf",
        STATIC
        + REDIRECTS
        + GUARDS
        + each(*ERROR_CODES)
        + DAV
        + cgi()
        + proxy()
        + (
            get("choices", "/multi/doc", "Accept: text/plain", "Accept-Language: de"),
            get("choices-refused", "/multi/doc", "Negotiate: trans"),
            raw("connect", head(f"127.0.0.1:{BACKEND}", KEEP, method="CONNECT")),
        ),
        backend=True,
        owners={"dav": "www-data", "lock": "www-data"},
    ),
    Server(
        "lighttpd",
        ("lighttpd",),
        "lighttpd -D -f lighttpd.conf",
        STATIC + REDIRECTS + GUARDS + each("unnamed") + (get("denied", "/page.txt~"),) + cgi() + proxy(),
        backend=True,
    ),
    Server(
        "haproxy",
        ("haproxy",),
        "haproxy -db -f haproxy.cfg",
        wire()
        + REDIRECTS
        + GUARDS
        + each("monitor", "201", "204", "unnamed", *ERROR_CODES)
        + proxy()
        + each("hint", "set", prefix="/origin/"),
        backend=True,
    ),
    Server(
        "varnish",
        ("varnish",),
        "varnishd -F -a 127.0.0.1:8080 -f /srv/varnish.vcl -n /srv/varnish -s malloc,8m -p timeout_idle=1",
        wire()
        + each("custom", "unnamed", "empty", "utf8", "999", "1404", "moved", "purge", "fail", "reset", "pipe/custom")
        + proxy("/"),
        backend=True,
        owners={"varnish": "varnish"},
    ),
    Server(
        "squid", ("squid",), "squid -N -f /srv/squid.conf", wire() + forward(), backend=True, owners={"squid": "proxy"}
    ),
    Server(
        "tinyproxy",
        ("tinyproxy-bin",),
        "tinyproxy -d -c tinyproxy.conf",
        wire() + forward() + (get("statistics", "http://tinyproxy.stats/"),),
        backend=True,
    ),
    Server(
        "privoxy",
        ("privoxy",),
        "privoxy --no-daemon /srv/privoxy.conf",
        wire() + forward() + (get("own-page", "http://p.p/"), get("own-page-missing", "http://p.p/nothing")),
        backend=True,
    ),
    Server(
        "tor",
        ("tor",),
        "tor -f torrc --quiet",
        wire() + tuple(Shot("tunnel-" + s.what, s.pieces, SECOND) for s in (*wire()[:1], *forward())),
        owners={"tor": "root"},
    ),
    Server(
        "apt-cacher-ng",
        ("apt-cacher-ng",),
        "apt-cacher-ng -c /srv/acng.d",
        wire() + forward(),
        backend=True,
        owners={"acng": "root"},
    ),
    Server("nghttpx", ("nghttp2-proxy",), "nghttpx --conf=/srv/nghttpx.conf", wire() + proxy("/"), backend=True),
    Server("h2o", ("h2o",), "h2o -c h2o.conf", STATIC + REDIRECTS + each("status") + proxy(), backend=True),
    Server(
        "caddy",
        ("caddy",),
        "caddy run --config Caddyfile --adapter caddyfile",
        STATIC + REDIRECTS + GUARDS + each("unnamed", "999", "099", "204", "418", "451") + proxy(),
        backend=True,
    ),
    Server(
        "trafficserver",
        ("trafficserver",),
        "env PROXY_CONFIG_URL_REMAP_REMAP_REQUIRED=0 PROXY_CONFIG_HTTP_CONNECT_PORTS='8081 8084' traffic_server",
        tuple(s for s in wire() if s.what.startswith(("http", "tls", "version", "no-", "bad-l", "bad-c"))) + forward(),
        backend=True,
    ),
    Server(
        "webfs",
        ("webfs",),
        "webfsd -F -4 -p 8080 -i 127.0.0.1 -n localhost -r /srv/www -f index.html -t 1 -x /cgi-bin",
        STATIC + cgi(),
    ),
    Server(
        "mini-httpd",
        ("mini-httpd",),
        "mini_httpd -D -p 8080 -d /srv/www -c cgi-bin/* -u www-data -h localhost",
        STATIC + cgi(),
    ),
    Server(
        "micro-httpd",
        ("micro-httpd", "socat"),
        "socat TCP-LISTEN:8080,bind=127.0.0.1,reuseaddr,fork EXEC:'micro-httpd /srv/www'",
        STATIC,
    ),
    Server("busybox", ("busybox",), "busybox httpd -f -p 127.0.0.1:8080 -h /srv/www", STATIC + cgi()),
    Server("weborf", ("weborf",), "weborf -p 8080 -i 127.0.0.1 -b /srv/www -I index.html", STATIC),
    Server(
        "civetweb",
        ("civetweb",),
        "civetweb -listening_ports 127.0.0.1:8080 -document_root /srv/www -request_timeout_ms 1000"
        " -authentication_domain localhost",
        STATIC + cgi(),
    ),
    Server(
        "python-http.server",
        ("python3.11",),
        "/usr/bin/python3 -m http.server 8080 --bind 127.0.0.1 --directory /srv/www --cgi",
        STATIC + cgi(),
    ),
    Server("python-handler", ("python3.11",), "/usr/bin/python3 httpd_app.py 8080", wire() + app()),
    wsgi("wsgiref", "python3.11"),
    wsgi("waitress", "python3-waitress"),
    wsgi("cheroot", "python3-cheroot"),
    wsgi("werkzeug", "python3-werkzeug"),
    wsgi("gevent", "python3-gevent"),
    wsgi("eventlet", "python3-eventlet"),
    wsgi("gunicorn", "gunicorn", "gunicorn -b 127.0.0.1:8080 --log-level critical wsgi_app:app"),
    wsgi(
        "uwsgi",
        "uwsgi-core",
        "uwsgi-core --plugin python3 --http-socket 127.0.0.1:8080 --wsgi-file wsgi_app.py --socket-timeout 1",
    ),
    wsgi(
        "uwsgi-router",
        "uwsgi-core",
        "uwsgi-core --plugin http,python3 --http 127.0.0.1:8080 --wsgi-file wsgi_app.py --http-timeout 1",
    ),
    Server(
        "uvicorn",
        ("uvicorn",),
        "uvicorn --host 127.0.0.1 --port 8080 --log-level critical asgi_app:app",
        wire() + app() + (get("ws", "/ws", *WEBSOCKET),),
    ),
    Server(
        "hypercorn",
        ("python3-hypercorn",),
        "hypercorn -b 127.0.0.1:8080 asgi_app:app",
        wire() + app() + (get("ws", "/ws", *WEBSOCKET),),
    ),
    Server(
        "tornado",
        ("python3-tornado",),
        "/usr/bin/python3 tornado_app.py",
        wire() + app() + files("/static") + (get("ws", "/ws", *WEBSOCKET), get("no-ws", "/ws")),
    ),
    Server(
        "aiohttp",
        ("python3-aiohttp",),
        "/usr/bin/python3 aiohttp_app.py",
        wire() + app() + files("/static") + (get("ws", "/ws", *WEBSOCKET), get("no-ws", "/ws")),
    ),
    Server("twisted", ("python3-twisted",), "/usr/bin/python3 twisted_app.py", STATIC + app("/app/")),
    Server(
        "websockify", ("websockify",), "websockify --web /srv/www 127.0.0.1:8080 127.0.0.1:8084", STATIC, version=""
    ),
    Server("node", ("nodejs",), "node app.js", wire() + app(), version="node --version"),
    Server("puma", ("puma",), "puma -b tcp://127.0.0.1:8080 -q -t 1:2 app.ru", wire() + app()),
    Server("thin", ("thin",), "thin -a 127.0.0.1 -p 8080 -R app.ru -q start", wire() + app()),
    Server("webrick", ("ruby-webrick",), "ruby webrick_app.rb", STATIC + app("/app/")),
    Server(
        "php",
        ("php-cli",),
        "php -S 127.0.0.1:8080 -t /srv/www app.php",
        wire() + app() + each("status"),
        version="php -r 'echo \"php \", PHP_VERSION;'",
    ),
    Server(
        "starman", ("starman",), "starman --listen 127.0.0.1:8080 --workers 1 --read-timeout 1 app.psgi", wire() + app()
    ),
    Server("twiggy", ("twiggy",), "twiggy --listen 127.0.0.1:8080 app.psgi", wire() + app()),
    Server(
        "plackup",
        ("libplack-perl",),
        "plackup -E deployment -s HTTP::Server::PSGI --host 127.0.0.1 --port 8080 app.psgi",
        (get("ok", "/"), *app()),
    ),
    Server(
        "http-daemon",
        ("libhttp-daemon-perl",),
        "perl daemon_app.pl",
        wire() + app() + each("error", "redirect", "file", "basic"),
    ),
    Server(
        "mojolicious", ("libmojolicious-perl",), "perl mojo_app.pl", wire() + app() + (get("ws", "/ws", *WEBSOCKET),)
    ),
    Server("go", ("golang-go",), "go run app.go", wire() + app() + files("/static"), version="go version", start=120),
    Server("jdk", (JDK,), java("Jdk.java", "/srv"), wire() + app() + each("locked"), version="java --version"),
    Server(
        "tomcat",
        ("libtomcat10-java", JDK),
        java("Tomcat.java", jars("tomcat10-")),
        STATIC
        + app("/app/")
        + (get("expect-app", "/app/", "Content-Length: 0", "Expect: 100-continue", method="POST"),),
    ),
    Server(
        "jetty",
        ("libjetty9-java", JDK),
        java("Jetty.java", jars("jetty9-", "servlet-api")),
        wire("/app") + files() + app(),
    ),
    Server("inets", ("erlang-inets",), "sh -c 'erlc docroot.erl && exec erl -noinput -s docroot main'", STATIC + cgi()),
    Server(
        "yaws",
        ("yaws",),
        "yaws --conf /srv/yaws.conf --daemon",
        STATIC + GUARDS + each("moved", "dead"),
        owners={"log": "root"},
    ),
    Server(
        "mighttpd",
        ("mighttpd2",),
        "mighty mighty.conf mighty.route",
        STATIC + cgi() + each("dead/") + tuple(get("via-" + k, "/origin/" + k) for k in KEYS),
        backend=True,
    ),
    Server(
        "icecast",
        ("icecast2",),
        "icecast2 -c icecast.xml",
        wire()
        + files()
        + (
            Shot("stream", (head("/live", ICY),), held=SOURCE),
            Shot("stream-http10", (head("/live", ICY, version="HTTP/1.0"),), held=SOURCE),
            Shot("stream-http09", (b"GET /live\r\n\r\n",), held=SOURCE),
            Shot("stream-icy", (head("/live", ICY, version="ICY/1.0"),), held=SOURCE),
            Shot("stream-ice", (head("/live", ICY, version="ICE/1.0"),), held=SOURCE),
            Shot("source-taken", (SOURCE,), held=SOURCE),
            Shot("source", (SOURCE,)),
            Shot("source-ice", (SOURCE.replace(b"HTTP/1.0", b"ICE/1.0"),)),
            Shot(
                "source-put",
                (
                    head(
                        "/live",
                        "Authorization: Basic c291cmNlOnNlY3JldA==",
                        "Content-Type: audio/mpeg",
                        "Expect: 100-continue",
                        method="PUT",
                    ),
                ),
            ),
            Shot("source-refused", (b"SOURCE /live HTTP/1.0\r\n\r\n",)),
            Shot("source-no-type", (SOURCE.replace(b"Content-Type: audio/mpeg\r\n", b""),)),
            Shot("source-odd-type", (SOURCE.replace(b"audio/mpeg", b"text/odd"),)),
            Shot("shoutcast-source", (b"secret\r\n", b"icy-name: live\r\n\r\n"), SECOND),
            Shot("shoutcast-refused", (b"wrong\r\n",), SECOND),
            get("full", "/full"),
            get("admin", "/admin/stats"),
            get("status", "/status-json.xsl"),
            get("admin-missing", "/admin/nothing", "Authorization: Basic YWRtaW46c2VjcmV0"),
        ),
        owners={"log": "icecast2"},
    ),
    Server(
        "rtklib",
        ("rtklib",),
        "str2str -in tcpsvr://:8085 -out ntripc://user:secret@:8080/mount:STR;mount",
        (
            raw("sourcetable", b"GET / HTTP/1.0\r\nUser-Agent: NTRIP test\r\n\r\n"),
            raw("no-agent", b"GET / HTTP/1.0\r\n\r\n"),
            raw("unauthorized", b"GET /mount HTTP/1.0\r\nUser-Agent: NTRIP test\r\n\r\n"),
            raw(
                "mount",
                b"GET /mount HTTP/1.0\r\nUser-Agent: NTRIP test\r\nAuthorization: Basic dXNlcjpzZWNyZXQ=\r\n\r\n",
            ),
            raw("missing", b"GET /nothing HTTP/1.0\r\nUser-Agent: NTRIP test\r\n\r\n"),
            raw("source", b"SOURCE secret /mount\r\nSource-Agent: NTRIP test\r\n\r\n"),
            raw(
                "version2",
                head(
                    "/mount",
                    "Ntrip-Version: Ntrip/2.0",
                    "User-Agent: NTRIP test",
                    "Authorization: Basic dXNlcjpzZWNyZXQ=",
                ),
            ),
        ),
    ),
    Server(
        "cups",
        ("cups-daemon",),
        "cupsd -f -c /srv/cupsd.conf -s /etc/cups/cups-files.conf",
        wire()
        + each("admin", "jobs", "robots.txt", "ipp")
        + (
            get("ipp-post", "/", "Content-Type: application/ipp", "Content-Length: 0", method="POST"),
            get("tls-upgrade", "/", "Connection: Upgrade", "Upgrade: TLS/1.2,HTTP/1.1"),
        ),
    ),
    Server(
        "monit",
        ("monit",),
        "sh -c 'chmod 600 monitrc && exec monit -I -c /srv/monitrc'",
        wire()
        + (
            get("authorized", "/", "Authorization: Basic YWRtaW46bW9uaXQ="),
            get("missing-authorized", "/missing", "Authorization: Basic YWRtaW46bW9uaXQ="),
            get("put-authorized", "/", "Authorization: Basic YWRtaW46bW9uaXQ=", method="PUT"),
            get("ping", "/_ping", "Authorization: Basic YWRtaW46bW9uaXQ="),
        ),
    ),
    Server(
        "shellinabox",
        ("shellinabox",),
        "shellinaboxd --localhost-only -p 8080 -t -q -s /:nobody:nogroup:/:true -f page:/srv/www/page.txt",
        wire() + each("page"),
    ),
    Server(
        "aria2",
        ("aria2",),
        "aria2c --enable-rpc --rpc-listen-port=8080 --no-conf --quiet --rpc-secret=secret",
        wire("/jsonrpc")
        + (get("get-rpc", "/jsonrpc?method=aria2.getVersion&id=1"), get("websocket-rpc", "/jsonrpc", *WEBSOCKET)),
    ),
    Server(
        "transmission",
        ("transmission-daemon",),
        "transmission-daemon -f -g /srv/transmission -p 8080 -i 127.0.0.1 --no-portmap --no-dht -T -a 127.0.0.1",
        wire() + each("transmission/rpc", "transmission/web", "transmission/nothing"),
    ),
    Server(
        "darkstat",
        ("darkstat",),
        "darkstat -i lo --no-daemon -b 127.0.0.1 -p 8080 --no-dns --chroot /srv --user nobody",
        wire() + each("hosts/", "hosts/1.2.3.4/"),
    ),
)


# --- asking --------------------------------------------------------------------------------------------


def converse(shot: Shot) -> bytes:
    """Sends the pieces, and returns the first bytes that come back."""
    received = bytearray()

    def receive(sock: socket.socket) -> bool:
        """Until the other side is quiet; false if it has closed."""
        deadline = time.monotonic() + shot.patience
        while len(received) < LIMIT and (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                chunk = sock.recv(65536)
            except TimeoutError:
                break
            except OSError:
                return False
            if not chunk:
                return False
            received.extend(chunk)
            deadline = time.monotonic() + QUIET
        return True

    with contextlib.ExitStack() as stack:
        if shot.held:
            other = stack.enter_context(socket.create_connection(("127.0.0.1", shot.port), 2))
            other.sendall(shot.held)
            time.sleep(0.3)
        sock = stack.enter_context(socket.create_connection(("127.0.0.1", shot.port), 2))
        for piece in shot.pieces:
            sock.settimeout(2)
            with contextlib.suppress(OSError):  # closed, perhaps after an answer
                sock.sendall(piece)
            if not receive(sock):
                break
    return bytes(received[:LIMIT])


def repeated(found: re.Match[str]) -> str:
    unit, times = found[1], len(found[0]) // len(found[1])
    return f"({unit}){{{times}}}" if len(unit) > 1 else f"{unit}{{{times}}}"


def escape(data: bytes) -> str:
    text = "".join(
        chr(b) if 32 <= b < 127 and b not in b"\\|`" else {13: "\\r", 10: "\\n", 9: "\\t"}.get(b, f"\\x{b:02x}")
        for b in data
    )
    text = re.sub(r"((?:\\x..|\\[rnt]|[^\\]){1,4}?)\1{15,}", repeated, text)
    return re.sub(r"(X0: 0\\r\\n).*(X299: 299)", r"\1...\2", text)


# --- keeping -------------------------------------------------------------------------------------------

ORIGIN = HERE / "ORIGIN.md"
INTRODUCTION = f"""# Where the captured responses come from

Written by `capture.py`, which captures them all again; the configurations and applications are in `setup/`. Every
`.http` file holds the bytes that a real server, a package of Debian 12 but for node and the JDK, sent on one
loopback connection, unaltered; what follows the first {LIMIT} bytes is cut off. Where a server stands before another,
that is python3's http.server with `setup/httpd_app.py`. Of captures with the same status lines one for each server
is kept, and those of {SHARED} servers, and every `ok`.

Requests are escaped: `a{{n}}` is n times `a`, `(ab){{n}}` n times `ab`; `...` leaves out what goes on likewise. Where
"then" stands, the client waited for an answer; what follows "beside" was sent on a second connection, which stayed
open meanwhile.

| file | server and version | request | captured |
|---|---|---|---|
"""


def recorded() -> dict[str, str]:
    """The rows of ORIGIN.md by file name."""
    rows = ORIGIN.read_text().splitlines() if ORIGIN.exists() else []
    by_name = {row.split("`")[1]: row for row in rows if row.startswith("| `")}
    return {name: row for name, row in by_name.items() if (HERE / name).exists()}


def record(rows: dict[str, str]) -> None:
    order = {server.name: n for n, server in enumerate(SERVERS)}
    names = sorted(rows, key=lambda name: (order.get(owner_of(name), -1), name))
    ORIGIN.write_text(INTRODUCTION + "".join(rows[name] + "\n" for name in names))


def fingerprint(data: bytes) -> tuple[bytes, ...]:
    return tuple(line[:400] for line in STATUS_LINE.findall(data))


def version_of(server: Server) -> str:
    if server.version:
        output = subprocess.run(
            shlex.split(server.version), env=ENVIRONMENT, capture_output=True, text=True, check=False
        ).stdout
        first = output.splitlines()[0] if output else "unknown"
        return first if first.startswith(server.name) else f"{server.name} ({first})"
    query = ["dpkg-query", "-W", "-f", "${Package} ${Version}", server.packages[0]]
    return subprocess.run(query, capture_output=True, text=True, check=True).stdout


def capture(server: Server, rows: dict[str, str], verbose: bool) -> int:
    for old in [name for name in rows if name.startswith(server.name + "-") and owner_of(name) == server.name]:
        del rows[old]
        (HERE / old).unlink(missing_ok=True)
    version, today = version_of(server), datetime.date.today().isoformat()
    others = [HERE / name for name in rows if not name.endswith("-ok.http")]
    elsewhere = collections.Counter(fingerprint(path.read_bytes()) for path in others)
    mine: set[tuple[bytes, ...]] = set()
    for shot in server.shots:
        try:
            data = converse(shot)
        except OSError as error:
            print(f"{server.name}: {shot.what}: {error}", file=sys.stderr)
            continue
        mark = fingerprint(data)
        if verbose:
            print(f"    {shot.what}: {escape(b' + '.join(mark)) or 'nothing'}")
        if not data or mark in mine or (elsewhere[mark] >= SHARED and shot.what != "ok"):
            continue
        mine.add(mark)
        name = f"{server.name}-{shot.what}.http"
        (HERE / name).write_bytes(data)
        request = " then ".join(f"`{escape(piece)}`" for piece in shot.pieces)
        if shot.held:
            request += f" beside `{escape(shot.held)}`"
        rows[name] = f"| `{name}` | {version} | {request} | {today} |"
    return len(mine)


def owner_of(name: str) -> str:
    """The server of a file: names of servers may begin with one another."""
    return max((s.name for s in SERVERS if name.startswith(s.name + "-")), key=len, default="")


# --- running -------------------------------------------------------------------------------------------


def missing(server: Server) -> list[str]:
    """Packages to install; node and java from elsewhere will do."""
    stand_ins = {"nodejs": "node", JDK: "java"}
    absent = []
    for package in server.packages:
        if package in stand_ins and shutil.which(stand_ins[package], path=ENVIRONMENT["PATH"]):
            continue
        query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", package]
        if subprocess.run(query, capture_output=True, text=True, check=False).stdout != "installed":
            absent.append(package)
    return absent


def install(packages: list[str]) -> None:
    """Without starting their services."""
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
        subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, check=True)
    finally:
        if ours:
            policy.unlink()


def enter_namespaces() -> None:
    """Starts this script again as process 1 of namespaces of its own; there, sets them up."""
    if "CAPTURE_INSIDE" not in os.environ:
        flags = ["--net", "--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        os.environ["CAPTURE_INSIDE"] = socket.gethostname()
        os.execvp("unshare", ["unshare", *flags, sys.executable, *sys.argv])
    if os.getpid() != 1:
        sys.exit("capture.py: not in a namespace of its own")
    socket.sethostname("localhost")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        up = struct.pack("16sh14x", b"lo", 0x41)  # IFF_UP and IFF_RUNNING
        fcntl.ioctl(sock, 0x8914, up)  # SIOCSIFFLAGS
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(SRV)], check=True)


def prepare(server: Server) -> None:
    for entry in SRV.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    shutil.copytree(HERE / "setup", SRV, dirs_exist_ok=True)
    for path in SRV.joinpath("www").rglob("*"):
        os.utime(path, (1577836800, 1577836800))
    for folder, user in server.owners.items():
        SRV.joinpath(folder).mkdir(exist_ok=True)
        shutil.chown(SRV / folder, pwd.getpwnam(user).pw_uid)


def listening(port: int) -> bool:
    """Asks the kernel: a connection might upset a server that is just starting."""
    rows = [row.split() for table in ("tcp", "tcp6") for row in Path("/proc/net", table).read_text().splitlines()[1:]]
    return any(row[3] == "0A" and row[1].endswith(f":{port:04X}") for row in rows)


def spawn(command: str) -> subprocess.Popen[bytes]:
    log = SRV.joinpath("output").open("ab")
    return subprocess.Popen(
        shlex.split(command),
        cwd=SRV,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def stop_all() -> None:
    """Whatever runs in this namespace beside this script was started by it."""
    others = [
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and int(entry.name) != os.getpid()
    ]
    for pid in others:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


@contextlib.contextmanager
def running(server: Server) -> Iterator[bool]:
    prepare(server)
    ports = [PORT]
    if server.backend:
        spawn(f"/usr/bin/python3 httpd_app.py {BACKEND}")
        ports.append(BACKEND)
    process = spawn(server.command)
    deadline = time.monotonic() + server.start
    while time.monotonic() < deadline and not process.poll() and not all(map(listening, ports)):
        time.sleep(0.1)
    time.sleep(0.3)
    try:
        yield all(map(listening, ports))
    finally:
        stop_all()


def failing_backends() -> None:
    """MUTE accepts nothing, SHUT closes once it has been asked, DEAD is nobody."""
    mute = socket.create_server(("127.0.0.1", MUTE), backlog=64)
    shut = socket.create_server(("127.0.0.1", SHUT))

    def serve() -> None:
        while mute:  # which is held open by this
            connection = shut.accept()[0]
            with connection, contextlib.suppress(OSError):
                connection.settimeout(2)
                connection.recv(65536)

    threading.Thread(target=serve, daemon=True).start()


def leaks() -> list[str]:
    """Captures that name the machine, or a path that is only here."""
    words = "|".join(
        map(re.escape, (os.environ["CAPTURE_INSIDE"], os.uname().release, "/srv", "/root", "/tmp", str(HERE)))
    )
    telling = re.compile(rf"(?<![\w.-])(?:{words})(?![\w.-])".encode(), re.IGNORECASE)
    return [path.name for path in sorted(HERE.glob("*.http")) if telling.search(path.read_bytes())]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("servers", nargs="*", metavar="SERVER", help="of --list; all of them if none is given")
    parser.add_argument("--install", action="store_true", help="install the packages that are missing")
    parser.add_argument("--list", action="store_true", help="print the names of the servers")
    parser.add_argument(
        "--verbose", action="store_true", help="print the status lines of every answer, and what failing servers say"
    )
    options = parser.parse_args()
    if options.list:
        print("\n".join(server.name for server in SERVERS))
        return 0
    unknown = set(options.servers) - {server.name for server in SERVERS}
    if unknown:
        parser.error("no such server: " + ", ".join(sorted(unknown)))
    chosen = [server for server in SERVERS if not options.servers or server.name in options.servers]
    if os.geteuid() != 0:
        parser.error("must be run as root")
    inside = "CAPTURE_INSIDE" in os.environ
    if options.install and not inside and (packages := sorted({p for server in chosen for p in missing(server)})):
        install(packages)
    enter_namespaces()
    failing_backends()
    rows = recorded()
    skipped = []
    for server in chosen:
        if absent := missing(server):
            skipped.append(f"{server.name} (no {', '.join(absent)})")
            continue
        began = time.monotonic()
        with running(server) as up:
            if up:
                count = capture(server, rows, options.verbose)
                record(rows)
                print(f"{server.name}: {count} captures in {time.monotonic() - began:.0f} s", flush=True)
            else:
                skipped.append(f"{server.name} (did not start)")
                if options.verbose:
                    print(SRV.joinpath("output").read_text(errors="replace")[-2000:])
    for line in skipped:
        print("skipped: " + line, file=sys.stderr)
    for name in leaks():
        print("tells of this machine: " + name, file=sys.stderr)
    return 1 if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
