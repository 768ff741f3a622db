import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../event/event.ts';
import { stringifyPinned } from '../event/pinned-json.ts';
import { defaultPolicy } from './policy.ts';
import { createRedact } from './redact.ts';

const redact = createRedact(defaultPolicy);
const postgres = { source: 'postgres' };

describe('createRedact', () => {
  it('masks sensitive fields by whole name, in any case, at any depth, whatever their value', () => {
    const event: AuditEvent = {
      event_type: 'data_modification',
      actor: { user_id: 'ana', Password: 'x' },
      operation: {
        parameters: { SSN: 1, region: 'EMEA', nested: [{ credit_card: { number: 4 } }] },
        changes: { before: { password: null }, after: { password: ['y'] } },
      },
      details: { metadata: { deep: { ssn: '1' } }, password_policy: 'standard', passwords: 2 },
    };
    expect(redact(event)).toEqual({
      event_type: 'data_modification',
      actor: { user_id: 'ana', Password: '***' },
      operation: {
        parameters: { SSN: '***', region: 'EMEA', nested: [{ credit_card: '***' }] },
        changes: { before: { password: '***' }, after: { password: '***' } },
      },
      details: { metadata: { deep: { ssn: '***' } }, password_policy: 'standard', passwords: 2 },
    });
  });

  it('does not change the event that it was given', () => {
    const event: AuditEvent = { event_type: 'system', details: { password: 'x' } };
    redact(event);
    expect(event).toEqual({ event_type: 'system', details: { password: 'x' } });
  });

  it('does not look into text that holds JSON', () => {
    const details = { body: '{"password":"x"}' };
    expect(redact({ event_type: 'system', details }).details).toEqual(details);
  });

  it('leaves out parameters, changes and result data as the policy says, and nothing else', () => {
    const event: AuditEvent = {
      event_type: 'data_access',
      operation: { type: 'SELECT', parameters: { a: 1 }, changes: { before: 1, after: 2 } },
      details: { result_data: [[1]], tag: 'SELECT 1' },
    };
    const none = createRedact({ ...defaultPolicy, includeQueryParameters: false, includeBeforeAfter: false });
    expect(none(event)).toEqual({
      event_type: 'data_access',
      operation: { type: 'SELECT' },
      details: { tag: 'SELECT 1' },
    });
    const all = createRedact({ ...defaultPolicy, includeResultData: true });
    expect(all(event)).toEqual(event);
    const noParameters = createRedact({ ...defaultPolicy, includeQueryParameters: false });
    expect(noParameters(event).operation).toEqual({ type: 'SELECT', changes: { before: 1, after: 2 } });
  });

  it('stores a PostgreSQL statement as the injected reader gives it, with tied parameters masked', () => {
    const read = createRedact(defaultPolicy, () => ({ text: 'redacted', sensitiveParameters: [2] }));
    const operation = { query: 'original', parameters: ['a', 'secret'] };
    const event = read({
      event_type: 'data_access',
      operation,
      context: postgres,
      details: { definition: 'original' },
    });
    expect(event.operation).toEqual({ query: 'redacted', parameters: ['a', '***'] });
    expect(event.details).toEqual({ definition: 'redacted' });
    const named = { ...operation, parameters: { $1: 'a', $2: 'secret' } };
    expect(read({ event_type: 'data_access', operation: named, context: postgres }).operation?.parameters).toEqual({
      $1: 'a',
      $2: '***',
    });
  });

  it('leaves statements of other sources to the reader of none', () => {
    const read = createRedact(defaultPolicy, () => ({ unparsed: true }));
    const query = 'MATCH (c:Customer) WHERE c.region = $region RETURN c.name';
    expect(read({ event_type: 'data_access', operation: { query } }).operation?.query).toBe(query);
  });

  it('stores a statement that does not parse as a salted hash, and what the database quotes of it as nothing', () => {
    const read = createRedact(defaultPolicy, () => ({ unparsed: true }));
    const query = "SELEC 'é'";
    const event = read({
      event_type: 'data_access',
      operation: { query },
      result: { status: 'failure', error_message: 'syntax error at or near "SELEC"' },
      context: postgres,
    });
    const stored = /^sha256:([0-9a-f]{64}) salt:(\S{22}) \(unparsed, 10 bytes\)$/.exec(event.operation?.query ?? '');
    expect(stored?.[1]).toBe(createHash('sha256').update(`${stored?.[2]}${query}`).digest('hex'));
    expect(event.result?.error_message).toBe('syntax error at or near "***"');
  });

  it('keeps the event and says so when a part cannot be redacted', () => {
    const read = createRedact(defaultPolicy, () => {
      throw new Error('parser died');
    });
    const event = read({ event_type: 'data_access', operation: { query: "x 'secret'" }, context: postgres });
    expect(event.details).toEqual({ redaction_failed: ['operation.query'] });
    expect(JSON.stringify(event)).not.toContain('secret');
  });

  it('refuses what JSON cannot hold before anything is taken', () => {
    expect(() => redact({ event_type: 'system', details: { n: 1n } })).toThrow('details.n is a BigInt');
  });

  it('lets no value under a sensitive name through, whatever holds it', () => {
    const canary = 'CANARY-7f3a';
    const name = fc.constantFrom('password', 'PASSWORD', 'Ssn', 'credit_card');
    const secret = fc.oneof(fc.constant(canary), fc.constant([canary]), fc.constant({ a: { b: canary } }));
    const holder = fc.tuple(name, secret).map(([key, value]) => ({ [key]: value }));
    const nest = fc.constantFrom<(inner: unknown) => unknown>(
      (inner) => [1, inner],
      (inner) => ({ a: inner, __proto__x: 1 }),
      (inner) => new Map([['m', inner]]),
      (inner) => new Set([inner]),
      (inner) => ({ toJSON: () => inner }),
      (inner) => Object.assign(Object.create({ inherited: 1 }), { inner }),
      (inner) => Object.defineProperty({}, '__proto__', { value: { x: inner }, enumerable: true }),
    );
    const where = fc.constantFrom('actor', 'operation', 'result', 'context', 'details');
    fc.assert(
      fc.property(holder, fc.array(nest, { maxLength: 5 }), where, (inner, nests, member) => {
        const value = nests.reduce<unknown>((held, wrap) => wrap(held), inner);
        const event: AuditEvent = { event_type: 'system', [member]: { value, beside: 'kept' } };
        const text = stringifyPinned(redact(event));
        expect(text).not.toContain(canary);
        expect(text).toContain('"***"');
        expect(text).toContain('kept');
      }),
      { numRuns: 500 },
    );
  });
});
