// The quick check may say no where zod says yes, never the other way round.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { auditEventSchema, validateEvent } from './event.ts';
import { compileQuickCheck } from './quick-check.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(5),
  kind: z.enum(['a', 'b']).nullish(),
  count: z.int().min(0).optional(),
  share: z.number().optional(),
  tags: z.array(z.string()).nullish(),
  loose: z.looseObject({ first: z.string().nullish(), second: z.unknown() }).optional(),
  either: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
});

const anything = fc.oneof(
  fc.anything({ withNullPrototype: true, withDate: true, withMap: true, withBigInt: true }),
  fc.constantFrom(
    '',
    'abc',
    'toolong',
    'a',
    null,
    undefined,
    0,
    -1,
    1.5,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ),
  fc.constantFrom([], ['x'], [1], {}, { first: 'x' }, { second: 1, first: 'x' }, { other: 1, first: null }),
);
const keys = ['name', 'kind', 'count', 'share', 'tags', 'loose', 'either', 'unknown', '__proto__'];
const candidates = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...keys), anything), { selector: ([key]) => key, maxLength: 6 })
  .map((entries) => Object.fromEntries(entries));
const nearlyRight = fc.record(
  {
    name: fc.constantFrom('a', 'abcde'),
    kind: fc.constantFrom('a', 'b', null, 'c'),
    count: fc.constantFrom(0, 7, -1),
    tags: fc.array(fc.string()),
    loose: fc.constantFrom(
      { first: 'x', second: 1, third: [] },
      { second: {} },
      { first: 'x' },
      { third: 1, second: 2 },
    ),
    either: fc.oneof(fc.array(fc.anything()), fc.dictionary(fc.string(), fc.integer())),
  },
  { requiredKeys: ['name'] },
);

test('what the quick check passes zod returns unchanged, keys in the same order', () => {
  const check = compileQuickCheck(schema);
  let passed = 0;
  fc.assert(
    fc.property(fc.oneof(candidates, nearlyRight, anything), (value) => {
      if (!check(value)) return;
      passed += 1;
      const parsed = schema.safeParse(value);
      expect(parsed.success).toBe(true);
      expect(parsed.data).toEqual(value);
      expect(Object.keys(parsed.data ?? {})).toEqual(Object.keys(value as object));
    }),
    { numRuns: 3_000 },
  );
  expect(passed).toBeGreaterThan(50);
});

test('a rule that the quick check does not know makes it unsure', () => {
  const even = z.string().refine((text) => text.length % 2 === 0);
  expect(compileQuickCheck(z.object({ even }))({ even: 'ab' })).toBe(false);
  expect(compileQuickCheck(z.iso.datetime())('2026-01-28T10:15:23Z')).toBe(false);
  expect(compileQuickCheck(z.number().max(3))(2)).toBe(false);
});

test('an event in canonical form is taken as it is, and any other one as zod makes it', () => {
  const canonical = {
    event_type: 'data_access',
    subtype: 'query_executed',
    operation: { query: 'x', parameters: [1] },
  };
  expect(validateEvent(canonical)).toBe(canonical);
  const unordered = { subtype: 'query_executed', event_type: 'data_access' };
  const validated = validateEvent(unordered);
  expect(validated).not.toBe(unordered);
  expect(Object.keys(validated)).toEqual(['event_type', 'subtype']);
  expect(validated).toEqual(auditEventSchema.parse(unordered));
});
