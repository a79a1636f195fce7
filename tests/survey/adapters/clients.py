# SPDX-License-Identifier: MIT
"""Clients of Python: clients.py NAME. A URL on each line in, an answer in JSON on each line out."""

import asyncio
import json
import sys

VERSIONS = {9: "0.9", 10: "1.0", 11: "1.1", 20: "2.0"}


def accepted(code, body, reason=None, version=None):
    answer = {"outcome": "accepted", "code": code, "body_hex": body.hex()}
    if reason is not None:
        answer["reason_hex"] = (reason if isinstance(reason, bytes) else reason.encode("utf-8", "surrogateescape")).hex()
    if version is not None:
        answer["version"] = version
    return answer


def http_client():
    import http.client
    import platform
    import urllib.parse

    def get(url):
        where = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(where.netloc)
        connection.request("GET", where.path, headers={"Connection": "close"})
        r = connection.getresponse()
        answer = accepted(r.status, b"", r.reason.encode("latin-1"), VERSIONS.get(r.version))
        answer["body_hex"] = r.read().hex()
        return answer
    return platform.python_version(), get


def requests():
    import requests as library
    import urllib3

    def get(url):
        with library.Session() as session:
            session.trust_env = False
            r = session.get(url, headers={"Connection": "close"}, allow_redirects=False)
            return accepted(r.status_code, r.content, r.raw.reason.encode("latin-1"), VERSIONS.get(r.raw.version))
    return f"{library.__version__}, urllib3 {urllib3.__version__}", get


def httpx():
    import h11
    import httpx as library

    def get(url):
        with library.Client(trust_env=False) as client:
            r = client.get(url, headers={"Connection": "close"})
            return accepted(r.status_code, r.content, r.extensions["reason_phrase"],
                            r.extensions["http_version"].decode()[5:])
    return f"{library.__version__}, h11 {h11.__version__}", get


def aiohttp():
    import aiohttp as library

    async def ask(url):
        async with library.ClientSession() as session:
            async with session.get(url, headers={"Connection": "close"}, allow_redirects=False) as r:
                return accepted(r.status, await r.read(), r.reason, f"{r.version.major}.{r.version.minor}")
    return library.__version__, lambda url: asyncio.run(ask(url))


def aiohttp_python():
    import os
    os.environ["AIOHTTP_NO_EXTENSIONS"] = "1"
    return aiohttp()


def tornado():
    import tornado as library
    from tornado.httpclient import AsyncHTTPClient

    async def ask(url):
        client = AsyncHTTPClient(force_instance=True)
        r = await client.fetch(url, raise_error=False, follow_redirects=False, request_timeout=1)
        if r.error and type(r.error).__name__ != "HTTPClientError": # its own 599
            raise r.error
        return accepted(r.code, r.body or b"", r.reason)
    return library.version, lambda url: asyncio.run(ask(url))


def twisted():
    import twisted as library
    from twisted.internet import asyncioreactor
    loop = asyncio.new_event_loop()
    asyncioreactor.install(loop)
    from twisted.internet import reactor
    from twisted.web.client import Agent, readBody

    async def ask(url):
        r = await Agent(reactor).request(b"GET", url.encode()).asFuture(loop)
        try:
            body = await readBody(r).asFuture(loop)
        except Exception: # of a body without an end, which has come whole
            body = b""
        return accepted(r.code, body, r.phrase, f"{r.version[1]}.{r.version[2]}")
    reactor.startRunning()
    return library.__version__, lambda url: loop.run_until_complete(asyncio.wait_for(ask(url), 5))


def main():
    version, get = globals()[sys.argv[1].replace(".", "_").replace("-", "_")]()
    print(version, flush=True)
    for url in sys.stdin:
        try:
            answer = get(url.strip())
        except Exception as error: # pylint: disable=broad-except # each is a refusal
            answer = {"outcome": "refused", "error": f"{type(error).__name__}: {error}"[:200]}
        print(json.dumps(answer), flush=True)


main()
