import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readShownText, showText } from './shown-text.ts';

test('what is invisible or turns the order of reading is written out', () => {
  expect(showText('a\u202eb')).toBe('a⟨U+202E⟩b');
  expect(showText('\u0000\u001b[2J\u007f\u0085')).toBe('⟨U+0000⟩⟨U+001B⟩[2J⟨U+007F⟩⟨U+0085⟩');
  expect(showText('\u200b\u2028\ufeff\u00ad\u3164\u{e0041}')).toBe('⟨U+200B⟩⟨U+2028⟩⟨U+FEFF⟩⟨U+00AD⟩⟨U+3164⟩⟨U+E0041⟩');
});

test('what can be read stays as it is, in any script', () => {
  const text = 'SELECT *\n\tFROM café; — שלום, 監査, 🦉';
  expect(showText(text)).toBe(text);
});

test('no text of a record passes for a character that was written out', () => {
  expect(showText('⟨U+202E⟩')).toBe('⟨U+27E8⟩U+202E⟩');
});

test('any text comes back as it was', () => {
  const alphabet = fc.constantFrom('⟨', '⟩', 'U+', '202E', '\u202e', '\u0000', '\n', 'é', '🦉', '\u{e0041}');
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(alphabet).map((parts) => parts.join('')),
  );
  fc.assert(fc.property(text, (before) => readShownText(showText(before)) === before));
});

test('what a reader types is left alone when it names no character', () => {
  expect(readShownText('⟨U+⟩ ⟨U+FFFFFF⟩ ⟨')).toBe('⟨U+⟩ ⟨U+FFFFFF⟩ ⟨');
});
