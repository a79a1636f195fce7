#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes corpus/seeds: seeds.py FOLDER, which holds the fuzzers as fuzz/run.sh builds them.

The candidates are the cases and the captured responses of corpus/, each under the policies for which a case
has an expectation, and the registry files below. The fuzzer keeps as few of them as have the coverage of all; this
script restores their names. Run it again after adding cases.
"""
import hashlib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "corpus"
LARGEST = 700  # bytes: the subject of a seed comes early, and each is read millions of times

STRICT, INTEROP, PERMISSIVE = b"\0\0\0", b"\0\0\3", b"\0\x1f\xff"  # limit, then quirks: see tail::policy
WIDE = 0xf0  # from this on a limit is at 2^32
# The bytes before those: for stream_fuzzer the distances and the number of cuts, for tool_fuzzer how, for batch_fuzzer the rows.
BEFORE = {
    "parse_fuzzer": {"": b""},
    "stream_fuzzer": {"": b"\0", "-cut": bytes([3, 1, 4, 9, 4])},
    "batch_fuzzer": {"": b"\x40", "-by-two": b"\2"},
    "tool_fuzzer": {
        "-heads": b"\0", "-lines": b"\1", "": b"\2",
        "-heads-of-a-pipe": b"\x48", "-lines-of-a-pipe": b"\x19", "-of-a-pipe": b"\x0a",
        "-text-of-lines": b"\3", "-text-of-heads": b"\4", "-text": b"\x0d",
    },
}

OK = "HTTP/1.1 200 OK\r\n"
CHUNKED = OK + "Transfer-Encoding: gzip, chunked\r\n\r\n"
STREAMS = {
    "tunnel": "HTTP/1.1 200 Connection established\r\n\r\nHTTP/2 502 \r\n\r\n",
    "interim": "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + "\r\n",
    "interim-alone": "HTTP/1.1 100 Continue\r\n\r\n",
    "upgrade": "HTTP/1.1 101 Switching Protocols\r\n\r\n" + OK,
    "no-content": "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc",
    "length": OK + "Content-Length : 5\r\n\r\nhello" + OK + "\r\n",
    "length-folded": OK + "Content-Length:\r\n 5, 05\r\n\r\nhello" + OK,
    "lengths-differ": OK + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "length-invalid": OK + "Content-Length: 5x\r\n\r\nhello",
    "length-cut": OK + "Content-Length: 9223372036854775807\r\n\r\nhello",
    "chunked": CHUNKED + "5;a=\"b\"\r\nhello\r\nA \r\n0123456789\r\n0\r\nX: y\r\n\r\n" + OK + "\r\n",
    "chunk-broken": CHUNKED + "5\r\nhellox",
    "chunk-too-large": CHUNKED + "8000000000000000\r\n",
    "trailer-broken": CHUNKED + "0\r\n" + OK + "\r\n",
    "not-chunked": OK + "Transfer-Encoding: x;a=\",chunked\"\r\n\r\n" + OK,
    "head-in-fields": OK + "A: b\r\nhttp/1.1 404 x\r\n\r\n",
    "body-like-a-line": OK + "Content-Length: 9\r\n\r\n\r\n ICY\t200",
    "refused": "HTTP/1.1 2x\r\nContent-Length: 1\r\n\r\nx" + OK + "\r\n\n\n" + OK,
}

HEADER = "code,phrase,meaning,reference,state,advice,cacheable\n"
REGISTRIES = {
    "columns-of-every-kind": HEADER + '200,OK,"It ""worked"", mostly",RFC 9110,assigned,none,yes\n'
    "305,Use Proxy,,,deprecated,modify_request,no\n306,-,,,unused,,\n420,Calm,a,b,obsolete,repeat_later,-\n"
    "104,Upload,,,temporary,authenticate,no\n",
    "no-header": "404,Not Found,Nothing is here.,modify_request\n200,OK\n",
    "tabs": "\ufeff# snapshot: 2026-01-31\n\nVALUE\tDescription\tother\n# a comment\n200\tOK\tx\n404\t\"Not\tFound\"\t\n",
    "as-iana-has-it": "Value,Description,Reference\n104,Upload (TEMPORARY - registered),[a]\n105-199,Unassigned,\n"
    '305,"Use Proxy (DEPRECATED)",x\n306,(Unused),\n510,Not Extended (OBSOLETED),\n',
    "crlf-and-line-ends-in-quotes": 'code,reason,meaning\r\n500,"Oh, no","one\r\ntwo\t\tthree"\r\n502,Bad Gateway,',
    "same-phrase-twice": "code,phrase\n299,ok\n200,OK\n201,O K\n999,OK\n",
    "a-long-phrase": "code,phrase\n299," + "".join(chr(ord("a") + i % 23) for i in range(100)) + "\n",
    "no-rows": "code,phrase\n",
    "no-code": "phrase\nOK\n",
    "code-twice": "code,phrase\n200,OK\n200,Okay\n",
    "column-twice": "code,value,phrase\n",
    "quote-inside": 'code,phrase\n200,O"K\n',
    "quote-not-closed": 'code,phrase\n200,"OK\n',
    "text-after-quote": 'code,phrase\n200,"OK"x\n',
    "cr-alone": "code,phrase\n200,OK\r404,Not Found\n",
    "wide-row": "code,phrase\n200,OK,and more\n",
    "blank-edge": "code,phrase\n200,OK \n",
    "control": "code,phrase\n200,O\x01K\n",
    "bad-code": "code,phrase\n20,OK\n",
    "bad-range": "code,phrase\n104-199,Assigned\n",
    "bad-state": "code,phrase,state\n200,OK,fine\n",
    "bad-cacheable": "code,phrase,cacheable\n200,OK,maybe\n",
}


def unescape(text):
    """Bytes as corpus/cases writes them."""
    named = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\"}

    def one(match):
        if match["run"]:
            return unescape(match["run"]).decode("latin-1") * int(match["times"])
        return chr(int(match["hex"], 16)) if match["hex"] else named[match["name"]]

    pattern = r"\{(?P<run>\\x..|\\?.)\*(?P<times>\d+)\}|\\x(?P<hex>..)|\\(?P<name>.)"
    return re.sub(pattern, one, text).encode("latin-1")


def lines():
    """Name and bytes of every case, and of the head of every captured response."""
    for file in sorted(CORPUS.glob("cases/*.md")):
        for heading, body in re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", file.read_text(), re.M):
            name = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
            yield name, unescape(re.search(r"^`(.*)`$", body, re.M)[1])
    for file in sorted(CORPUS.glob("captured/*.http")):
        yield file.stem, file.read_bytes()[:LARGEST - 100]


def buffers():
    """Each line after a canonical one, and before the two lines that follow it in the cases."""
    all_lines = [(name, line if line.endswith(b"\n") else line + b"\n") for name, line in lines()]
    for (name, a), (_, b), (_, c) in zip(all_lines, all_lines[1:], all_lines[2:]):
        yield name, OK.encode() + a + b + c


def registries():
    yield from ((name, text.encode()) for name, text in REGISTRIES.items())
    for file in CORPUS.glob("registry/*.tsv"):
        yield file.stem, b"".join(file.read_bytes().splitlines(True)[-6:])


def candidates(target):
    if target == "registry_fuzzer":
        yield from registries()
        return
    if target == "tool_fuzzer":
        for suffix, numbers in {"": b"\0" + STRICT, "-permissive": b"\0" + PERMISSIVE,
                                "-believed": b"\6" + STRICT, "-of-a-pipe": b"\x28" + STRICT}.items():
            yield from ((f"stream-{name}{suffix}", text.encode() + numbers) for name, text in STREAMS.items())
        yield from ((name + "-printed", file + b"\7" + STRICT) for name, file in registries())
    for name, line in buffers() if target == "batch_fuzzer" else lines():
        if target == "oracle_fuzzer":
            yield name, line
            continue
        policies = {"": PERMISSIVE, "-strict": STRICT, "-interop": INTEROP}
        policies["-limited"] = bytes([max(1, min(len(line), WIDE - 1))]) + PERMISSIVE[1:]
        policies["-wide"] = bytes([WIDE]) + PERMISSIVE[1:]
        for how, numbers in BEFORE[target].items():
            for suffix, policy in policies.items():
                yield name + how + suffix, line + numbers + policy


def minimise(fuzzer, to):
    with tempfile.TemporaryDirectory() as work:
        everything, kept = pathlib.Path(work, "all"), pathlib.Path(work, "kept")
        everything.mkdir()
        kept.mkdir()
        names = {}
        for name, data in candidates(fuzzer.name):
            if len(data) <= LARGEST:
                digest = hashlib.sha1(data).hexdigest()
                names.setdefault(digest, name)
                (everything / digest).write_bytes(data)
        subprocess.run([fuzzer, "-set_cover_merge=1", kept, everything], check=True, capture_output=True)
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir(parents=True)
        for seed in kept.iterdir():
            shutil.copyfile(seed, to / names[seed.name])
        size = sum(seed.stat().st_size for seed in to.iterdir())
        print(f"{fuzzer.name}: {len(names)} candidates, {len(list(to.iterdir()))} seeds, {size} bytes")


if __name__ == "__main__":
    for built in sorted(pathlib.Path(sys.argv[1]).glob("*_fuzzer")):
        minimise(built, CORPUS / "seeds" / built.name)
