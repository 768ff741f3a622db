import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringifyPinned } from './pinned-json.ts';
import { parseStrictJson } from './strict-json.ts';

describe('stringifyPinned', () => {
  it('writes an ordinary event as JSON.stringify does', () => {
    const event = { event_type: 'system', details: { a: [1, null, 'é\n', { b: true }], left_out: undefined } };
    expect(stringifyPinned(event)).toBe('{"event_type":"system","details":{"a":[1,null,"é\\n",{"b":true}]}}');
  });

  it.each([
    [{ details: { list: [1, Number.NaN] } }, 'details.list.1 is NaN; JSON has only finite numbers'],
    [{ details: { rate: Number.POSITIVE_INFINITY } }, 'details.rate is Infinity'],
    [{ details: { id: 10n } }, 'details.id is a BigInt; give it as a string'],
    [{ details: { f: () => 1 } }, 'details.f is a function'],
    [{ details: { when: new Date(Number.NaN) } }, 'details.when is an invalid Date'],
    [{ details: { toJSON: () => ({ deep: Number.NaN }) } }, 'details.deep is NaN'],
  ])('refuses what JSON has no word for, and names the path: %#', (event, message) => {
    expect(() => stringifyPinned(event)).toThrow(message);
    expect(() => stringifyPinned(event)).toThrow(expect.objectContaining({ code: 'invalid_event' }));
  });

  it('refuses cycles and what grows without end through shared parts', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(() => stringifyPinned(cycle)).toThrow('in a circle');
    let bomb: unknown = 'x';
    for (let level = 0; level < 60; level++) bomb = [bomb, bomb];
    expect(() => stringifyPinned({ details: bomb })).toThrow('too many values');
  });

  it('refuses, rather than passes on, what a getter of the source throws', () => {
    const hostile = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('boom');
      },
    });
    expect(() => stringifyPinned(hostile)).toThrow(expect.objectContaining({ code: 'invalid_event' }));
  });

  it('writes dates, maps, sets, bytes and errors as their one obvious meaning', () => {
    const details = {
      date: new Date(0),
      map: new Map([['k', 1]]),
      set: new Set([1, 2]),
      bytes: new Uint8Array([1, 2, 3]),
      error: new TypeError('no'),
      own: { toJSON: () => 'mine' },
    };
    expect(JSON.parse(stringifyPinned({ details })).details).toEqual({
      date: '1970-01-01T00:00:00.000Z',
      map: { k: 1 },
      set: [1, 2],
      bytes: 'AQID',
      error: { name: 'TypeError', message: 'no' },
      own: 'mine',
    });
  });

  it('keeps a member called __proto__', () => {
    const event: object = JSON.parse('{"details":{"__proto__":{"x":1}}}');
    expect(stringifyPinned(event)).toBe('{"details":{"__proto__":{"x":1}}}');
    expect(stringifyPinned({ ...event, at: new Date(0) })).toContain('{"__proto__":{"x":1}}');
  });

  it('replaces lone surrogates, and only those, by U+FFFD', () => {
    const text = stringifyPinned({ lone: 'a\ud800b', pair: '😀', spelled: '\\ud800', high: 'x\udc00' });
    expect(text).toBe('{"lone":"a\ufffdb","pair":"😀","spelled":"\\\\ud800","high":"x\ufffd"}');
    expect(stringifyPinned({ '\ud800': 1, '\ud801': 2 })).toBe('{"\ufffd":2}');
  });

  it('always gives one line of well-formed UTF-8 without duplicate keys', () => {
    const anything = fc.anything({
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      maxDepth: 5,
    });
    const odd = fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(anything, fc.string({ unit: 'binary' })));
    fc.assert(
      fc.property(odd, (details) => {
        let text: string;
        try {
          text = stringifyPinned({ details });
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_event' });
          return;
        }
        expect(text).not.toMatch(/[\n\r]/);
        expect(Buffer.from(text).toString()).toBe(text);
        expect(JSON.stringify(parseStrictJson(text))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});
