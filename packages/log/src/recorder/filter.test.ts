import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../event/event.ts';
import { eventTypes } from '../event/subtypes.ts';
import { createFilter } from './filter.ts';
import { defaultPolicy } from './policy.ts';

const read: AuditEvent = {
  event_type: 'data_access',
  subtype: 'query_executed',
  operation: { query: 'MATCH (n) RETURN count(n)', graph: 'production' },
};
const evidence: AuditEvent = { event_type: 'system', subtype: 'config_changed' };

describe('createFilter', () => {
  it('removes exactly the events of a type that is off', () => {
    for (const off of eventTypes) {
      const filter = createFilter({ ...defaultPolicy, events: { ...defaultPolicy.events, [off]: false } });
      const kept = eventTypes.filter((event_type) => filter({ event_type }) === 'record');
      expect(kept).toEqual(eventTypes.filter((type) => type !== off));
    }
  });

  it('wants both the switch and the level', () => {
    const filter = createFilter({ ...defaultPolicy, level: 'security' });
    expect(filter(read)).toBe('off');
    expect(filter({ event_type: 'authentication', subtype: 'logout' })).toBe('record');
  });

  it('records nothing but evidence where auditing is off', () => {
    const filter = createFilter({ ...defaultPolicy, enabled: false });
    expect(filter(read)).toBe('off');
    expect(filter(evidence)).toBe('record');
  });

  it('excludes what matches all keys of any rule, exactly', () => {
    const health = { event_type: 'data_access', 'operation.query': 'MATCH (n) RETURN count(n)' };
    const filter = createFilter({ ...defaultPolicy, exclude: [{ 'actor.user_id': 'probe' }, health] });
    expect(filter(read)).toBe(1);
    expect(filter({ ...read, event_type: 'admin_action', subtype: undefined })).toBe('record');
    expect(filter({ ...read, operation: { query: 'MATCH (n) RETURN count(n) ' } })).toBe('record');
    expect(filter({ ...read, actor: { user_id: 'probe' } })).toBe(0);
  });

  it('lets no rule exclude the evidence, nor an empty rule exclude anything', () => {
    const filter = createFilter({ ...defaultPolicy, exclude: [{}, { event_type: 'system' }] });
    expect(filter(evidence)).toBe('record');
    expect(filter(read)).toBe('record');
    expect(filter({ event_type: 'system', subtype: 'metrics' })).toBe(1);
  });

  it('does not find what an event inherits', () => {
    const filter = createFilter({ ...defaultPolicy, exclude: [{ 'details.constructor.name': 'Object' }] });
    expect(filter({ ...read, details: {} })).toBe('record');
  });
});
