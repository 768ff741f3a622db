import { expect, test } from 'vitest';
import { createMatcher, type Query } from './matcher.ts';

function line(event: object): string {
  return JSON.stringify({
    seq: 7,
    event_id: 'evt_1',
    timestamp: '2026-01-28T10:15:23.456789Z',
    event_type: 'data_access',
    subtype: 'query_executed',
    ...event,
  });
}

const record = line({
  severity: 'info',
  actor: { user_id: 'ana', session_id: 'pg-1', ip_address: '10.0.0.7' },
  operation: {
    query: 'SELECT "Name" FROM customers',
    labels_accessed: ['public.customers', 'orders'],
    properties_accessed: ['name'],
    target: { label: 'crm.notes' },
  },
  result: { status: 'success', error_code: null },
  context: { transaction_id: '741', trace_id: '4bf9' },
  details: { inner: { event_type: 'authentication', subtype: 'logout', user_id: 'eve', status: 'failure' } },
});

test.each<[string, Query, boolean]>([
  ['no condition', {}, true],
  ['its type', { eventTypes: ['data_access'] }, true],
  ['one of several types', { eventTypes: ['system', 'data_access'] }, true],
  ['a type that stands only in its details', { eventTypes: ['authentication'] }, false],
  ['its subtype', { subtypes: ['query_executed'] }, true],
  ['a subtype that stands only in its details', { subtypes: ['logout'] }, false],
  ['its user', { users: ['bob', 'ana'] }, true],
  ['a user that stands only in its details', { users: ['eve'] }, false],
  ['the beginning of its user', { users: ['an'] }, false],
  ['its status', { statuses: ['success'] }, true],
  ['a status that stands only in its details', { statuses: ['failure'] }, false],
  ['its severity', { severities: ['error', 'info'] }, true],
  ['its address', { addresses: ['10.0.0.7'] }, true],
  ['an address that its own begins with', { addresses: ['10.0.0.'] }, false],
  ['its session', { sessions: ['pg-1'] }, true],
  ['its transaction', { transactions: ['741'] }, true],
  ['its trace', { traces: ['4bf9'] }, true],
  ['an error code that it does not have', { errorCodes: ['null'] }, false],
  ['a label with its schema', { labels: ['public.customers'] }, true],
  ['a label without its schema', { labels: ['customers'] }, true],
  ['the end of a label’s name', { labels: ['tomers'] }, false],
  ['the label that it changed', { labels: ['notes'] }, true],
  ['a property', { properties: ['name'] }, true],
  ['a label as a property', { properties: ['orders'] }, false],
  ['text of its statement', { statements: ['nowhere', 'FROM Customers'] }, true],
  ['text that is not in its statement', { statements: ['orders'] }, false],
  ['text of its query in other case, with quotes', { text: 'select "name"' }, true],
  ['text of a deep value', { text: 'EVE' }, true],
  ['text that is only a name of a field', { text: 'ip_address' }, false],
  ['text that is nowhere', { text: 'payments' }, false],
  ['a time range that starts at it', { occurred: { from: '2026-01-28T10:15:23.456789Z' } }, true],
  ['a time range that ends at it', { occurred: { before: '2026-01-28T10:15:23.456789Z' } }, false],
  ['its type and another user', { eventTypes: ['data_access'], users: ['bob'] }, false],
])('a record and %s', (_, query, expected) => {
  expect(createMatcher(query)(record)).toBe(expected);
});

test('an event_id that looks like fields does not lead the matcher astray', () => {
  const forged = line({ event_id: 'x","timestamp":"2030-01-01T00:00:00.000000Z","event_type":"system' });
  expect(createMatcher({ eventTypes: ['system'] })(forged)).toBe(false);
  expect(createMatcher({ eventTypes: ['data_access'] })(forged)).toBe(true);
  expect(createMatcher({ occurred: { from: '2029-01-01T00:00:00.000000Z' } })(forged)).toBe(false);
});

test('of a statement that was cut, what was kept is searched', () => {
  const query = { truncated: true, bytes: 9000, salt: 's', sha256: 'h', head: 'SELECT "a"', tail: 'FROM orders' };
  const cut = line({ operation: { query } });
  expect(createMatcher({ statements: ['select "A"'] })(cut)).toBe(true);
  expect(createMatcher({ statements: ['from orders'] })(cut)).toBe(true);
  expect(createMatcher({ statements: ['sha256'] })(cut)).toBe(false);
});

test('a damaged line is no match and no error', () => {
  for (const query of [{ users: ['ana'] }, { text: 'ana' }, { occurred: {} }, { eventTypes: ['data_access'] }]) {
    expect(createMatcher(query)('{"seq":7,"actor":{"user_id":"ana"')).toBe(false);
  }
});
