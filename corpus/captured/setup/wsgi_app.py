"""The application under the WSGI servers: the status is the string given to start_response."""

from collections.abc import Callable, Iterable
from typing import Any

from reasons import REASONS

VERBATIM = {"/glued": "404: Not Found", "/dashed": "404-Not Found", "/substatus": "401.3 Unauthorized"}


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/crash":
        raise RuntimeError("crash")
    if path == "/204":
        start_response("204 No Content", [])
        return []
    status = "200 OK"
    if path in VERBATIM:
        status = VERBATIM[path]
    elif path in REASONS:
        code, reason = REASONS[path]
        status = f"{code:03}" if reason is None else f"{code:03} {reason}"
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"wsgi\n"]


application = app
