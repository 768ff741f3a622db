import { expect, test } from 'vitest';
import type { Period } from './period.ts';
import { readSummary } from './summary.ts';
import { openRandomLog, type StoredEvent } from './testing/random-log.ts';

const january: Period = { from: '2026-01-01T00:00:00.000000Z', before: '2026-01-11T05:00:00.000000Z' };
const future: Period = { from: '2999-01-01T00:00:00.000000Z' };

function within(records: readonly StoredEvent[], { from = '', before = '9999' }: Period): StoredEvent[] {
  return records.filter(({ timestamp }) => timestamp >= from && timestamp < before);
}

function ranked<T>(keys: readonly T[]): [T, number][] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(JSON.stringify(key), (counts.get(JSON.stringify(key)) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([key, n]) => [JSON.parse(key), n]);
}

test.each([{}, january, future])('every number is what counting the lines of %o gives', async (period) => {
  const { engine, records } = await openRandomLog(600);
  const lines = within(records, period);
  const count = (type: string, subtype?: string) =>
    lines.filter((line) => line.event_type === type && (subtype ?? line.subtype) === line.subtype).length;
  const summary = await readSummary(engine, period);
  expect(summary).toMatchObject({
    from: period.from ?? null,
    before: period.before ?? null,
    total_events: lines.length,
    authentication_events: count('authentication'),
    successful_logins: count('authentication', 'login_success'),
    failed_logins: count('authentication', 'login_failure'),
    data_access_events: count('data_access'),
    queries_executed: count('data_access', 'query_executed'),
    rows_returned: lines
      .filter(({ event_type }) => event_type === 'data_access')
      .reduce((sum, { operation }) => sum + (operation?.rows_returned ?? 0), 0),
    modification_events: count('data_modification'),
    nodes_created: count('data_modification', 'node_created'),
    nodes_updated: count('data_modification', 'node_updated'),
    nodes_deleted: count('data_modification', 'node_deleted'),
    memory_operations: count('memory_operation'),
  });
  const kinds = ranked(lines.map(({ event_type, subtype = null }) => [event_type, subtype] as const));
  const counted = summary.by_subtype.map((row) => [[row.event_type, row.subtype], row.events]);
  expect(new Map(counted.map(([kind, n]) => [String(kind), n]))).toEqual(
    new Map(kinds.map(([kind, n]) => [String(kind), n])),
  );
});

test('the log has something of everything, so that no count is right by being nothing', async () => {
  const { engine } = await openRandomLog(600);
  const numbers = Object.values(await readSummary(engine, january)).filter((value) => typeof value === 'number');
  expect(numbers).toHaveLength(12);
  expect(Math.min(...numbers)).toBeGreaterThan(0);
});

test('users, labels and refused logins are ranked by their number', async () => {
  const { engine, records } = await openRandomLog(600);
  const lines = within(records, january);
  const summary = await readSummary(engine, january);
  const users = lines.flatMap(({ actor }) => actor?.user_id ?? []);
  expect(summary.busiest_users.map((row) => [row.user_id, row.events])).toEqual(ranked(users));
  const labels = lines.flatMap(({ operation }) => {
    const { labels_accessed, target } = operation ?? {};
    return labels_accessed?.length ? [...new Set(labels_accessed)] : (target?.label ?? []);
  });
  expect(summary.busiest_labels.map((row) => [row.label, row.events])).toEqual(ranked(labels));
  const refused = lines.filter(({ subtype }) => subtype === 'login_failure');
  for (const row of summary.failed_logins_by_origin) {
    const theirs = refused.filter(
      ({ actor }) => (actor?.user_id ?? null) === row.user_id && (actor?.ip_address ?? null) === row.ip_address,
    );
    expect([row.failures, row.latest]).toEqual([theirs.length, theirs.map(({ timestamp }) => timestamp).at(-1)]);
  }
  const failures = summary.failed_logins_by_origin.map((row) => Number(row.failures));
  expect(failures.reduce((sum, n) => sum + n, 0)).toBe(refused.length);
  expect(failures).toEqual([...failures].sort((a, b) => b - a));
});

test('the slowest statements come with their positions, slowest first', async () => {
  const { engine, records } = await openRandomLog(600);
  const timed = within(records, january).flatMap(({ seq, operation }) =>
    operation?.query != null && operation.duration_ms != null ? [{ seq, took: operation.duration_ms }] : [],
  );
  const slowest = timed.sort((a, b) => b.took - a.took || a.seq - b.seq).slice(0, 10);
  const { slowest_statements } = await readSummary(engine, january);
  expect(slowest_statements.map(({ seq, duration_ms }) => ({ seq, took: duration_ms }))).toEqual(slowest);
});
