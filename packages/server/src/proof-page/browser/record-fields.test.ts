import { expect, test } from 'vitest';
import { fieldsOf } from './record-fields.ts';

function shown(record: object): Record<string, string> {
  return Object.fromEntries(fieldsOf(JSON.stringify(record)).map(({ label, value }) => [label, value]));
}

test('a statement is shown with who, from where, on what, and how it ended', () => {
  const record = {
    seq: 7,
    event_id: 'evt_1',
    timestamp: '2026-01-28T10:15:23.456789Z',
    event_type: 'data_access',
    subtype: 'query_executed',
    actor: { user_id: 'alice', roles: ['analyst', 'dba'], ip_address: '10.0.0.7', user_agent: 'psql' },
    operation: {
      type: 'SELECT',
      graph: 'shop',
      query: 'SELECT 1',
      parameters: ['x'],
      labels_accessed: ['public.orders', 'public.customers'],
      rows_returned: 0,
      duration_ms: 1.5,
    },
    result: { status: 'failure', error_code: '42501', error_message: 'permission denied' },
  };
  expect(shown(record)).toEqual({
    Time: '2026-01-28 10:15:23.456789 UTC',
    Kind: 'data_access / query_executed',
    Who: 'alice, roles analyst, dba',
    From: '10.0.0.7, psql',
    What: 'SELECT in shop',
    Statement: 'SELECT 1',
    Parameters: '["x"]',
    Tables: 'public.orders, public.customers',
    Rows: '0 returned',
    Outcome: 'failure 42501: permission denied',
    Duration: '1.5 ms',
    'Event ID': 'evt_1',
  });
});

test('a change is shown with its table, its key and the values before and after', () => {
  const changes = { before: null, after: { name: 'Zoë', address: 'a street whose name is too long for one line' } };
  expect(shown({ operation: { target: { label: 'public.users', id: 17 }, changes, rows_affected: 1 } })).toEqual({
    Tables: 'public.users',
    Target: '17',
    Changes: JSON.stringify(changes, undefined, 2),
    Rows: '1 affected',
  });
});

test('of a value that was cut for its size, what was kept is shown', () => {
  const query = { truncated: true, bytes: 90_000, salt: 's', sha256: 'h', head: 'SELECT a', tail: 'LIMIT 1' };
  expect(shown({ operation: { query } })).toEqual({ Statement: 'SELECT a … LIMIT 1' });
});

test('a line that is no JSON object, or has members of other kinds, has no fields', () => {
  for (const line of ['', 'nonsense', '[1]', 'null', '7', '{"actor":7,"operation":[],"result":null}']) {
    expect(fieldsOf(line)).toEqual([]);
  }
});
