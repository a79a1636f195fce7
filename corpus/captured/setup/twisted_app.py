from reasons import REASONS
from twisted.internet import endpoints, reactor
from twisted.web import server, static
from twisted.web.resource import Resource


class Main(Resource):
    isLeaf = True

    def render_GET(self, request: server.Request) -> bytes:
        path = request.path.decode()
        if path == "/app/crash":
            raise RuntimeError("crash")
        code, reason = REASONS.get(path.removeprefix("/app"), (200, None))
        request.setResponseCode(code, None if reason is None else reason.encode("latin-1"))
        return b"twisted\n"


root = static.File("/srv/www")
root.putChild(b"app", Main())
endpoints.serverFromString(reactor, "tcp:8080:interface=127.0.0.1").listen(server.Site(root))
reactor.run()
