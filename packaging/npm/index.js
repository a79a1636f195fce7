// SPDX-License-Identifier: MIT
import { fromBase64, load } from './load.js';
import module from './module.js'; // made by build.sh: the WebAssembly as base64

const wasm = await load(fromBase64(module));

const lines = text => text.trimEnd().split('\n').map(line => JSON.parse(line));
const tables = lines(wasm.quirks(''));
const freeze = list => Object.freeze(list.map(Object.freeze));

export const quirks = freeze(tables.filter(row => 'quirk' in row));
export const policies = freeze(tables.filter(row => 'policy' in row));

const show = value =>
  typeof value === 'string' ? JSON.stringify(value.length > 40 ? value.slice(0, 40) + '...' : value)
    : value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;

function oneOf(what, name, names) {
  const index = names.indexOf(name);
  if (index < 0) throw new TypeError(`${what}: expected one of ${names.join(', ')}; found ${show(name)}`);
  return index;
}

function toBytes(input) {
  if (typeof input === 'string' || input instanceof Uint8Array) return input;
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  throw new TypeError(`input: expected a string, an ArrayBuffer or a view of one; found ${show(input)}`);
}

const quirkNames = quirks.map(row => row.quirk);
const policyNames = policies.map(row => row.policy);
const bitsOf = (what, names) =>
  names.reduce((bits, name) => bits | (1 << oneOf(what, name, quirkNames)), 0);

/// [bits of the quirks, maximum size]
function toPolicy(options, ...others) {
  if (typeof options === 'string') options = { policy: options };
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`policy: expected a name or an object; found ${show(options)}`);
  for (const key of Object.keys(options)) oneOf('policy', key, ['policy', 'allow', 'maxSize', ...others]);
  const { policy = 'strict', allow = [], maxSize } = options;
  const base = policies[oneOf('policy', policy, policyNames)];
  if (!Array.isArray(allow)) throw new TypeError(`allow: expected an array of quirks; found ${show(allow)}`);
  const size = maxSize ?? base.max_size;
  if (!Number.isSafeInteger(size) || size < 0)
    throw new TypeError(`maxSize: expected a number of bytes, 0 to ${Number.MAX_SAFE_INTEGER}; found ${
      typeof size === 'number' ? size : show(size)}`);
  // No input of the module can be larger than its maximum size.
  return [bitsOf('policy', base.allowed) | bitsOf('allow', allow), Math.min(size, 0xffffffff)];
}

/// The first bytes of an input, so that a large body is not copied. A line that does not end within
/// `maxSize` bytes is too long, with any bytes after it; and of a refused input the reports read at
/// most 128 KiB.
const first = (size, bytes) => bytes.length > size ? bytes.slice(0, Math.max(size, 1 << 17)) : bytes;

export function parse(input, policy = {}) {
  const [allowed, maxSize] = toPolicy(policy);
  return JSON.parse(wasm.parse(first(maxSize, toBytes(input)), allowed, maxSize));
}

export function report(input, policy = {}) {
  const [allowed, maxSize] = toPolicy(policy, 'columns');
  const columns = policy.columns ?? 100;
  if (!Number.isInteger(columns) || columns < 60 || columns > 1000)
    throw new TypeError(`columns: expected an integer, 60 to 1000; found ${
      typeof columns === 'number' ? columns : show(columns)}`);
  return wasm.text(first(maxSize + columns, toBytes(input)), allowed, maxSize, columns, 0);
}

export function explainCode(code) {
  const digits = typeof code === 'number' ? String(code).padStart(3, '0') : code;
  if (typeof digits !== 'string' || !/^[0-9]{3}$/.test(digits))
    throw new TypeError(`code: expected three digits; found ${typeof code === 'number' ? code : show(code)}`);
  return lines(wasm.explain(digits));
}
