// SPDX-License-Identifier: MIT
//
// Compares a parser of status lines with the conformance cases: node run.mjs [CASES.json [POLICY]].
//
// Write your parser in place of `parse`. It returns 'need_more', 'refused', or {code, version, reason, end},
// with undefined for a value that it does not have. `reason` is a Buffer.
import { readFileSync } from 'node:fs';

// latin1: a character for each byte.
const line = /^HTTP\/([0-9]\.[0-9]) ([0-9]{3}) ([\t\x20-\x7e\x80-\xff]*)\r\n/;

function parse(bytes) {
  const text = bytes.toString('latin1');
  const match = line.exec(text);
  if (match) {
    const reason = Buffer.from(match[3], 'latin1');
    return { code: Number(match[2]), version: match[1], reason, end: match[0].length };
  }
  // Whether some line begins with these bytes: those of this one are the rest.
  const rest = 'HTTP/1.1 200 \r\n';
  for (let i = 0; i < rest.length; i++) {
    if (line.exec(text + rest.slice(i))?.[0].length === text.length + rest.length - i) return 'need_more';
  }
  return 'refused';
}

function* differences(test, policy) {
  const { ok, error } = test.policies[policy];
  const outcome = ok ? 'accepted' : error === 'need_more' ? 'need_more' : 'refused';
  const answer = parse(Buffer.from(test.input_hex, 'hex'));
  const found = typeof answer === 'string' ? answer : 'accepted';
  if (found !== outcome) {
    yield `expected ${outcome}, found ${found}`;
  } else if (found === 'accepted') {
    const { code, version, reason_hex, end } = test;
    const own = { ...answer, reason_hex: answer.reason?.toString('hex') };
    for (const [name, value] of Object.entries({ code, version, reason_hex, end })) {
      if (own[name] !== undefined && own[name] !== value) {
        yield `expected ${name} ${value}, found ${own[name]}`;
      }
    }
  }
}

const [cases = 'cases.json', policy = 'strict'] = process.argv.slice(2);
let failed = 0;
let compared = 0;
for (const test of JSON.parse(readFileSync(cases, 'utf8'))) {
  // About a limit, which this parser does not have.
  if ('max_size' in test || test.policies[policy].error === 'too_long') continue;
  compared++;
  for (const difference of differences(test, policy)) {
    failed++;
    const input = JSON.stringify(Buffer.from(test.input_hex, 'hex').toString('latin1').slice(0, 100));
    console.log(`${test.id}: ${difference} (${test.title})\n    ${input}; ${test.rfc}: ${test.danger}`);
  }
}
console.log(`${compared} cases, ${failed} divergences from ${policy}`);
process.exitCode = failed ? 1 : 0;
