import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventBytesMax, fitLine } from './fit-line.ts';

const base = {
  event_id: 'evt_1',
  timestamp: '2026-01-28T10:15:23.456789Z',
  event_type: 'data_access',
  severity: 'info',
};

function fit(event: object): { text: string; event: Record<string, Record<string, unknown>> } {
  const text = fitLine(JSON.stringify(event));
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(eventBytesMax);
  return { text, event: JSON.parse(text) };
}

describe('fitLine', () => {
  it('leaves what fits exactly as it is', () => {
    const text = JSON.stringify({ ...base, details: { a: 'x'.repeat(60_000) } });
    expect(fitLine(text)).toBe(text);
  });

  it('leaves the room that the longest position needs', () => {
    const line = `{"seq":${'9'.repeat(20)},${fitLine(JSON.stringify({ ...base, details: { a: 'x'.repeat(70_000) } })).slice(1)}`;
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(65_535);
  });

  it('cuts the longest string, keeps as much of head and tail as there is room for, and hashes the original', () => {
    const query = `SELECT ${'x'.repeat(100_000)} FROM end_of_query`;
    const { text, event } = fit({ ...base, operation: { type: 'SELECT', query, other: 'y'.repeat(5000) } });
    expect(Buffer.byteLength(text)).toBeGreaterThan(eventBytesMax - 200);
    const marker = event.operation?.query;
    expect(marker).toMatchObject({
      truncated: true,
      bytes: Buffer.byteLength(query),
      head: expect.stringMatching(/^SELECT x+$/),
      tail: expect.stringMatching(/x FROM end_of_query$/),
    });
    const { salt, sha256 } = marker as { salt: string; sha256: string };
    expect(sha256).toBe(
      createHash('sha256')
        .update(salt + query)
        .digest('hex'),
    );
    expect(event.operation).toMatchObject({ type: 'SELECT', other: 'y'.repeat(5000) });
  });

  it('salts each cut, so that equal values do not show as equal', () => {
    const { event } = fit({ ...base, details: { a: 'x'.repeat(90_000), b: 'x'.repeat(90_000) } });
    const [a, b] = [event.details?.a, event.details?.b] as { sha256: string }[];
    expect(a?.sha256).not.toBe(b?.sha256);
  });

  it('cuts arrays only where strings do not suffice, and the smallest that does', () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => index);
    const { event } = fit({ ...base, details: { few: [1, 2, 3], rows, also: Array(2000).fill(7) } });
    expect(event.details?.few).toEqual([1, 2, 3]);
    expect(event.details?.also).toHaveLength(2000);
    expect(event.details?.rows).toMatchObject({ truncated: true, head: expect.stringMatching(/^\[0,1,2,/) });
  });

  it('cuts whole members last', () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key_${index}`, index]));
    const { event } = fit({ ...base, operation: { type: 'SELECT', parameters: many } });
    expect(event.operation).toMatchObject({ type: 'SELECT', parameters: { truncated: true } });
  });

  it('never splits a character', () => {
    const { text } = fit({ ...base, details: { a: '😀'.repeat(40_000), b: '"\\\u0001é'.repeat(20_000) } });
    expect(Buffer.from(text).toString()).toBe(text);
    expect(text).not.toContain('\\ud');
  });

  it('is not deceived by a source that writes markers of its own', () => {
    const fake = {
      truncated: true,
      ...Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`k${index}`, 1])),
    };
    fit({ ...base, actor: fake, details: { inner: fake } });
  });

  it('fits any event, however odd, and never touches what names it', () => {
    const leaf = fc.oneof(
      fc.nat({ max: 30_000 }).map((size) => '"é😀\u0001x'.repeat(size / 4)),
      fc.nat({ max: 20_000 }).map((size) => Array(size).fill(1)),
      fc.nat({ max: 4000 }).map((size) => Array.from({ length: size }, () => ({ a: 'value' }))),
      fc.nat({ max: 6000 }).map((size) => Object.fromEntries(Array.from({ length: size }, (_, i) => [`"${i}"`, 'v']))),
      fc.nat({ max: 3 }).map((size) => ({ ['k'.repeat(size * 40_000)]: 1 })),
      fc.jsonValue(),
    );
    const member = fc.dictionary(fc.string({ maxLength: 5 }), fc.oneof(leaf, fc.array(leaf, { maxLength: 3 })), {
      maxKeys: 5,
    });
    const event = fc.record({ actor: member, operation: member, result: member, context: member, details: member });
    fc.assert(
      fc.property(event, (members) => {
        const fitted = fit(JSON.parse(JSON.stringify({ ...base, ...members, nonce: 'n' })));
        expect(fitted.event).toMatchObject({ ...base, nonce: 'n' });
        expect(Object.keys(fitted.event)).toEqual([...Object.keys(base), ...Object.keys(members), 'nonce']);
      }),
      { numRuns: 100, endOnFailure: true },
    );
  }, 60_000);
});
