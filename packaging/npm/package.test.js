// SPDX-License-Identifier: MIT
//
// Tests the installed package against the tool; test.sh runs it in a project that has the tarball.
// TOOL is the tool, ROOT the checkout.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const { TOOL, ROOT } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'npm-'));
after(() => rmSync(folder, { recursive: true }));

// The memory of the package's module, which the package itself does not export.
let memory;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  memory = made.instance.exports.memory;
  return made;
};
const { explainCode, parse, policies, quirks, report } = await import('@statusline/parser');
const allQuirks = quirks.map(row => row.quirk);

/// Decodes the notation of corpus/cases.
function unescape(text) {
  const letters = { r: 13, n: 10, t: 9, 0: 0, '\\': 92 };
  const bytes = [];
  for (let rest = text; rest;) {
    const [taken, repeated, times, hex, letter, plain] =
      /^(?:\{([^*]*)\*([0-9]+)\}|\\x([0-9a-f]{2})|\\([rnt0\\])|([^\\{]))/su.exec(rest) ?? assert.fail(rest);
    if (repeated !== undefined)
      for (let n = 0; n < Number(times); ++n) bytes.push(...unescape(repeated));
    else if (hex) bytes.push(parseInt(hex, 16));
    else if (letter) bytes.push(letters[letter]);
    else bytes.push(...Buffer.from(plain));
    rest = rest.slice(taken.length);
  }
  return bytes;
}

/// `permissive-extra_space max_size=17`, as an object and as arguments of the tool.
function policyOf(text) {
  const [, name, changes, size] = /^([a-z]+)((?:[+-][a-z_]+)*)(?: max_size=([a-z0-9]+))?$/.exec(text) ?? assert.fail(text);
  const allow = new Set(policies.find(row => row.policy === name).allowed);
  for (const [, sign, quirk] of changes.matchAll(/([+-])([a-z_]+)/g))
    sign === '+' ? allow.add(quirk) : allow.delete(quirk);
  const policy = { allow: [...allow] };
  const options = allow.size ? ['--allow', [...allow].join(',')] : [];
  if (size) {
    policy.maxSize = size === 'max' ? Number.MAX_SAFE_INTEGER : Number(size);
    options.push('--max-size', size === 'max' ? '18446744073709551615' : size);
  }
  return { policy, options };
}

const cases = readdirSync(join(ROOT, 'corpus/cases')).filter(name => name !== 'README.md').flatMap(name =>
  readFileSync(join(ROOT, 'corpus/cases', name), 'utf8').split(/^## /m).slice(1).map(text => ({
    title: `${name}: ${text.split('\n', 1)[0]}`,
    bytes: Uint8Array.from(unescape(/^`(.*)`$/m.exec(text)[1])),
    policies: new Set(['strict', 'interop', 'permissive',
      ...[...text.matchAll(/^- (?!runs:|complete )([^:]*):/gm)].flatMap(([, names]) => names.split(', '))
        .filter(name => name !== 'all')]),
  })));
const files = ['captured', 'crashes', 'seeds'].flatMap(name =>
  readdirSync(join(ROOT, 'corpus', name), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.name.endsWith('.md'))
    .map(entry => readFileSync(join(entry.parentPath ?? entry.path, entry.name))));

/// The tool's output for each of the inputs.
function toolParse(inputs, options) {
  const names = inputs.map((bytes, index) => {
    writeFileSync(join(folder, String(index)), bytes);
    return String(index);
  });
  const done = spawnSync(TOOL, ['parse', '--json', ...options, ...names],
    { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 30 });
  assert.equal(done.stderr, '');
  const lines = done.stdout.trimEnd().split('\n');
  assert.equal(lines.length, inputs.length);
  return lines.map(line => ({ ...JSON.parse(line), source: '-' }));
}
/// Members in the same order too.
const assertSame = (result, expected, about) => assert.equal(JSON.stringify(result), JSON.stringify(expected), about);

const results = new Map(); // as JSON, for the types
function compare(inputs, options, policy, about = () => '') {
  toolParse(inputs, options).forEach((expected, index) => {
    const result = parse(inputs[index], policy);
    assertSame(result, expected, `${about(index)} ${JSON.stringify(policy)}`);
    results.set(JSON.stringify({ ...result, reason: null, reason_hex: null, end: 0, findings: result.findings.slice(0, 1) }), result);
  });
}

test('every case of the corpus is as the tool has it', () => {
  assert.ok(cases.length > 200, `${cases.length} cases`);
  const byPolicy = new Map();
  for (const one of cases)
    for (const name of one.policies) byPolicy.set(name, [...(byPolicy.get(name) ?? []), one]);
  assert.ok(byPolicy.size > 20, `${byPolicy.size} policies`);
  for (const [name, list] of byPolicy) {
    const { policy, options } = policyOf(name);
    compare(list.map(one => one.bytes), options, policy, index => list[index].title);
  }
  for (const { policy } of policies)
    compare(cases.map(one => one.bytes), ['--policy', policy], policy, index => cases[index].title);
});

test('every file of the corpus is as the tool has it', () => {
  assert.ok(files.length > 200, `${files.length} files`);
  for (const { policy } of policies) compare(files, ['--policy', policy], policy);
});

test('changed lines under random policies are as the tool has them', () => {
  let state = 1;
  const random = below => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8) % below;
  const octets = [...Buffer.from('\r\n\t \v\0/.HTPhtpICY0129xé\x7f')];
  for (let round = 0; round < 20; ++round) {
    const allow = allQuirks.filter(() => random(2));
    const maxSize = random(3) ? 8192 : random(30);
    const inputs = Array.from({ length: 200 }, () => {
      const bytes = [...cases[random(cases.length)].bytes].slice(0, 100);
      for (let n = random(4); n >= 0; --n) bytes.splice(random(bytes.length + 1), random(2), octets[random(octets.length)]);
      return Uint8Array.from(bytes);
    });
    compare(inputs, ['--max-size', String(maxSize), ...allow.length ? ['--allow', allow.join(',')] : []], { allow, maxSize });
  }
});

test('reports are as the tool prints them', () => {
  for (const { bytes, title } of cases)
    for (const { policy } of policies) {
      const { stdout } = spawnSync(TOOL, ['parse', '--policy', policy], { input: bytes, encoding: 'utf8' });
      assert.equal(report(bytes, policy), stdout, title);
    }
  for (const { bytes, title } of cases) // cut because the report shows more than the limit
    for (const maxSize of [0, 5, 14, 15, 100, 1010]) {
      const { stdout } = spawnSync(TOOL, ['parse', '--policy', 'permissive', '--max-size', String(maxSize)],
        { input: bytes, encoding: 'utf8' });
      assert.equal(report(bytes, { policy: 'permissive', maxSize }), stdout, `${title} ${maxSize}`);
    }
});

test('codes are explained as by the tool', () => {
  for (const code of [0, 99, 100, 200, 306, 404, 418, 429, 510, 599, 600, 999]) {
    const digits = String(code).padStart(3, '0');
    const { stdout } = spawnSync(TOOL, ['explain', '--json', digits], { encoding: 'utf8' });
    const expected = stdout.trimEnd().split('\n').map(line => JSON.parse(line));
    assert.deepEqual(explainCode(code), expected);
    assert.deepEqual(explainCode(digits), expected);
  }
});

test('quirks and policies are those of the tool', () => {
  const { stdout } = spawnSync(TOOL, ['quirks', '--json'], { encoding: 'utf8' });
  assert.deepEqual([...quirks, ...policies], stdout.trimEnd().split('\n').map(line => JSON.parse(line)));
  assert.throws(() => { quirks[0].quirk = 'x'; }, TypeError);
});

test('each kind of input is read, and a string as UTF-8', () => {
  const text = 'HTTP/1.1 200 Grün 𝄞\r\n';
  const bytes = new TextEncoder().encode(text);
  const expected = parse(bytes);
  assert.equal(expected.reason, 'Grün 𝄞');
  const padded = new Uint8Array(bytes.length + 8);
  padded.set(bytes, 4);
  const { buffer } = padded;
  for (const input of [text, Buffer.from(text), bytes.buffer, new DataView(buffer, 4, bytes.length),
    new Int8Array(buffer, 4, bytes.length), new Uint8ClampedArray(buffer, 4, bytes.length)])
    assert.deepEqual(parse(input), expected);
  assert.deepEqual(parse(new Uint16Array(Uint8Array.from([0x48, 0x54]).buffer)), parse('HT'));
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  assert.deepEqual(parse(shared), expected);
  assert.equal(parse('').error, 'need_more');
  assert.equal(parse(new Uint8Array(0)).error, 'need_more');
  assert.equal(parse('HTTP/1.1 200 \ud800\r\n').reason, '\ufffd');
});

test('wrong arguments throw a TypeError that names what was expected', () => {
  const line = 'HTTP/1.1 200 OK\r\n';
  for (const [call, message] of [
    [() => parse(), /^input: expected a string, .*; found undefined$/],
    [() => parse(null), /^input: .* found null$/],
    [() => parse(200), /^input: .* found number$/],
    [() => parse([72]), /^input: .* found an array$/],
    [() => parse({}), /^input: .* found object$/],
    [() => parse(line, 'Strict'), /^policy: expected one of strict, interop, permissive; found "Strict"$/],
    [() => parse(line, null), /^policy: expected a name or an object; found null$/],
    [() => parse(line, 3), /^policy: .* found number$/],
    [() => parse(line, ['bare_lf']), /^policy: .* found an array$/],
    [() => parse(line, { max_size: 3 }), /^policy: expected one of policy, allow, maxSize; found "max_size"$/],
    [() => parse(line, { columns: 80 }), /^policy: .* found "columns"$/],
    [() => parse(line, { policy: 'lenient' }), /^policy: .* found "lenient"$/],
    [() => parse(line, { allow: 'bare_lf' }), /^allow: expected an array of quirks; found "bare_lf"$/],
    [() => parse(line, { allow: ['bare_lf', 'toString'] }), /^allow: expected one of .*; found "toString"$/],
    [() => parse(line, { allow: [1] }), /^allow: .* found number$/],
    ...[-1, 1.5, NaN, Infinity, 2 ** 53, '8', true].map(size =>
      [() => parse(line, { maxSize: size }), /^maxSize: expected a number of bytes, 0 to 9007199254740991; found /]),
    ...[59, 1001, 80.5, '80'].map(columns =>
      [() => report(line, { columns }), /^columns: expected an integer, 60 to 1000; found /]),
    ...[undefined, null, -1, 1000, 4.5, '', '20', '2000', '20x', 'OK', '99999999999999999999'].map(code =>
      [() => explainCode(code), /^code: expected three digits; found /]),
  ])
    assert.throws(call, error => error instanceof TypeError && message.test(error.message) || assert.fail(error.message));
  assert.equal(parse(line, undefined).ok, true);
  assert.equal(parse(line, { maxSize: undefined, allow: undefined, policy: undefined }).ok, true);
});

// Before the large inputs, whose memory would hide a leak.
test('100,000 calls do not let the memory grow', () => {
  const inputs = cases.map(one => one.bytes);
  const round = () => {
    for (let n = 0; n < 1000; ++n) {
      const bytes = inputs[n % inputs.length];
      parse(bytes, 'permissive');
      parse(bytes, { allow: ['bare_lf'], maxSize: n });
      if (n % 10 === 0) report(bytes), explainCode(n);
    }
  };
  round();
  const before = memory.buffer.byteLength;
  for (let n = 0; n < 50; ++n) round();
  assert.equal(memory.buffer.byteLength, before);
});

test('a body costs no memory, and a long line is read', () => {
  parse(new Uint8Array(1 << 20)); // the report reads 128 KiB of it
  const before = memory.buffer.byteLength;
  const body = new Uint8Array(300 << 20);
  body.set(Buffer.from('HTTP/1.1 200 OK\r\n'));
  assert.equal(parse(body).end, 17);
  assert.equal(parse(new Uint8Array(300 << 20)).error, 'protocol');
  assert.ok(report(body).startsWith('standard input: valid\n'));
  assert.equal(memory.buffer.byteLength, before);

  const line = `HTTP/1.1 200 ${'a'.repeat(8 << 20)}\r\n`;
  assert.equal(parse(line).error, 'too_long');
  assert.equal(parse(line, { maxSize: line.length - 1 }).error, 'too_long');
  const whole = parse(line, { maxSize: line.length });
  assert.equal(whole.end, line.length);
  assert.equal(whole.reason.length, 8 << 20);

  const most = 64 << 20;
  const latin1 = new Uint8Array(most + 1).fill(0x80);
  latin1.set(Buffer.from('HTTP/1.1 200 '));
  latin1.set([13, 10], most - 2);
  assert.equal(parse(latin1.subarray(0, most), { maxSize: 2 ** 40 }).end, most);
  assert.equal(parse(latin1, { maxSize: most }).end, most);
  assert.throws(() => parse(latin1, { maxSize: most + 1 }), /^RangeError: input: expected a line of at most 67108864 bytes$/);
  assert.equal(parse('HTTP/1.1 200 OK\r\n').end, 17);
});

test('the example of the README prints what it shows', () => {
  const [, code, shown] = /```js\n(.*?)```.*?```text\n(.*?)```/s.exec(readFileSync('node_modules/@statusline/parser/README.md', 'utf8'));
  writeFileSync('example.mjs', code);
  assert.equal(execFileSync(process.execPath, ['example.mjs'], { encoding: 'utf8' }).trimEnd(), shown.trimEnd());
});

test('the package is small, has no dependency, and imports only itself', () => {
  const root = 'node_modules/@statusline/parser';
  const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const header = readFileSync(join(ROOT, 'include/statusline/version.hpp'), 'utf8');
  assert.equal(about.version, /version = "(.*)"/.exec(header)[1]);
  assert.equal(about.dependencies, undefined);
  assert.deepEqual(readdirSync(root).sort(),
    ['LICENSE', 'README.md', 'index.d.ts', 'index.js', 'load.js', 'module.js', 'package.json']);
  for (const name of ['index.js', 'load.js', 'module.js'])
    for (const [, from] of readFileSync(join(root, name), 'utf8').matchAll(/\bfrom '(.*?)'|\bimport\(/g))
      assert.match(from, /^\.\//);
  assert.ok(readFileSync(join(root, 'module.js')).length < 150_000);
});

test('the types fit every result', () => {
  const rows = [...results.values()].map(value => JSON.stringify(value));
  assert.ok(rows.length > 100, `${rows.length} kinds of results`);
  const codes = Array.from({ length: 1000 }, (_, code) => explainCode(code)).flat().map(row => JSON.stringify(row));
  writeFileSync('types.ts', `
import { explainCode, parse, policies, quirks, report } from '@statusline/parser';
import type { Explanation, Policy, PolicyName, Quirk, Result } from '@statusline/parser';
export const results: Result[] = [${rows.join(',\n')}];
export const explanations: Explanation[] = [${codes.join(',\n')}];
export const names: Quirk[] = ${JSON.stringify(allQuirks)};
export const policyNames: PolicyName[] = ${JSON.stringify(policies.map(row => row.policy))};
export const quirkTable: typeof quirks = ${JSON.stringify(quirks)};
export const policyTable: typeof policies = ${JSON.stringify(policies)};
export const all: Record<Quirk, number> = ${JSON.stringify(Object.fromEntries(allQuirks.map((name, bit) => [name, bit])))};
const policy: Policy = { policy: 'interop', allow: ['extra_space'], maxSize: 100 };
const result = parse(new Uint8Array(3), policy);
if (result.ok) {
  const code: number = result.code;
  parse(result.reason ?? '', code > 3 ? 'strict' : { maxSize: code });
} else {
  const refused: Quirk[] = result.refused;
  parse(new ArrayBuffer(3), { allow: refused });
  // @ts-expect-error: there is no code
  const code: number = result.code;
}
const text: string = report('x', { columns: 80 });
const codes: Explanation[] = [...explainCode(404), ...explainCode(text)];
// @ts-expect-error: no input
parse();
// @ts-expect-error: no bytes
parse(5);
// @ts-expect-error: no such policy
parse('', 'lenient');
// @ts-expect-error: no such quirk
parse('', { allow: ['bare_cr'] });
// @ts-expect-error: no such member
parse('', { max_size: 5 });
// @ts-expect-error: read only
quirks[0]!.quirk = 'bare_lf';
`);
  const tsc = createRequire(join(process.cwd(), 'x.js')).resolve('typescript/bin/tsc');
  for (const resolution of [['node16', 'node16'], ['esnext', 'bundler']]) {
    const done = spawnSync(process.execPath, [tsc, '--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022',
      '--module', resolution[0], '--moduleResolution', resolution[1], 'types.ts'], { encoding: 'utf8' });
    assert.equal(done.stdout.slice(0, 2000), '');
    assert.equal(done.status, 0);
  }
});
