import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type AuditEvent, openLog } from '@indelible/log';
import { expect, onTestFinished, test } from 'vitest';
import { openEngine } from '../query/engine.ts';
import { type FilterFlags, readFilter } from './filter-options.ts';
import { runSearch } from './run-search.ts';
import { readSearchFlags, type SearchFlags } from './search-plan.ts';

const readOf = (rows: number): AuditEvent => ({
  event_type: 'data_access',
  subtype: 'query_executed',
  actor: { user_id: rows % 2 === 0 ? 'ana' : 'bob' },
  operation: { rows_returned: rows },
});

/** Searches a log of one record, lets it grow, and gives what was printed when `last` had been. */
async function followLog(flags: FilterFlags & SearchFlags, last: string, json = true): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'indelible-follow-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const log = await openLog({ dataDir, ballastBytes: 0, heartbeatMs: 0 });
  onTestFinished(() => log.close());
  await log.append(readOf(10));
  const engine = await openEngine({ dataDir, indexDir: join(dataDir, 'index') });
  onTestFinished(() => engine.close());

  const stop = new AbortController();
  const stdout = new PassThrough({ encoding: 'utf8' });
  let printed = '';
  const isPrinted = new Promise<void>((resolve) => {
    stdout.on('data', (text: string) => {
      printed += text;
      if (printed.includes(last)) resolve();
    });
  });
  const { follows: _, ...plan } = readSearchFlags(flags);
  const run = { ...plan, dataDir, filter: readFilter(flags, 0), json, signal: stop.signal, follows: stop.signal };
  const ended = runSearch(engine, run, { stdout, stderr: new PassThrough() });
  for (const rows of [11, 12, 13, 14]) await log.append(readOf(rows));
  await isPrinted;
  stop.abort();
  await ended;
  return printed;
}

function rowsOf(printed: string): number[] {
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).operation.rows_returned);
}

test('a search that follows gives each record once, until it is ended', async () => {
  expect(rowsOf(await followLog({ user: ['ana'], follow: true }, '"rows_returned":14'))).toEqual([10, 12, 14]);
});

test('an expression in SQL is asked anew as the log grows', async () => {
  const flags = { where: 'operation.rows_returned % 2 = 0', follow: true };
  expect(rowsOf(await followLog(flags, '"rows_returned":14'))).toEqual([10, 12, 14]);
});

test('the time of the seal is known of records that came later', async () => {
  const columns = ['operation.rows_returned', 'recorded_at'];
  const printed = await followLog({ columns, user: ['ana'], follow: true }, '14  ', false);
  const rows = printed.trimEnd().split('\n').slice(1);
  expect(rows.map((row) => row.split(/ +/)[0])).toEqual(['10', '12', '14']);
  for (const row of rows) expect(row).toMatch(/ +\d{4}-\d\d-\d\dT\S+Z$/);
});
