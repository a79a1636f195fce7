// SPDX-License-Identifier: MIT
// A parser in Node as a subject: ./dev conform command "node examples/conformance/node/command.mjs"
//
// An input in hex on each line in, an answer in JSON on each line out. Put your parser in place of `parse`.

import { createInterface } from 'node:readline';

const line = /^HTTP\/([0-9]\.[0-9]) ([0-9]{3}) ([\t\x20-\x7e\x80-\xff]*)\r\n/;
const rest = 'HTTP/1.1 200 \r\n';

function parse(bytes) {
  const text = bytes.toString('latin1');
  const found = line.exec(text);
  if (found) {
    const [whole, version, code, reason] = found;
    return { outcome: 'accepted', code: Number(code), version,
             reason_hex: Buffer.from(reason, 'latin1').toString('hex'), end: whole.length };
  }
  const goesOn = [...rest].some((_, i) => line.exec(text + rest.slice(i))?.[0].length === text.length + rest.length - i);
  return { outcome: goesOn ? 'need_more' : 'refused' };
}

for await (const hex of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(parse(Buffer.from(hex, 'hex'))));
