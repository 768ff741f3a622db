import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AuditError } from '../base/errors.ts';
import { parseStrictJson } from './strict-json.ts';

const fragment = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '"a"',
    '"b":',
    '"a":1',
    '1',
    '-',
    '0',
    '.5',
    'e9',
    'true',
    'null',
    ' ',
    '\n',
  ],
  ...['\u0000', '\ud800', '\u007f', '\u2028', '9007199254740993', '"\\u0061"', '1e999'],
);
const soup = fc.oneof(
  fc.array(fragment, { maxLength: 30 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

function outcome(parse: () => unknown): { value: unknown } | { error: unknown } {
  try {
    return { value: parse() };
  } catch (error) {
    return { error };
  }
}

it('accepts nothing that JSON.parse refuses, agrees on every value, and fails only with invalid_json', () => {
  fc.assert(
    fc.property(soup, (text) => {
      const strict = outcome(() => parseStrictJson(text));
      const lax = outcome(() => JSON.parse(text));
      if ('value' in strict) expect(lax).toEqual(strict);
      else {
        expect(strict.error).toBeInstanceOf(AuditError);
        expect(strict.error).toMatchObject({ code: 'invalid_json', details: { line: expect.any(Number) } });
      }
      // What JSON.parse takes is refused only for the reasons that make it strict.
      if ('value' in lax && 'error' in strict) expect(String(strict.error)).toMatch(/twice|too large|nesting/);
    }),
    { numRuns: 5000 },
  );
});
