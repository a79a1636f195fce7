"""The application under the ASGI servers: they take a number and no reason."""

from typing import Any

from reasons import REASONS


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        raise RuntimeError("no lifespan")
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept" if scope["path"] == "/ws" else "websocket.close"})
        return
    if scope["path"] == "/crash":
        raise RuntimeError("crash")
    await receive()
    code = REASONS.get(scope["path"], (200, None))[0]
    body = b"" if code == 204 else b"asgi\n"
    head = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": code, "headers": head})
    await send({"type": "http.response.body", "body": body})
