import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, expect, it } from 'vitest';
import { prepareStatement } from './prepare-statement.ts';
import { now, openSmallLog } from './testing/small-log.ts';
import { withTotalOrder } from './total-order.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openSmallLog();
});

async function finished(text: string): Promise<string> {
  const request = { text, parameters: new Map(), now };
  const prepared = await prepareStatement(connection, request);
  const columns = (await connection.runAndReadAll(prepared.sql)).columnCount;
  const { sql } = await withTotalOrder(connection, request, prepared, columns);
  await connection.run(sql);
  return sql;
}

it.each([
  ['SELECT severity, seq FROM audit_log ORDER BY severity LIMIT 2', 'ORDER BY severity, 1, 2 LIMIT 2'],
  ['SELECT * FROM audit_log ORDER BY timestamp DESC OFFSET 1', `ORDER BY "timestamp" DESC, ${range(13)} OFFSET 1`],
  ['SELECT DISTINCT ON (severity) seq FROM audit_log ORDER BY severity', 'ORDER BY severity, 1'],
  ['SELECT 1 AS a UNION SELECT 2 ORDER BY a LIMIT 1', 'ORDER BY a, 1 LIMIT 1'],
])('orders by all columns in the end: %s', async (text, expected) => {
  expect(await finished(text)).toContain(expected);
});

function range(count: number): string {
  return Array.from({ length: count }, (_, index) => index + 1).join(', ');
}

it.each([
  'SELECT seq FROM audit_log',
  'SELECT seq FROM audit_log ORDER BY severity',
  'SELECT seq FROM audit_log ORDER BY ALL LIMIT 3',
])('leaves alone what needs nothing: %s', async (text) => {
  expect(await finished(text)).not.toMatch(/\d, 1|ALL, 1|severity, 1/);
});

it.each([
  'SELECT s FROM (SELECT severity AS s FROM audit_log ORDER BY seq LIMIT 3)',
  'SELECT s FROM (SELECT severity AS s FROM audit_log ORDER BY severity, event_id DESC LIMIT 3)',
  'WITH a AS (SELECT severity FROM audit_log ORDER BY ALL LIMIT 3) FROM a',
])('accepts an inner LIMIT by which no two records are equal: %s', async (text) => {
  await expect(finished(text)).resolves.toContain('LIMIT 3');
});

it.each([
  ['SELECT seq FROM audit_log LIMIT 3', 'LIMIT without ORDER BY', '3'],
  ['SELECT seq FROM audit_log OFFSET 3', 'LIMIT without ORDER BY', '3'],
  ['SELECT seq FROM audit_log LIMIT 3%', 'LIMIT without ORDER BY', '3'],
  ['FROM (SELECT seq FROM audit_log ORDER BY severity LIMIT 4)', 'LIMIT in a subquery', '4'],
  ['WITH a AS (FROM audit_log LIMIT 5) SELECT count(*) FROM a', 'LIMIT in a subquery', '5'],
  ['SELECT (SELECT seq FROM audit_log ORDER BY timestamp LIMIT 1)', 'LIMIT in a subquery', '1'],
  ['FROM (SELECT a.seq FROM audit_log a, audit_log b ORDER BY a.seq LIMIT 7)', 'LIMIT in a subquery', '7'],
  ['FROM (SELECT unnest(actor.roles) FROM audit_log ORDER BY seq LIMIT 8)', 'LIMIT in a subquery', '8'],
  ['FROM (SELECT DISTINCT ON (severity) seq FROM audit_log)', 'DISTINCT ON in a subquery', 'severity'],
])('refuses to leave the choice open: %s', async (text, message, place) => {
  const error: unknown = await finished(text).catch((reason: unknown) => reason);
  if (!(error instanceof Error)) expect.fail('accepted');
  const [shown = '', caret = ''] = error.message.split('\n').slice(-2);
  expect(error.message).toContain(`Not allowed: ${message}`);
  expect(shown.slice(caret.length - 1).startsWith(place)).toBe(true);
});
