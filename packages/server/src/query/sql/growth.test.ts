import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, expect, it } from 'vitest';
import { prepareStatement } from './prepare-statement.ts';
import { now, openSmallLog } from './testing/small-log.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openSmallLog();
});

const prepare = (text: string) => prepareStatement(connection, { text, parameters: new Map(), now });

/** Each column made of the one before it. */
const chain = (steps: number, first: string, next: (before: string) => string) =>
  Array.from({ length: steps }, (_, index) => `${next(`x${index}`)} AS x${index + 1}`).reduce(
    (list, item) => `${list}, ${item}`,
    `SELECT ${first} AS x0`,
  );
const ctes = (steps: number, expression: string) =>
  `WITH t0 AS (SELECT 'aaaaaaaa' AS x)${Array.from({ length: steps }, (_, i) => `, t${i + 1} AS (SELECT ${expression} AS x FROM t${i})`).join('')}
   SELECT length(x) FROM t${steps}`;
const nested = (depth: number, before: string, inner: string, after: string) =>
  `SELECT ${before.repeat(depth)}${inner}${after.repeat(depth)} FROM audit_log`;
const long = `'${'a'.repeat(1000)}'`;

it.each([
  ['replacements in replacements', `SELECT replace(replace(replace('aa', 'a', ${long}), 'a', ${long}), 'a', ${long})`],
  ['text that doubles in one select list', chain(28, "'aaaaaaaa'", (x) => `${x} || ${x}`)],
  ['text that doubles through WITH', ctes(28, 'x || x')],
  ['text that doubles through names by position', `${ctes(28, 'x || x').replaceAll(/t(\d+) AS/g, 't$1(x) AS')}`],
  ['lists that double', chain(26, '[1, 2, 3]', (x) => `list_concat(${x}, ${x})`)],
  ['structs that double', chain(26, "{'a': 'x'}", (x) => `{'a': ${x}, 'b': ${x}}`)],
  ['numbers whose names stand for long expressions', chain(28, '1', (x) => `${x} + ${x}`)],
  ['columns that double', `${'SELECT *, * FROM ('.repeat(20)}SELECT 1 AS a, 2 AS b${')'.repeat(20)}`],
  ['lists in lists', nested(4, 'list_transform(actor.roles, x -> ', 'actor.roles', ')')],
  ['macros in macros', nested(30, 'nullif(', 'severity', ", 'x')")],
  ['BETWEEN in BETWEEN', nested(30, '(', 'seq', ' BETWEEN 1 AND 2)::INT')],
  ['subqueries in subqueries', nested(30, '(SELECT ', '1', ')')],
  [
    'many joins',
    `SELECT count(*) FROM audit_log a0${Array.from({ length: 30 }, (_, i) => ` NATURAL JOIN audit_log a${i + 1}`).join('')}`,
  ],
  ['a statement of very many parts', `SELECT ${'1,'.repeat(30_000)}1`],
  ['parentheses without end', `SELECT ${'('.repeat(30_000)}`],
  ['a long chain of UNION', `SELECT 1${' UNION SELECT 1'.repeat(4000)}`],
])('refuses %s, before it grows', async (_, text) => {
  await expect(prepare(text)).rejects.toThrow(/^Not allowed: /);
});

it('refuses a text that is too long', async () => {
  await expect(prepare(`SELECT 1 -- ${'x'.repeat(70_000)}`)).rejects.toThrow('the statement is too long: 70012 bytes');
});

it.each([
  ['2,000 conditions', `SELECT seq FROM audit_log WHERE ${'seq > 0 AND '.repeat(2000)}true`],
  ['5,000 values', `SELECT seq FROM audit_log WHERE seq IN (${'7, '.repeat(5000)}1)`],
  ['300 columns', `SELECT ${'operation.query, '.repeat(300)}seq FROM audit_log`],
  ['300 parts of a UNION', `SELECT seq FROM audit_log${' UNION ALL SELECT 1'.repeat(300)}`],
  ['a text of many pieces', `SELECT ${'severity || '.repeat(150)}nonce FROM audit_log`],
  ['five nested subqueries', nested(5, '(SELECT ', '1', ')')],
  ['three macros in one another', nested(3, 'nullif(', 'severity', ", 'x')")],
])('lets pass %s', async (_, text) => {
  const { sql } = await prepare(text);
  expect((await connection.runAndReadAll(sql)).currentRowCount).toBeGreaterThan(0);
});
