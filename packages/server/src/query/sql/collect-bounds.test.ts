import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { quoteText } from '../columns.ts';
import type { Bounds } from './bounds.ts';
import { prepareStatement } from './prepare-statement.ts';
import { now, openSmallLog, type Values } from './testing/small-log.ts';

const users = ['ana', 'ben', 'eve', undefined];
const types = ['authentication', 'data_access', 'system'];
const subtypes = ['login_failure', 'query_executed', 'sealed'];

const records: readonly Values[] = Array.from({ length: 60 }, (_, index) => ({
  ...(index % 13 === 7 ? {} : { timestamp: new Date(Date.UTC(2026, 0, 27, index)).toISOString() }),
  event_type: types[index % 3],
  subtype: subtypes[(index >> 1) % 3],
  actor: { user_id: users[(index * 7) % 4] },
  details: { attempts: index },
}));

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await openSmallLog(records);
});

const prepare = (text: string) => prepareStatement(connection, { text, parameters: new Map(), now });

async function boundsOf(where: string, from = 'audit_log'): Promise<Bounds> {
  return (await prepare(`SELECT seq FROM ${from} WHERE ${where}`)).bounds;
}

it.each<[string, Bounds]>([
  ["timestamp > '2026-01-28'", { timeFrom: '2026-01-28T00:00:00.000000Z' }],
  ["'2026-01-28 01:02:03.000004Z' >= timestamp", { timeTo: '2026-01-28T01:02:03.000004Z' }],
  ["timestamp > now() - INTERVAL '24 hours'", { timeFrom: '2026-01-27T12:00:00.000000Z' }],
  ['timestamp >= current_date - 1', { timeFrom: '2026-01-27T00:00:00.000000Z' }],
  [
    "timestamp BETWEEN '2026-01-28' AND DATE '2026-01-29'",
    {
      timeFrom: '2026-01-28T00:00:00.000000Z',
      timeTo: '2026-01-29T00:00:00.000000Z',
    },
  ],
  ["timestamp >= '2026-01-27' AND timestamp >= '2026-01-28'", { timeFrom: '2026-01-28T00:00:00.000000Z' }],
  [
    "event_type = 'system' AND subtype IN ('sealed', 'x')",
    {
      eventTypes: new Set(['system']),
      subtypes: new Set(['sealed', 'x']),
    },
  ],
  ["event_type IN ('a', 'b') AND event_type = 'b'", { eventTypes: new Set(['b']) }],
  ["actor.user_id = 'ana' AND audit_log.actor.user_id IN ('ana', 'ben')", { users: new Set(['ana']) }],
  ["NOT (timestamp > '2026-01-28')", { timeTo: '2026-01-28T00:00:00.000000Z' }],
  ['seq > 3 AND seq < 7.5', { seqFrom: 3, seqTo: 8 }],
  ["seq IN (9, 4, '6')", { seqFrom: 4, seqTo: 9 }],
  ['seq BETWEEN 2 + 3 AND 10 * 2', { seqFrom: 5, seqTo: 20 }],
])('reads from %s what it can', async (where, expected) => {
  expect(await boundsOf(where)).toEqual(expected);
});

it.each([
  "timestamp > '2026-01-28' OR seq = 1",
  "NOT (timestamp > '2026-01-28' AND seq > 1)",
  "event_type <> 'system'",
  "event_type NOT IN ('system')",
  "event_type LIKE 'system'",
  "lower(event_type) = 'system'",
  "event_type = 'SYSTEM' COLLATE nocase",
  'timestamp > (SELECT max(timestamp) FROM (VALUES (now())) v(timestamp))',
  'timestamp > recorded_at',
  "timestamp IS DISTINCT FROM '2026-01-28'",
  'seq > 1e300',
])('takes no bound from %s', async (where) => {
  expect(await boundsOf(where)).toEqual({});
});

it.each([
  ['audit_log a JOIN audit_log b USING (seq)', 'seq > 3'],
  ['audit_log a LEFT JOIN audit_log b ON b.seq > 3', 'b.seq > 3'],
  ["(SELECT 'x' AS event_type, seq FROM audit_log)", "event_type = 'x'"],
  ['audit_log AS t(a, seq)', "seq = '3'"],
])('takes no bound over %s', async (from, where) => {
  expect(await boundsOf(where, from)).toEqual({});
});

it('takes what all places that read the log have in common', async () => {
  const { bounds } = await prepare(`
    WITH a AS (FROM audit_log WHERE seq > 10 AND event_type = 'system')
    SELECT seq FROM a WHERE seq > 20
    UNION SELECT seq FROM audit_log WHERE seq BETWEEN 5 AND 7 AND event_type = 'data_access'`);
  expect(bounds).toEqual({ seqFrom: 5, eventTypes: new Set(['system', 'data_access']) });
});

const time = fc.constantFrom(
  "'2026-01-28'",
  "TIMESTAMPTZ '2026-01-28 05:00:00+02'",
  "(now() - INTERVAL '7 hours')",
  'current_date',
  "CAST('2026-01-27 20:00:00' AS TIMESTAMP)",
);
const operator = fc.constantFrom('=', '<', '<=', '>', '>=', '<>', 'IS DISTINCT FROM');
const number = fc.oneof(
  fc.integer({ min: -5, max: 65 }).map(String),
  fc.constantFrom('7.5', "'12'", "'12.5'", '(3 + 4)'),
);
const text = fc.constantFrom("'ana'", "'ben'", "'system'", "'data_access'", "'sealed'", "'nobody'");
const textColumn = fc.constantFrom('event_type', 'subtype', 'actor.user_id', 'audit_log.actor.user_id');
const comparison = fc.oneof(
  fc.tuple(fc.constant('timestamp'), operator, time),
  fc.tuple(time, operator, fc.constant('timestamp')),
  fc.tuple(fc.constant('timestamp BETWEEN'), time, fc.constant('AND'), time),
  fc.tuple(fc.constant('seq'), operator, number),
  fc.tuple(fc.constant('seq IN ('), number, fc.constant(','), number, fc.constant(')')),
  fc.tuple(textColumn, operator, text),
  fc.tuple(textColumn, fc.constantFrom('IN (', 'NOT IN ('), text, fc.constant(','), text, fc.constant(')')),
  fc.tuple(fc.constant('details.attempts'), operator, number),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison.map((parts) => parts.join(' ')),
    fc
      .tuple(tie('condition'), fc.constantFrom('AND', 'AND', 'OR'), tie('condition'))
      .map(([a, word, b]) => `(${a}) ${word} (${b})`),
    tie('condition').map((inner) => `NOT (${inner})`),
  ),
}));
const statement = fc.oneof(
  condition.map((where) => `SELECT seq FROM audit_log WHERE ${where}`),
  condition.map((where) => `SELECT count(*), min(timestamp) FROM audit_log WHERE ${where}`),
  fc
    .tuple(condition, condition)
    .map(([a, b]) => `WITH w AS (FROM audit_log WHERE ${a}) SELECT seq FROM w audit_log WHERE ${b}`),
  fc
    .tuple(condition, condition)
    .map(([a, b]) => `SELECT seq FROM audit_log WHERE ${a} EXCEPT SELECT seq FROM audit_log WHERE ${b}`),
  fc
    .tuple(condition, condition)
    .map(([a, b]) => `SELECT seq FROM audit_log WHERE ${a} AND seq NOT IN (SELECT seq FROM audit_log WHERE ${b})`),
  condition.map((where) => `SELECT seq, one FROM audit_log LEFT JOIN (SELECT 1 AS one) o ON ${where}`),
);

function filterOf({ timeFrom, timeTo, seqFrom, seqTo, eventTypes, subtypes: kinds, users: actors }: Bounds): string {
  const among = (column: string, values: ReadonlySet<string> | undefined) =>
    values === undefined ? [] : [`${column} IN (${[...values, '\u0001'].map(quoteText).join(', ')})`];
  return [
    ...(timeFrom === undefined ? [] : [`timestamp >= '${timeFrom}'`]),
    ...(timeTo === undefined ? [] : [`timestamp <= '${timeTo}'`]),
    ...(seqFrom === undefined ? [] : [`seq >= ${seqFrom}`]),
    ...(seqTo === undefined ? [] : [`seq <= ${seqTo}`]),
    ...among('event_type', eventTypes),
    ...among('subtype', kinds),
    ...among('actor.user_id', actors),
    'true',
  ].join(' AND ');
}

it('never changes an answer by leaving out what lies outside of the bounds', async () => {
  let bounded = 0;
  await fc.assert(
    fc.asyncProperty(statement, async (sql) => {
      const prepared = await prepare(sql);
      if (Object.keys(prepared.bounds).length > 0) bounded++;
      const rowsWhere = async (filter: string) => {
        await connection.run(`CREATE OR REPLACE VIEW audit_log AS FROM records WHERE ${filter}`);
        const answer = await connection.runAndReadAll(prepared.sql);
        return answer
          .getRowsJson()
          .map((row) => JSON.stringify(row))
          .sort();
      };
      expect(await rowsWhere(filterOf(prepared.bounds))).toEqual(await rowsWhere('true'));
    }),
    { numRuns: 400 },
  );
  expect(bounded).toBeGreaterThan(40);
}, 60_000);
