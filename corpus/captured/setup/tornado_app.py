from reasons import REASONS
from tornado.ioloop import IOLoop
from tornado.web import Application, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler


class Main(RequestHandler):
    def get(self, path: str) -> None:
        if path == "crash":
            raise RuntimeError("crash")
        code, reason = REASONS.get("/" + path, (200, None))
        self.set_status(code, reason)
        self.write("tornado\n")


class Echo(WebSocketHandler):
    def on_message(self, message: str | bytes) -> None:
        self.write_message(message)


routes = [
    ("/ws", Echo),
    ("/static/(.*)", StaticFileHandler, {"path": "/srv/www"}),
    ("/(|crash|%s)" % "|".join(path[1:] for path in REASONS), Main),
]
Application(routes).listen(8080, "127.0.0.1")
IOLoop.current().start()
