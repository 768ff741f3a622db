import { expect, test } from 'vitest';
import { readStatistics, readUserStatistics } from './statistics.ts';
import { openRandomLog } from './testing/random-log.ts';

const noMemory = { STORE: 0, RECALL: 0, FORGET: 0, COMPACT: 0, EXPORT: 0, IMPORT: 0 };
const future = { from: '2999-01-01T00:00:00.000000Z' };
const lateJanuary = { from: '2026-01-20T00:00:00.000000Z' };

test.each([{}, lateJanuary])('statistics of %o are what the lines say', async (period: { readonly from?: string }) => {
  const { engine, records } = await openRandomLog(600);
  const lines = records.filter(({ timestamp }) => timestamp >= (period.from ?? ''));
  const ended = lines.flatMap(({ result }) => result?.status ?? []);
  const durations = lines.flatMap(({ operation }) => operation?.duration_ms ?? []);
  const byOperation: Record<string, number> = { ...noMemory };
  for (const type of lines.flatMap(({ operation }) => operation?.type ?? [])) {
    byOperation[type] = (byOperation[type] ?? 0) + 1;
  }
  const statistics = await readStatistics(engine, period);
  expect(statistics).toEqual({
    total_events: lines.length,
    success_rate: ended.filter((status) => status === 'success').length / ended.length,
    avg_duration_ms: expect.closeTo(durations.reduce((sum, ms) => sum + ms, 0) / durations.length, 6),
    by_operation: byOperation,
  });
  expect(ended).toContain('partial');
  expect(ended.length).toBeLessThan(lines.length);
});

test('with no events the rate is 1, the mean 0 and every operation of a memory counted as 0', async () => {
  const { engine } = await openRandomLog(30);
  expect(await readStatistics(engine, future)).toEqual({
    total_events: 0,
    success_rate: 1,
    avg_duration_ms: 0,
    by_operation: noMemory,
  });
});

test('a user’s statistics are those of their own events', async () => {
  const { engine, records } = await openRandomLog(600);
  for (const user of ['ana', "o'neill"]) {
    const theirs = records.filter(({ actor }) => actor?.user_id === user);
    const types = theirs.flatMap(({ operation }) => operation?.type ?? []).sort();
    const occurrences = (type: string) => types.filter((other) => other === type).length;
    const most = Math.max(...types.map(occurrences));
    expect(await readUserStatistics(engine, user, {})).toEqual({
      total_operations: theirs.length,
      last_activity: theirs.at(-1)?.timestamp,
      most_common_operation: types.find((type) => occurrences(type) === most),
    });
  }
});

test('of a user whom nobody has seen there is nothing', async () => {
  const { engine } = await openRandomLog(30);
  const none = { total_operations: 0, last_activity: null, most_common_operation: null };
  expect(await readUserStatistics(engine, 'nobody', {})).toEqual(none);
  expect(await readUserStatistics(engine, 'ana', future)).toEqual(none);
});
