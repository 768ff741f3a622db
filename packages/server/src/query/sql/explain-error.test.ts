import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, expect, it } from 'vitest';
import { explainError } from './explain-error.ts';
import { prepareStatement } from './prepare-statement.ts';
import { now, openSmallLog } from './testing/small-log.ts';

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openSmallLog();
});

async function errorOf(text: string) {
  const request = { text, parameters: new Map(), now };
  const prepared = await prepareStatement(connection, request);
  const error = await connection.runAndReadAll(prepared.sql).then(
    () => expect.fail(`runs: ${text}`),
    (reason: unknown) => reason,
  );
  return explainError(request, prepared, error);
}

it('points at the place in the text of the user, not in the rewritten one', async () => {
  const { message, code } = await errorOf("SELECT details.a, now(),\n   'é', actor.user_idd FROM audit_log");
  expect(code).toBe('invalid_argument');
  expect(message).toMatch(/^Binder error: Could not find key "user_idd" in struct\nCandidate Entries: "user_id"/);
  expect(message).toMatch(/\nLINE 2: {4}'é', actor\.user_idd FROM audit_log\n {16}\^$/);
});

it.each([
  ['SELECT foo FROM audit_log', 'foo'],
  ['SELECT seq FROM audit_log WHERE details.x = 1 AND lower(seq, 1) = 2', 'lower'],
  ['SELECT seq FROM audit_log a JOIN audit_log b ON true', 'seq'],
  ['SELECT max(seq) FROM audit_log WHERE max(seq) > 1', 'max(seq) > 1'],
])('shows where %s is wrong', async (text, place) => {
  const [shown = '', caret = ''] = (await errorOf(text)).message.split('\n').slice(-2);
  expect(shown.slice(caret.length - 1)).toMatch(new RegExp(`^${place.replaceAll(/[()]/g, '\\$&')}`));
});

it('shows which part of the statement a value does not suit', async () => {
  const { message } = await errorOf('SELECT details.attempts::INT FROM audit_log');
  expect(message).toMatch(
    /^Conversion error: Could not convert string 'many' to INT32\nLINE 1: SELECT details\.attempts::INT/,
  );
});

it('gives the message alone where there is no place', async () => {
  const text = 'SELECT (SELECT seq FROM audit_log)';
  expect((await errorOf(text)).message).toMatch(/^Invalid Input error: More than one row .* single row\.$/);
});

it('says of an answer that needs too much what to do', async () => {
  const text = 'SELECT 1';
  const request = { text, parameters: new Map(), now };
  const prepared = await prepareStatement(connection, request);
  const full = new Error('Out of Memory Error: failed to allocate data of size 128.0 MiB');
  const { code, message, cause } = explainError(request, prepared, full);
  expect(code).toBe('limit_reached');
  expect(message).toContain('narrow it by time');
  expect(cause).toBe(full);
});
