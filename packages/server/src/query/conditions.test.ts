import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditEvent, isSeal, openLog, readLines, severities } from '@indelible/log';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMatcher, type Query } from '../search/matcher.ts';
import { conditionsOf } from './conditions.ts';
import { openEngine, type QueryEngine } from './engine.ts';
import { openIndexBuilder } from './index/build-index.ts';
import { searchRecords } from './search-records.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'indelible-conditions-'));
const lines = new Map<number, string>();
let engine: QueryEngine;

const names = [
  "o'neill",
  'ana',
  'public.orders',
  'orders',
  'a.public.orders',
  '%',
  '_',
  'Ä "x"\\',
  '',
  '10.0.0.1',
  '{',
];
const name = fc.constantFrom(...names);
const statements = ['SELECT * FROM Orders', 'select "ÄPFEL" -- K', 'İx ΟΔΟΣ', `${'orders '.repeat(12_000)}END`];
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const time = fc.constantFrom(
  '2026-01-01T00:00:00.000000Z',
  '2026-01-01T00:00:00.000001Z',
  '2025-12-31T23:59:59.999999Z',
);

const event: fc.Arbitrary<AuditEvent> = fc.record({
  event_type: fc.constantFrom('data_access', 'memory_operation'),
  timestamp: time,
  severity: fc.constantFrom(...severities),
  actor: fc.record({ user_id: maybe(name), session_id: fc.option(name), ip_address: maybe(name) }),
  operation: fc.record({
    query: maybe(fc.constantFrom(...statements)),
    labels_accessed: fc.option(fc.array(name, { maxLength: 3 })),
    properties_accessed: maybe(fc.array(name, { maxLength: 3 })),
    target: maybe(fc.record({ label: maybe(name) })),
  }),
  result: fc.record({
    status: fc.option(fc.constantFrom('success', 'failure', 'partial')),
    error_code: maybe(name),
  }),
  context: fc.record({ transaction_id: maybe(name), trace_id: maybe(name) }),
});

const some = fc.uniqueArray(name, { minLength: 1, maxLength: 2 });
const condition: fc.Arbitrary<Query> = fc.oneof(
  fc.record({ eventTypes: fc.constant(['data_access']) }),
  fc.record({ severities: fc.subarray([...severities], { minLength: 1 }) }),
  fc.record({ users: some }),
  fc.record({ addresses: some }),
  fc.record({ sessions: some }),
  fc.record({ statuses: fc.constant(['failure', 'partial']) }),
  fc.record({ errorCodes: some }),
  fc.record({ transactions: some }),
  fc.record({ traces: some }),
  fc.record({ labels: some }),
  fc.record({ properties: some }),
  fc.record({ occurred: fc.record({ from: time, before: time }, { requiredKeys: [] }) }),
);
const query = fc.array(condition, { maxLength: 3 }).map((conditions): Query => Object.assign({}, ...conditions));

beforeAll(async () => {
  const events = fc
    .sample(event, { numRuns: 400, seed: 3 })
    .map((made): AuditEvent => JSON.parse(JSON.stringify(made)));
  await append(events.slice(0, 250));
  const indexDir = join(dataDir, 'index');
  const builder = await openIndexBuilder({ dataDir, indexDir, stretchBytes: 20_000 });
  await builder.catchUp().finally(() => builder.close());
  await append(events.slice(250));
  engine = await openEngine({ dataDir, indexDir });
  for await (const batch of readLines(dataDir)) {
    for (const { seq, line } of batch) if (!isSeal(line)) lines.set(seq, line);
  }
});

afterAll(() => {
  engine.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function append(events: readonly AuditEvent[]): Promise<void> {
  const log = await openLog({ dataDir, ballastBytes: 0, heartbeatMs: 0 });
  await Promise.all(events.map((one) => log.append(one)));
  await log.close();
}

async function positionsOf(asked: Query): Promise<number[]> {
  const positions: number[] = [];
  const request = { conditions: conditionsOf(asked), sorting: 'position', isDescending: false } as const;
  await searchRecords(engine, { ...request, now: '2026-01-01T00:00:00.000000Z' }, async (records) => {
    positions.push(...records.map(({ seq }) => seq));
    return true;
  });
  return positions;
}

function matchesOf(asked: Query): number[] {
  const matches = createMatcher(asked);
  return [...lines].filter(([, line]) => matches(line)).map(([seq]) => seq);
}

test('the index finds the records that the matcher finds, and no others', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(query, async (asked) => {
      const expected = matchesOf(asked);
      found += expected.length;
      expect(await positionsOf(asked)).toEqual(expected);
    }),
    { numRuns: 150 },
  );
  expect(found).toBeGreaterThan(0);
});

test.each<[string, Query]>([
  ['a user', { users: ["o'neill"] }],
  ['a label without its schema', { labels: ['orders'] }],
  ['a label with its schema', { labels: ['public.orders'] }],
  ['a property', { properties: ['Ä "x"\\'] }],
  ['an error code and a severity', { errorCodes: ['ana', '%'], severities: ['info'] }],
])('%s alone finds something', async (_, asked) => {
  const expected = matchesOf(asked);
  expect(expected.length).toBeGreaterThan(0);
  expect(await positionsOf(asked)).toEqual(expected);
});

test.each(['from ORDERS', 'äpfel', 'k', 'i', 'οδος', 'End', 'orders orders', '"', ''])(
  'no statement with "%s" in it is passed over, cut ones among them',
  async (text) => {
    const found = new Set(await positionsOf({ statements: [text] }));
    const expected = matchesOf({ statements: [text] });
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.filter((seq) => !found.has(seq))).toEqual([]);
  },
);

test('a statement that is asked for in ASCII is found through the index alone', async () => {
  expect((await positionsOf({ statements: ['select * from orders'] })).length).toBeLessThan(lines.size / 2);
});
