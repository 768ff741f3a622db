import { expect, test } from 'vitest';
import { rowOf } from './record-row.ts';

test('a statement shows who, from where, what, which tables and how many rows', () => {
  const line = JSON.stringify({
    seq: 3,
    event_id: 'evt_1',
    timestamp: '2026-01-28T10:15:23.456789Z',
    event_type: 'data_access',
    subtype: 'query_executed',
    severity: 'info',
    actor: { user_id: 'ana', ip_address: '10.0.0.7' },
    operation: { query: 'SELECT 1', labels_accessed: ['public.a', 'public.b'], rows_returned: 0 },
    result: { status: 'success' },
  });
  expect(rowOf(line)).toEqual({
    timestamp: '2026-01-28T10:15:23.456789Z',
    kind: 'data_access/query_executed',
    who: 'ana',
    from: '10.0.0.7',
    what: 'SELECT 1',
    tables: 'public.a, public.b',
    rows: 0,
    status: 'success',
    severity: 'info',
  });
});

test('a failure shows the reason beside the act', () => {
  const { what } = rowOf(
    JSON.stringify({ event_type: 'data_access', operation: { query: 'SELECT x' }, result: { error_message: 'no x' } }),
  );
  expect(what).toBe('SELECT x → no x');
});

test('an event without a statement shows its plain details', () => {
  const details = { resource: 'customers', attempts: 3, nested: { left: 'out' } };
  expect(rowOf(JSON.stringify({ event_type: 'authorization', details })).what).toBe('resource=customers attempts=3');
});

test('a memory operation shows what it did to which entries', () => {
  const operation = { type: 'RECALL', entry_ids: ['a', 'b'] };
  expect(rowOf(JSON.stringify({ event_type: 'memory_operation', operation })).what).toBe('RECALL a, b');
});

test('a statement that was cut for its size shows its beginning', () => {
  const query = { truncated: true, bytes: 90_000, head: 'INSERT INTO', tail: 'x' };
  expect(rowOf(JSON.stringify({ event_type: 'data_modification', operation: { query } })).what).toBe('INSERT INTO…');
});

test('values of any shape and lines that are no JSON are shown somehow', () => {
  expect(rowOf('{"event_type":"system","actor":null,"operation":[1],"details":7}').what).toBe('');
  expect(rowOf('not json').what).toBe('not json');
  expect(rowOf('[1]').what).toBe('[1]');
});

test('rows are those returned or those changed, whichever there are', () => {
  const rowsOf = (operation: object) => rowOf(JSON.stringify({ event_type: 'data_access', operation })).rows;
  expect(rowsOf({ rows_returned: 0, rows_affected: 1500 })).toBe(1500);
  expect(rowsOf({ rows_returned: 3, rows_affected: 0 })).toBe(3);
  expect(rowsOf({ rows_returned: 0 })).toBe(0);
  expect(rowsOf({})).toBeUndefined();
});
