from aiohttp import web
from reasons import REASONS


async def main(request: web.Request) -> web.StreamResponse:
    if request.path == "/crash":
        raise RuntimeError("crash")
    if request.path == "/ws":
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        return socket
    code, reason = REASONS.get(request.path, (200, None))
    return web.Response(status=code, reason=reason, text="aiohttp\n")


app = web.Application()
app.router.add_static("/static", "/srv/www")
app.router.add_route("GET", "/{path:.*}", main)
web.run_app(app, host="127.0.0.1", port=8080, print=None)
