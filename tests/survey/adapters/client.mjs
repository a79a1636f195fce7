// SPDX-License-Identifier: MIT
// Clients of Node: client.mjs http|http-lenient|fetch. A URL on each line in, an answer in JSON on each line out.
import http from "node:http";
import readline from "node:readline";

const kind = process.argv[2];

const byHttp = (url) => new Promise((resolve, reject) => {
  http.get(url, { agent: false, insecureHTTPParser: kind === "http-lenient" }, (response) => {
    const body = [];
    response.on("data", (piece) => body.push(piece));
    response.on("error", () => {});
    response.on("close", () => resolve({ outcome: "accepted", code: response.statusCode, version: response.httpVersion,
      reason_hex: Buffer.from(response.statusMessage, "latin1").toString("hex"),
      body_hex: Buffer.concat(body).toString("hex") }));
  }).on("error", reject);
});

const byFetch = async (url) => {
  const response = await fetch(url, { redirect: "manual", headers: { Connection: "close" },
    signal: AbortSignal.timeout(5000) });
  const body = Buffer.from(await response.arrayBuffer().catch(() => new ArrayBuffer(0)));
  return { outcome: "accepted", code: response.status,
    reason_hex: Buffer.from(response.statusText, "latin1").toString("hex"), body_hex: body.toString("hex") };
};

console.log(kind === "fetch" ? `${process.versions.undici}, Node ${process.version}`
  : `${process.version}, llhttp ${process.versions.llhttp}`);
for await (const url of readline.createInterface({ input: process.stdin })) {
  const answer = await (kind === "fetch" ? byFetch : byHttp)(url).catch((error) =>
    ({ outcome: "refused", error: String(error.cause ?? error).slice(0, 200) }));
  console.log(JSON.stringify(answer));
}
process.exit();
