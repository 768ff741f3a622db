import { describe, expect, it } from 'vitest';
import { type AuditEvent, defaultSeverity } from './event.ts';
import { isEvidence, type Level, levelAdmits, levels } from './levels.ts';
import { eventTypes, subtypesOf } from './subtypes.ts';

const everyEvent: AuditEvent[] = eventTypes.flatMap((event_type) => {
  const subtypes = subtypesOf(event_type);
  return subtypes.length === 0 ? [{ event_type }] : subtypes.map((subtype) => ({ event_type, subtype }));
});
const [evidence, ordinary] = [everyEvent.filter(isEvidence), everyEvent.filter((event) => !isEvidence(event))];

function admitted(level: Level): string[] {
  return ordinary.filter((event) => levelAdmits(level, event)).map((event) => `${event.event_type}/${event.subtype}`);
}

function all(...types: string[]): string[] {
  return ordinary.filter(({ event_type }) => types.includes(event_type)).map((e) => `${e.event_type}/${e.subtype}`);
}

const minimal = [
  'authentication/login_failure',
  'authentication/mfa_failure',
  'authorization/access_denied',
  ...all('admin_action'),
  'system/internal_error',
  'system/resource_exhausted',
  'system/upstream_unavailable',
];

describe('levels', () => {
  it('minimal holds failed logins, denials, administration and errors of the system', () => {
    expect(admitted('minimal').sort()).toEqual(minimal.sort());
  });

  it('security adds all authentication and authorization, and nothing about data', () => {
    const security = new Set([...minimal, ...all('authentication', 'authorization')]);
    expect(admitted('security').sort()).toEqual([...security].sort());
  });

  it('compliance adds everything about data and schema, and memory operations', () => {
    const types = ['authentication', 'authorization', 'data_access', 'data_modification', 'schema_change'];
    const compliance = new Set([...minimal, ...all(...types, 'memory_operation')]);
    expect(admitted('compliance').sort()).toEqual([...compliance].sort());
  });

  it('comprehensive holds everything', () => {
    expect(admitted('comprehensive')).toHaveLength(ordinary.length);
  });

  it("lets the log's own evidence pass at every level", () => {
    expect(evidence.length).toBeGreaterThan(20);
    for (const level of levels) expect(evidence.every((event) => levelAdmits(level, event))).toBe(true);
  });

  it('goes by the severity that a system event states', () => {
    expect(levelAdmits('minimal', { event_type: 'system', subtype: 'metrics', severity: 'error' })).toBe(true);
    expect(levelAdmits('minimal', { event_type: 'system', subtype: 'internal_error', severity: 'info' })).toBe(false);
  });
});

describe('defaultSeverity', () => {
  it.each([
    [{ event_type: 'authentication', subtype: 'login_failure' }, 'warning'],
    [{ event_type: 'authorization', subtype: 'access_denied' }, 'warning'],
    [{ event_type: 'system', subtype: 'internal_error' }, 'error'],
    [{ event_type: 'system', subtype: 'key_rotated' }, 'critical'],
    [{ event_type: 'system', subtype: 'tampering_found' }, 'critical'],
    [{ event_type: 'data_access', subtype: 'query_executed' }, 'info'],
    [{ event_type: 'data_access', result: { status: 'failure' } }, 'warning'],
    [{ event_type: 'memory_operation', subtype: 'constructor' }, 'info'],
  ] satisfies [AuditEvent, string][])('of %j is %s', (event, severity) => {
    expect(defaultSeverity(event)).toBe(severity);
  });
});
