import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyRecord, exportedAt, hostileRecords, recordAt, textOf } from '../testing/records.ts';
import { axonFormat } from './axon-format.ts';

interface Envelope {
  readonly events: Record<string, unknown>[];
  readonly total_events: number;
  readonly exported_at: string;
}

const envelopeOf = async (records: Parameters<typeof textOf>[1]): Promise<Envelope> =>
  JSON.parse(await textOf(axonFormat, records));

async function eventOf(more: Record<string, unknown>) {
  const { events } = await envelopeOf([recordAt(4, more)]);
  return events[0];
}

const store = {
  event_id: 'evt_abc123',
  timestamp: '2025-01-15T10:30:45.123456Z',
  event_type: 'memory_operation',
  subtype: undefined,
  severity: 'info',
  actor: { user_id: 'user_123', session_id: 'session_abc' },
  operation: { type: 'STORE', duration_ms: 45.2, entry_ids: ['entry_1'] },
  result: { status: 'success' },
  details: { importance: 0.8, tags: ['verified'] },
};

test('an event of a memory has exactly the fields of the logger’s own export, in their order', async () => {
  const text = await textOf(axonFormat, [recordAt(4, store)]);
  expect(JSON.stringify(JSON.parse(text))).toBe(
    JSON.stringify({
      events: [
        {
          event_id: 'evt_abc123',
          timestamp: '2025-01-15T10:30:45.123456Z',
          operation: 'STORE',
          user_id: 'user_123',
          session_id: 'session_abc',
          entry_ids: ['entry_1'],
          metadata: { importance: 0.8, tags: ['verified'] },
          status: 'SUCCESS',
          duration_ms: 45.2,
        },
      ],
      total_events: 1,
      exported_at: exportedAt,
    }),
  );
});

test('nothing exported is an envelope too', async () => {
  expect(await envelopeOf([])).toEqual({ events: [], total_events: 0, exported_at: exportedAt });
});

test('what is absent is null, or empty', async () => {
  expect(await eventOf({ event_type: 'memory_operation', subtype: undefined, operation: { type: 'RECALL' } })).toEqual({
    event_id: 'evt_4',
    timestamp: '2026-01-28T10:15:23.456789Z',
    operation: 'RECALL',
    user_id: null,
    session_id: null,
    entry_ids: [],
    metadata: {},
    status: null,
    duration_ms: null,
  });
});

test('a failure is a warning without saying; another severity is said', async () => {
  const failed = { ...store, details: {}, result: { status: 'failure' } };
  expect(await eventOf({ ...failed, severity: 'warning' })).toMatchObject({ status: 'FAILURE', metadata: {} });
  expect(await eventOf({ ...failed, severity: 'info' })).toMatchObject({ metadata: { audit: { severity: 'info' } } });
});

test('another kind of event keeps the rest of its record under metadata.audit', async () => {
  const event = await eventOf({
    event_type: 'authentication',
    subtype: 'login_failure',
    severity: 'warning',
    actor: { user_id: 'ana', ip_address: '10.0.0.7' },
    result: { status: 'failure', error_code: '28P01' },
    context: { request_id: 'r1' },
    details: { attempts: 3 },
  });
  expect(event).toMatchObject({ operation: 'LOGIN_FAILURE', user_id: 'ana', status: 'FAILURE' });
  expect(event?.metadata).toEqual({
    attempts: 3,
    audit: {
      event_type: 'authentication',
      severity: 'warning',
      actor: { ip_address: '10.0.0.7' },
      result: { error_code: '28P01' },
      subtype: 'login_failure',
      context: { request_id: 'r1' },
    },
  });
});

test('details that have a field "audit" themselves are kept whole beside the rest', async () => {
  const details = { audit: 'mine', tags: [] };
  expect(await eventOf({ ...store, details })).toMatchObject({ metadata: { audit: { details } } });
});

/** The members of the record that an event tells of; null for what there is not. */
function recordOf(event: Record<string, unknown>): unknown {
  const { audit = {}, ...free } = Object(event.metadata);
  return {
    user_id: event.user_id,
    more: audit.actor?.more ?? null,
    query: audit.operation?.query ?? null,
    rows_returned: audit.operation?.rows_returned ?? null,
    details: audit.details ?? free,
    odd: audit.odd ?? null,
    subtype: audit.subtype,
    event_type: audit.event_type,
    severity: audit.severity,
  };
}

test('hostile and any records stay readable, and lose nothing', async () => {
  const { events, total_events } = await envelopeOf(hostileRecords);
  expect([events.length, total_events]).toEqual([hostileRecords.length, hostileRecords.length]);
  await fc.assert(
    fc.asyncProperty(anyRecord, async (record) => {
      const stored = JSON.parse(record.line);
      const { events } = await envelopeOf([record]);
      expect(recordOf(events[0]!)).toEqual({
        user_id: stored.actor?.user_id ?? null,
        more: stored.actor?.more ?? null,
        query: stored.operation?.query ?? null,
        rows_returned: stored.operation?.rows_returned ?? null,
        details: stored.details ?? {},
        odd: stored.odd ?? null,
        subtype: stored.subtype,
        event_type: stored.event_type,
        severity: stored.severity,
      });
    }),
  );
});
