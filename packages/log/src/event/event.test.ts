import { describe, expect, it } from 'vitest';
import { completeEvent } from './complete-event.ts';
import { eventFields, validateEvent } from './event.ts';
import { createEventId } from './event-id.ts';
import { stringifyPinned } from './pinned-json.ts';
import { eventTypes, subtypeEntry, subtypesOf } from './subtypes.ts';

// The first example of the seed, with a real address for the obfuscated one.
const seedEvent = {
  event_id: 'evt_2026012810152345678',
  timestamp: '2026-01-28T10:15:23.456789Z',
  event_type: 'data_access',
  severity: 'info',
  actor: {
    user_id: 'analyst@example.com',
    session_id: 'sess_abc123def456',
    roles: ['analyst', 'viewer'],
    ip_address: '192.168.1.100',
    user_agent: 'geode-client-python/0.1.3',
  },
  operation: {
    type: 'SELECT',
    query: 'MATCH (c:Customer) WHERE c.region = $region RETURN c.name, c.email',
    parameters: { region: 'EMEA' },
    graph: 'production',
    duration_ms: 45,
    rows_returned: 127,
    bytes_transferred: 8192,
  },
  result: { status: 'success', error_code: null, error_message: null },
  context: { transaction_id: 'txn_xyz789', request_id: 'req_abc123', correlation_id: 'corr_456def' },
};

describe('validateEvent', () => {
  it('takes an event that names nothing but its type', () => {
    expect(validateEvent({ event_type: 'system' })).toEqual({ event_type: 'system' });
  });

  it('keeps all values of the first example of the seed', () => {
    expect(validateEvent(seedEvent)).toEqual(seedEvent);
  });

  it("gives the schema's order to the keys, and keeps unknown ones behind them", () => {
    const event = validateEvent({
      details: { z: 1, a: 2 },
      actor: { shoe_size: 44, roles: ['r'], user_id: 'u' },
      event_type: 'system',
      event_id: 'e',
    });
    expect(JSON.stringify(event)).toBe(
      '{"event_id":"e","event_type":"system","actor":{"user_id":"u","roles":["r"],"shoe_size":44},"details":{"z":1,"a":2}}',
    );
  });

  it.each(eventTypes.flatMap((type) => subtypesOf(type).map((subtype) => [type, subtype] as const)))(
    'takes %s/%s, or says that only the log writes it',
    (event_type, subtype) => {
      const validate = () => validateEvent({ event_type, subtype });
      if (subtypeEntry(event_type, subtype)?.reserved) expect(validate).toThrow('is written by the log itself only');
      else expect(validate()).toEqual({ event_type, subtype });
    },
  );

  it('keeps from sources the records that say what the log is', () => {
    const reserved = subtypesOf('system').filter((subtype) => subtypeEntry('system', subtype)?.reserved);
    expect(reserved).toEqual(['log_created', 'sealed', 'heartbeat', 'log_recovered', 'key_rotated', 'purged']);
  });

  it('takes any subtype, or none, of a memory operation', () => {
    expect(validateEvent({ event_type: 'memory_operation', subtype: 'anything' }).subtype).toBe('anything');
  });

  it.each([
    [null, 'an event is a JSON object'],
    [[], 'an event is a JSON object'],
    [{}, 'event_type: '],
    [{ event_type: 'admin' }, 'event_type: '],
    [{ event_type: 'system', seq: 5 }, 'unknown field seq'],
    [{ event_type: 'system', gap: {} }, 'unknown field gap'],
    [{ event_type: 'system', user_id: 'x' }, 'put anything else under details'],
    [
      { event_type: 'data_access', subtype: 'node_created' },
      'subtype: is no subtype of data_access; known: query_executed',
    ],
    [{ event_type: 'data_access', subtype: 'toString' }, 'is no subtype'],
    [{ event_type: 'system', severity: 'fatal' }, 'severity: '],
    [{ event_type: 'system', timestamp: 'yesterday' }, 'timestamp: must be an RFC 3339 time'],
    [{ event_type: 'system', timestamp: '2026-02-30T00:00:00Z' }, 'timestamp: must be an RFC 3339 time'],
    [{ event_type: 'system', event_id: '' }, 'event_id: '],
    [{ event_type: 'system', event_id: 'x'.repeat(257) }, 'event_id: '],
    [{ event_type: 'data_access', operation: { rows_returned: 1.5 } }, 'operation.rows_returned: '],
    [{ event_type: 'data_access', operation: { target: { label: 5 } } }, 'operation.target.label: '],
    [{ event_type: 'system', result: { status: 'ok' } }, 'result.status: '],
    [{ event_type: 'system', context: { producer: { id: 'p' } } }, 'context.producer.epoch: '],
  ])('refuses %j and says what is wrong', (event, message) => {
    expect(() => validateEvent(event)).toThrow(message);
    expect(() => validateEvent(event)).toThrow(expect.objectContaining({ code: 'invalid_event' }));
  });

  it('never repeats a value in its message, which may be a secret', () => {
    const secret = 'hunter2';
    const wrong = { event_type: 'system', actor: { user_id: [secret] }, severity: secret, timestamp: secret };
    expect(() => validateEvent(wrong)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret) }),
    );
  });

  it('stores times in UTC with six decimals', () => {
    const at = (timestamp: string) => validateEvent({ event_type: 'system', timestamp }).timestamp;
    expect(at('2026-01-28T12:15:23.5+02:00')).toBe('2026-01-28T10:15:23.500000Z');
    expect(at('2026-01-28t10:15:23z')).toBe('2026-01-28T10:15:23.000000Z');
    expect(at('2026-01-28T10:15:23.123456789Z')).toBe('2026-01-28T10:15:23.123456Z');
  });
});

describe('completeEvent', () => {
  it('fills in id, time and severity, and leaves the absent absent', () => {
    const complete = completeEvent({ event_type: 'authentication', subtype: 'login_failure' });
    expect(JSON.parse(stringifyPinned(complete))).toEqual({
      event_id: expect.stringMatching(/^evt_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      event_type: 'authentication',
      subtype: 'login_failure',
      severity: 'warning',
    });
  });

  it("adds a nonce, last, where the source chose the id, and keeps a source's own", () => {
    const complete = completeEvent(validateEvent(seedEvent));
    expect(complete.nonce).toMatch(/^[\w-]{22}$/);
    const keys = Object.keys(JSON.parse(stringifyPinned(complete)));
    expect(keys).toEqual(eventFields.filter((name) => name !== 'subtype' && name !== 'details'));
    expect(completeEvent({ ...complete, nonce: 'own' }).nonce).toBe('own');
  });
});

describe('createEventId', () => {
  it('makes ids that differ and begin with the time', () => {
    const before = Date.now();
    const ids = Array.from({ length: 20_000 }, createEventId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of [ids[0] ?? '', ids.at(-1) ?? '']) {
      const ms = Number.parseInt(id.slice(4, 17).replace('-', ''), 16);
      expect(ms).toBeGreaterThanOrEqual(before);
      expect(ms).toBeLessThanOrEqual(Date.now());
    }
  });
});
