// SPDX-License-Identifier: MIT
//
// duckdb_test.mjs DIR TOOL ROWS: the functions of examples/duckdb against `statusline parse --json`, member by member:
// every conformance case, 2000 random inputs, and 10^6 random lines, under 4 policies; then the queries of
// docs/duckdb.md against their output there; then the time of ROWS rows. DIR has the extension and npm's DuckDB.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const [dir, tool, rows] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const { DuckDBInstance } = createRequire(`${dir}/`)('@duckdb/node-api');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'statusline-'));
process.on('exit', () => fs.rmSync(work, { recursive: true }));

const instance = await DuckDBInstance.create(':memory:', { allow_unsigned_extensions: 'true' });
const connection = await instance.connect();
const query = async (sql) => (await connection.runAndReadAll(sql)).getRows();
const value = async (sql) => (await query(sql))[0][0];
await query(`LOAD '${dir}/statusline.duckdb_extension'`);

// The options of the tool for each policy of the functions.
const POLICIES = {
  strict: [],
  interop: ['--policy', 'interop'],
  permissive: ['--policy', 'permissive'],
  'interop,unterminated,control_in_reason': ['--policy', 'interop', '--allow', 'unterminated,control_in_reason'],
};

// The members that are compared; the other members of the JSON are not in the STRUCT.
const MEMBERS = {
  ok: 'BOOLEAN', error: 'VARCHAR', end: 'UBIGINT', code: 'USMALLINT', version: 'VARCHAR', quirks: 'VARCHAR[]',
  standing: 'VARCHAR', phrase: 'VARCHAR', class: 'VARCHAR',
};

const cases = JSON.parse(fs.readFileSync(`${root}/corpus/conformance/cases.json`));
const bytesOfCases = cases.map((c) => Buffer.from(c.input_hex, 'hex'));

/** Numbers from 0 to n - 1 that are the same in each run. */
let state = 1;
const random = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};

const OCTETS = Buffer.from('HTTPhttpICY/..0123456789  \t\t\v\f\r\r\n\0\x01\x7f\x80\xffAz-\\"', 'latin1');

const captured = fs.readdirSync(`${root}/corpus/captured`).filter((name) => name.endsWith('.http'))
  .map((name) => fs.readFileSync(`${root}/corpus/captured/${name}`))
  .map((bytes) => bytes.subarray(0, bytes.indexOf(10) + 1));

/** A captured line or a case, with up to 3 octets replaced, inserted or removed. */
function mutant() {
  const from = random(2) === 0 ? captured : bytesOfCases;
  let bytes = from[random(from.length)];
  for (let changes = Math.max(0, random(6) - 2); changes > 0; --changes) {
    const at = random(bytes.length + 1);
    const octet = random(8) === 0 ? random(256) : OCTETS[random(OCTETS.length)];
    const inserted = random(3) === 0 ? [] : [octet];
    bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(inserted), bytes.subarray(at + random(2))]);
  }
  return bytes;
}

/** Runs the tool, which writes its objects to the file `reported`. Exit status 1: an input is not valid. */
function runTool(args, options = {}) {
  const to = fs.openSync(`${work}/reported`, 'w');
  const done = spawnSync(tool, ['parse', '--json', ...args], { stdio: ['ignore', to, 'inherit'], ...options });
  fs.closeSync(to);
  assert.ok(done.status === 0 || done.status === 1, `${tool}: ${done.status ?? done.signal}`);
}

const seen = { quirks: new Set(), errors: new Set() };

/**
 * Compares every function with the objects that report(options) makes for the inputs, under each policy. `key` is the
 * member of an object that identifies the input.
 */
async function compare(name, inputs, key, keyOf, report) {
  const out = fs.openSync(`${work}/inputs`, 'w');
  for (let i = 0; i < inputs.length; i += 10000)
    fs.writeSync(out, inputs.slice(i, i + 10000)
      .map((bytes, j) => `{"id":"${keyOf(i + j)}","hex":"${bytes.toString('hex')}"}\n`).join(''));
  fs.closeSync(out);
  await query(`CREATE OR REPLACE TABLE inputs AS SELECT id, unhex(hex) AS line, TRY(decode(unhex(hex))) AS text
    FROM read_json('${work}/inputs', format = 'nd', columns = {id: 'VARCHAR', hex: 'VARCHAR'})`);
  for (const [policy, options] of Object.entries(POLICIES)) {
    report(options);
    const columns = Object.entries({ [key]: 'VARCHAR', reason_hex: 'VARCHAR', ...MEMBERS })
      .map(([member, type]) => `"${member}": '${type}'`).join(', ');
    await query(`CREATE OR REPLACE TABLE reported AS SELECT "${key}" AS id, unhex(reason_hex) AS reason, * EXCLUDE ("${key}", reason_hex)
      FROM read_json('${work}/reported', format = 'nd', columns = {${columns}})`);
    await query(`CREATE OR REPLACE TABLE parsed AS SELECT id, line, text,
      statusline_parse(line, '${policy}') AS p, statusline_parse(text, '${policy}') AS of_text,
      statusline_code(line, '${policy}') AS code, statusline_reason(line, '${policy}') AS reason,
      statusline_quirks(line, '${policy}') AS quirks, statusline_code(text, '${policy}') AS code_of_text,
      statusline_parse(line) AS of_default FROM inputs`);
    const equal = [
      ...[...Object.keys(MEMBERS), 'reason'].map((m) => `p."${m}" IS NOT DISTINCT FROM reported."${m}"`),
      ...['code', 'reason', 'quirks'].map((m) => `parsed.${m} IS NOT DISTINCT FROM p.${m}`),
      'CASE WHEN text IS NULL THEN of_text IS NULL AND of_text.ok IS NULL AND of_text.quirks IS NULL ELSE of_text = p END',
      'code_of_text IS NOT DISTINCT FROM of_text.code',
      ...(policy === 'strict' ? ['of_default = p'] : []),
    ].map((test) => `(${test})`).join(' AND ');
    const [compared, wrong, accepted] = (await query(`SELECT count(*), count(*) FILTER (NOT (${equal})), count(*) FILTER (p.ok)
      FROM parsed JOIN reported USING (id)`))[0].map(Number);
    assert.equal(compared, inputs.length, `${name}, ${policy}: inputs compared`);
    assert.equal(Number(await value('SELECT count(*) FROM reported')), inputs.length);
    if (wrong > 0)
      console.error((await query(`SELECT line, p, reported FROM parsed JOIN reported USING (id) WHERE NOT (${equal}) LIMIT 3`)).join('\n'));
    assert.equal(wrong, 0, `${name}, ${policy}: inputs that differ`);
    for (const [quirk] of await query('SELECT DISTINCT unnest(quirks) FROM parsed'))
      seen.quirks.add(quirk);
    for (const [error] of await query('SELECT DISTINCT error FROM reported WHERE NOT ok'))
      seen.errors.add(error);
    console.log(`${name}, ${policy}: ${compared} equal, ${accepted} of them accepted`);
  }
}

/** Each input is a file. */
async function compareFiles(name, inputs) {
  const names = inputs.map((_, i) => `${i}.bin`);
  names.forEach((file, i) => fs.writeFileSync(`${work}/${file}`, inputs[i]));
  await compare(name, inputs, 'source', (i) => names[i], (options) => runTool([...options, ...names], { cwd: work }));
}

/** Each input is a line of one file, up to and with its LF. */
async function compareLines(name, inputs) {
  const offsets = [];
  let size = 0;
  for (const line of inputs) {
    offsets.push(size);
    size += line.length;
  }
  fs.writeFileSync(`${work}/lines`, Buffer.concat(inputs));
  await compare(name, inputs, 'offset', (i) => offsets[i], (options) => runTool([...options, '--lines', `${work}/lines`]));
}

async function compareWithTheTool() {
  await compareFiles('cases', bytesOfCases);
  const long = [8191, 8192, 8193, 100000].map((size) => Buffer.from(`HTTP/1.1 200 ${'x'.repeat(size - 15)}\r\n`));
  await compareFiles('random inputs', [...long, ...Array.from({ length: 2000 }, mutant)]);
  const lf = Buffer.from('\n');
  await compareLines('random lines', Array.from({ length: 1e6 }, () =>
    Buffer.concat([Buffer.from(mutant().filter((octet) => octet !== 10)), lf])));
  assert.equal(seen.quirks.size, 13, 'quirks that were shown');
  assert.equal(seen.errors.size, 8, 'errors that were reported');
}

async function testNullsAndErrors() {
  const members = [...Object.keys(MEMBERS), 'reason'].map((m) => `p."${m}" IS NULL`).join(' AND ');
  for (const line of ['NULL::BLOB', 'NULL::VARCHAR', "if(i % 2 = 0, 'HTTP/1.1 200 OK\n', NULL)", "'x', NULL", "NULL, 'interop'"]) {
    const source = `SELECT statusline_parse(${line}) AS p, i FROM range(5000) AS t(i)`;
    assert.equal(await value(`SELECT count(*) FROM (${source}) WHERE p IS NULL AND ${members}`), line[0] === 'i' ? 2500n : 5000n, line);
  }
  // Each row has its own policy, also across the chunks of 2048 rows.
  assert.equal(await value(`SELECT count(*) FROM (SELECT i, statusline_code('HTTP/1.1 200 OK\n', if(i % 3 = 0, 'bare_lf', 'strict')) AS code
    FROM range(9999) AS t(i)) WHERE (code IS NOT NULL) = (i % 3 = 0)`), 9999n);
  for (const [policy, name] of [['lax', 'lax'], ['', ''], ['interop,', ''], ['Strict', 'Strict'], ['bare_lf,a b', 'a b']])
    await assert.rejects(query(`SELECT statusline_code('x', '${policy}')`),
      { message: `Invalid Input Error: statusline: "${name}" is not a policy; expected strict, interop, permissive or a quirk, ` +
        'or several of these with commas between them' });
  await assert.rejects(query('SELECT statusline_code(200)'), /No function matches/);
  // The bytes of a text are not read as escapes.
  assert.equal(await value("SELECT octet_length(statusline_reason('HTTP/1.1 200 \\x0A\r\n'))"), 4n);
  console.log('NULLs and errors: as expected');
}

/** The rows in columns, as docs/duckdb.md shows them. */
function table(names, rowsOfTable) {
  const cells = [names, ...rowsOfTable.map((row) => row.map((cell) => cell === null ? 'NULL' : String(cell)))];
  const widths = names.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  return cells.map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd() + '\n').join('');
}

async function testPage() {
  const page = fs.readFileSync(`${root}/docs/duckdb.md`, 'utf8');
  process.chdir(root);
  let shown = 0;
  for (const [, sql, text] of page.matchAll(/^```sql\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/gms)) {
    if (/^LOAD /.test(sql))
      continue; // it is loaded, from DIR
    const result = await connection.runAndReadAll(sql);
    if (text === undefined)
      continue;
    ++shown;
    assert.equal(table(result.columnNames(), result.getRows()), text, `docs/duckdb.md:\n${sql}`);
  }
  assert.ok(shown >= 4);
  console.log(`docs/duckdb.md: ${shown} queries print what it shows`);
}

const REGEXPS = {
  // The code alone, which is less than the functions decide.
  prefix: '^HTTP/[0-9]\\.[0-9] ([0-9]{3})',
  // The grammar of `strict`.
  grammar: '^HTTP/[0-9]\\.[0-9] ([0-9]{3}) [^\\x00-\\x08\\x0a-\\x1f\\x7f]*\\r\\n$',
};

/** Times queries on the first lines of the captured responses, those that `strict` accepts and that are UTF-8. */
async function time() {
  await query(`CREATE TABLE captured AS SELECT row_number() OVER () - 1 AS id, line FROM (
    SELECT TRY(decode(unhex(hex))) AS line FROM (SELECT unnest([${captured.map((line) => `'${line.toString('hex')}'`)}]) AS hex))
    WHERE statusline_code(line) IS NOT NULL`);
  const kinds = await value('SELECT count(*) FROM captured');
  assert.ok(kinds > 30n);
  await query(`CREATE TABLE lines AS SELECT line FROM range(${Number(rows)}) AS r(i) JOIN captured ON captured.id = hash(i) % ${kinds}`);
  const [count, bytes] = await query('SELECT count(*), sum(strlen(line)) FROM lines').then((r) => r[0].map(Number));
  assert.equal(count, Number(rows));

  const queries = {
    statusline_code: 'max(statusline_code(line))',
    'regexp_extract, prefix': `max(regexp_extract(line, '${REGEXPS.prefix}', 1))`,
    'regexp_extract, grammar': `max(regexp_extract(line, '${REGEXPS.grammar}', 1))`,
    'statusline_parse, all members': 'max(statusline_parse(line).code)',
  };
  for (const regexp of Object.values(REGEXPS))
    assert.equal(await value(`SELECT count(*) FROM lines
      WHERE statusline_code(line) IS DISTINCT FROM TRY_CAST(regexp_extract(line, '${regexp}', 1) AS USMALLINT)`), 0n);
  console.log(`${count} rows of ${kinds} captured lines, ${bytes} bytes: the codes are equal`);

  // CPU time of one thread, the least of 3 interleaved runs; reading the rows is in all of them, and so it is
  // measured alone too.
  await query('SET threads = 1');
  const least = {};
  for (let run = 0; run < 3; ++run)
    for (const [name, what] of Object.entries({ 'reading alone': 'max(strlen(line))', ...queries })) {
      const before = process.cpuUsage();
      await query(`SELECT ${what} FROM lines`);
      const { user, system } = process.cpuUsage(before);
      least[name] = Math.min(least[name] ?? Infinity, (user + system) / 1e6);
    }
  for (const [name, seconds] of Object.entries(least))
    console.log(`${name.padEnd(30)} ${seconds.toFixed(2)} s of CPU, ${(seconds / least.statusline_code).toFixed(1)} times statusline_code`);
}

await compareWithTheTool();
await testNullsAndErrors();
await testPage();
await time();
