import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordLine } from '@indelible/log';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { columns, hostileRecords, inBatches, recordAt } from '../testing/records.ts';
import { useDuckDb, writeParquet } from './parquet-file.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'indelible-parquet-test-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function rowsOf(records: readonly RecordLine[], name = "a'b.parquet"): Promise<Record<string, unknown>[]> {
  const path = join(folder, name);
  await writeParquet(path, inBatches(records), columns);
  return useDuckDb(async (connection) => {
    const from = `read_parquet('${path.replaceAll("'", "''")}')`;
    const result = await connection.runAndReadAll(`SELECT to_json(t)::VARCHAR AS row FROM ${from} AS t`);
    return result.getRows().map(([row]) => JSON.parse(String(row)));
  });
}

test('each record is a row with its fields nested, in the order given', async () => {
  const operation = { type: 'SELECT', query: 'SELECT 1', rows_returned: 3, duration_ms: 0.25 };
  const record = recordAt(0, { actor: { user_id: 'ana', roles: ['a', 'b'] }, operation, details: { b: 1, a: [1, 2] } });
  expect(await rowsOf([record, recordAt(1)])).toMatchObject([
    {
      seq: 0,
      timestamp: '2026-01-28 10:15:23.456789+00',
      actor: { user_id: 'ana', roles: ['a', 'b'], ip_address: null },
      operation: { ...operation, target: null },
      details: { b: 1, a: [1, 2] },
      other: null,
    },
    { seq: 1, actor: null, details: null },
  ]);
});

test('hostile values come back as they were; what has no column is in the last one', async () => {
  const rows = await rowsOf(hostileRecords);
  expect(rows).toHaveLength(hostileRecords.length);
  for (const [index, row] of rows.entries()) {
    const { actor, operation, details, nonce } = JSON.parse(hostileRecords[index]!.line);
    const other = Object(row.other);
    const query = Object(row.operation).query ?? other.operation?.query ?? null;
    expect(query).toEqual(operation?.query ?? null);
    expect(row.details ?? null).toEqual(details ?? null);
    expect(Object(row.actor).roles ?? other.actor?.roles ?? null).toEqual(actor?.roles ?? null);
    expect([other.nonce, other.actor?.department]).toEqual([nonce, actor?.department]);
  }
});

test('nothing exported is a file with columns and without rows', async () => {
  expect(await rowsOf([])).toEqual([]);
});

test('only the file itself stays, and it keeps its permissions', async () => {
  const path = join(folder, 'kept.parquet');
  writeFileSync(path, '', { mode: 0o600 });
  await rowsOf([recordAt(0)], 'kept.parquet');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.endsWith('.lines'))).toEqual([]);
});

test('an abort ends it with the signal’s reason', async () => {
  const reason = new Error('enough');
  const writing = writeParquet(join(folder, 'x.parquet'), inBatches([recordAt(0)]), columns, AbortSignal.abort(reason));
  await expect(writing).rejects.toBe(reason);
  const running = new AbortController();
  const statement = 'SELECT count(*) FROM range(1000000000000)';
  const counting = useDuckDb((connection) => {
    setTimeout(() => running.abort(reason), 20);
    return connection.run(statement);
  }, running.signal);
  await expect(counting).rejects.toBe(reason);
});
