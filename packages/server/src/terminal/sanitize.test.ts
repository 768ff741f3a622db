import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sanitize, sanitizeJson } from './sanitize.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be left.
const obeyed = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test('an escape sequence in a user name is shown, not obeyed', () => {
  expect(sanitize('eve\x1b[2J\x07')).toBe('eve␛[2J␇');
  expect(sanitize('\x9b31m')).toBe('\\u009b31m');
});

test('a text of several lines becomes one line', () => {
  expect(sanitize('SELECT\n\t1\r\n')).toBe('SELECT 1 ');
});

test('marks that reverse the reading order are shown as escapes', () => {
  expect(sanitize('admin\u202etxt.exe')).toBe('admin\\u202etxt.exe');
});

test('ordinary text of any language is left alone', () => {
  for (const text of ['Zoë', '検索', 'مرحبا', '👍']) expect(sanitize(text)).toBe(text);
});

test('whatever comes in, nothing that a terminal obeys goes out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(sanitize(text)).not.toMatch(obeyed);
    }),
  );
});

test('JSON for a terminal parses to the same value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = sanitizeJson(JSON.stringify({ text }));
      expect(shown).not.toMatch(obeyed);
      expect(JSON.parse(shown)).toEqual({ text });
    }),
  );
});
