# SPDX-License-Identifier: MIT
"""Four common HTTP clients. Each reports every status code that it accepts."""

import concurrent.futures
import http.client
import json
import os
import re
import subprocess

# A limit for a client and a server that wait for each other. No test needs it to pass, only to end.
PATIENCE = 5

# One process for all jobs. A client that receives an answer to CONNECT asks again through the tunnel.
NODE = """
const http = require('http');
const [port, patience, jobs] = JSON.parse(require('fs').readFileSync(0));
jobs.forEach(([path, method, headers], job) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const seen = (response) => console.log(job, response.statusCode);
  const ask = (left, connection) => {
    if (left === 0) return agent.destroy();
    const options = { port, path, headers, agent, method: connection ? 'GET' : method };
    if (connection) Object.assign(options, { agent: undefined, createConnection: () => connection });
    const request = http.request(options);
    request.on('information', seen);
    request.on('response', (response) => { seen(response); response.on('error', () => {}).resume(); });
    request.on('connect', (response, socket) => { seen(response); ask(1, socket); });
    request.on('upgrade', (response, socket) => { seen(response); socket.destroy(); });
    request.on('error', () => {}).setTimeout(1000 * patience, () => request.destroy());
    request.on('close', () => setImmediate(() => connection || ask(left - 1)));
    request.end();
  };
  ask(2);
});
"""


def _lines(text):
    return [int(code) for code in re.findall(r"^ *HTTP\S*\s+(\d+)", text, re.MULTILINE)]


def _run(*command, given=b""):
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    done = subprocess.run(command, input=given, capture_output=True, check=False, env=environment)
    return (done.stdout + done.stderr).decode("latin-1")


def curl(port, path, method, fields):
    at = f"http://127.0.0.1:{port}"
    form = [x for name, value in fields.items() for x in ("-H", f"{name}: {value}")]
    if method == "HEAD":
        form += ["-I"]
    if method == "CONNECT":
        form, at = [*form, "--proxy-header", f"X-Path: {path}", "-p", "-x", at], "http://tunnelled.test"
    urls = [x for _ in range(2) for x in ("-o", os.devnull, at + path)]
    # The heads that it reads, and the code that it ends with.
    write = ["-D", "-", "-w", "\nHTTP %{http_code}\nHTTP %{http_connect}\n"]
    return [c for c in _lines(_run("curl", "-q", "-s", "-m", str(PATIENCE), *write, *form, *urls)) if c]


def wget(port, path, method, fields):
    if method == "CONNECT":
        return []  # it knows none
    form = [f"--header={name}: {value}" for name, value in fields.items()]
    form += ["--no-config", "-S", "-t1", f"-T{PATIENCE}", "-O", os.devnull, f"--method={method}"]
    return _lines(_run("wget", *form, *[f"http://127.0.0.1:{port}{path}"] * 2))


def cpython(port, path, method, fields):
    seen = []
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    if method == "CONNECT":
        client.set_tunnel("tunnelled.test", headers={"X-Path": path})
    for _ in range(2):
        try:
            client.request("GET" if method == "CONNECT" else method, path, headers=fields)
            response = client.getresponse()
            seen.append(response.status)
            response.read()
        except (http.client.HTTPException, OSError, ArithmeticError, ValueError) as e:
            seen += [int(code) for code in re.findall(r"^Tunnel connection failed: (\d+)", str(e))]
            client.close()
    client.close()
    return seen


def node(port, jobs):
    said = _run("node", "-e", NODE, given=json.dumps([port, PATIENCE, jobs]).encode())
    seen = [[] for _ in jobs]
    for job, code in re.findall(r"^(\d+) (\d+)$", said, re.MULTILINE):
        seen[int(job)].append(int(code))
    return seen


def ask(port, jobs):
    """Has each client do each job, (path, method, header fields), twice: on one connection, if the client
    believes that it may. Returns a list for each job: the codes that each client has reported."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        all_of_node = pool.submit(node, port, jobs)
        others = {
            client.__name__: [pool.submit(client, port, *job) for job in jobs]
            for client in (curl, wget, cpython)
        }
        seen = {name: [done.result() for done in done_by] for name, done_by in others.items()}
        seen["node"] = all_of_node.result()
    return [{name: codes[job] for name, codes in seen.items()} for job in range(len(jobs))]
