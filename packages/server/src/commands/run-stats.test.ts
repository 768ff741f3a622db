import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { readStatistics, readUserStatistics } from '../query/statistics.ts';
import { openRandomLog, type RandomLog } from '../query/testing/random-log.ts';
import { readPeriod } from './period-option.ts';
import { runStats } from './run-stats.ts';

async function print(engine: RandomLog['engine'], run: Parameters<typeof runStats>[1]): Promise<string> {
  const stdout = new PassThrough();
  const printed = text(stdout);
  await runStats(engine, run, stdout);
  stdout.end();
  return printed;
}

test('a person reads the three figures, and the operations there were, commonest first', async () => {
  const { engine } = await openRandomLog(600);
  const { total_events, success_rate, avg_duration_ms, by_operation } = await readStatistics(engine, {});
  const [total, rate, mean, blank, title, heading, ...rows] = (await print(engine, { period: {}, json: false })).split(
    '\n',
  );
  expect([total, rate, mean, blank, title]).toEqual([
    `Total events: ${total_events}`,
    `Success rate: ${(success_rate * 100).toFixed(2)}%`,
    `Average latency: ${avg_duration_ms.toFixed(2)} ms`,
    '',
    'By operation',
  ]);
  expect(heading).toMatch(/^operation +events$/);
  const shown = rows.filter((row) => row !== '').map((row) => row.split(/ +/));
  const counts = shown.map(([, events]) => Number(events));
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
  expect(Object.fromEntries(shown.map(([name, events]) => [name, Number(events)]))).toEqual(
    Object.fromEntries(Object.entries(by_operation).filter(([, events]) => events > 0)),
  );
});

test('without events there are figures and no table', async () => {
  const { engine } = await openRandomLog(30);
  expect(await print(engine, { period: readPeriod('2999'), json: false })).toBe(
    'Total events: 0\nSuccess rate: 100.00%\nAverage latency: 0.00 ms\n',
  );
});

test('--json is one object with the names that an application knows', async () => {
  const { engine } = await openRandomLog(60);
  expect(JSON.parse(await print(engine, { period: {}, json: true }))).toEqual(await readStatistics(engine, {}));
  const ofAna = JSON.parse(await print(engine, { period: {}, user: 'ana', json: true }));
  expect(ofAna).toEqual(await readUserStatistics(engine, 'ana', {}));
  expect(Object.keys(ofAna)).toEqual(['total_operations', 'last_activity', 'most_common_operation']);
});

test('of one user a person reads three lines, also where there is nothing', async () => {
  const { engine } = await openRandomLog(60);
  const { total_operations, last_activity, most_common_operation } = await readUserStatistics(engine, 'ana', {});
  expect(await print(engine, { period: {}, user: 'ana', json: false })).toBe(
    `Total operations: ${total_operations}\nLast activity: ${last_activity}\n` +
      `Most common operation: ${most_common_operation}\n`,
  );
  expect(await print(engine, { period: {}, user: 'nobody', json: false })).toBe(
    'Total operations: 0\nLast activity: none\nMost common operation: none\n',
  );
});
