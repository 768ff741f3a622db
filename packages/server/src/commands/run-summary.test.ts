import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { QueryEngine } from '../query/engine.ts';
import { readSummary } from '../query/summary.ts';
import { openRandomLog } from '../query/testing/random-log.ts';
import { readPeriod } from './period-option.ts';
import { runSummary } from './run-summary.ts';

const january = readPeriod('2026-01');
const future = readPeriod('2999');

async function print(engine: QueryEngine, run: Omit<Parameters<typeof runSummary>[1], 'json'>, json = false) {
  const stdout = new PassThrough();
  const printed = text(stdout);
  await runSummary(engine, { ...run, json }, stdout);
  stdout.end();
  return printed;
}

test('an empty period prints the ten lines with zeros, and nothing besides', async () => {
  const { engine } = await openRandomLog(30);
  expect(await print(engine, { period: future })).toBe(
    [
      'Authentication Events: 0',
      '- Successful logins: 0',
      '- Failed logins: 0',
      'Data Access Events: 0',
      '- Queries executed: 0',
      '- Rows returned: 0',
      'Modification Events: 0',
      '- Nodes created: 0',
      '- Nodes updated: 0',
      '- Nodes deleted: 0',
      '',
    ].join('\n'),
  );
});

test('the ten lines are the numbers of the summary with thousands separators', async () => {
  const { engine } = await openRandomLog(600);
  const summary = await readSummary(engine, january);
  expect(summary.rows_returned).toBeGreaterThan(1_000);
  const lines = (await print(engine, { period: january })).split('\n');
  expect(lines.slice(0, 11)).toEqual([
    `Authentication Events: ${summary.authentication_events}`,
    `- Successful logins: ${summary.successful_logins}`,
    `- Failed logins: ${summary.failed_logins}`,
    `Data Access Events: ${summary.data_access_events}`,
    `- Queries executed: ${summary.queries_executed}`,
    `- Rows returned: ${summary.rows_returned.toLocaleString('en-US')}`,
    `Modification Events: ${summary.modification_events}`,
    `- Nodes created: ${summary.nodes_created}`,
    `- Nodes updated: ${summary.nodes_updated}`,
    `- Nodes deleted: ${summary.nodes_deleted}`,
    '',
  ]);
});

test('what there is besides comes after them, made safe for a terminal', async () => {
  const { engine } = await openRandomLog(600);
  const printed = await print(engine, { period: january });
  const titles = [
    /^Memory Operations: \d+$/m,
    /^Other events$/m,
    /^Busiest users$/m,
    /^Busiest labels$/m,
    /^Failed logins by user and address$/m,
    /^Slowest statements$/m,
  ];
  const places = titles.map((title) => printed.search(title));
  expect(places[0]).toBeGreaterThan(0);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(printed).toContain('bo␛[2Jb');
  expect(printed).not.toContain('\u001b');
  expect(printed).not.toMatch(/authentication\/login_success|data_access\/query_executed/);
});

test('--json is one object with the same numbers, raw', async () => {
  const { engine } = await openRandomLog(600);
  const printed = await print(engine, { period: january }, true);
  expect(printed).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(printed)).toEqual(await readSummary(engine, january));
});
