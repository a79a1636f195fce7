// SPDX-License-Identifier: MIT
//
// Loads the module that module.cpp describes. The npm package and the playground share this file.

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const most = 64 << 20; // bytes of one input: its JSON must fit into the memory of the module, 4 GiB, and a string

/// The bytes of a string of base64.
export const fromBase64 = text => Uint8Array.from(atob(text), character => character.charCodeAt(0));

/// Returns a promise of the functions of the module, each as (bytes or string, ...numbers) => string.
export async function load(wasm) {
  const { instance } = await WebAssembly.instantiate(wasm);
  const { memory, _initialize, input, output_size: outputSize, ...functions } = instance.exports;
  _initialize();
  const call = run => (data, ...numbers) => {
    const bytes = typeof data === 'string' ? encoder.encode(data) : data;
    if (bytes.length > most) throw new RangeError(`input: expected a line of at most ${most} bytes`);
    const to = input(bytes.length) >>> 0;
    new Uint8Array(memory.buffer, to, bytes.length).set(bytes); // after input(), which may grow the memory
    const from = run(bytes.length, ...numbers) >>> 0;
    return decoder.decode(new Uint8Array(memory.buffer, from, outputSize()));
  };
  return Object.fromEntries(Object.entries(functions).map(([name, run]) => [name, call(run)]));
}
