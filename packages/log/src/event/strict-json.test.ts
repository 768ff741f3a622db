import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './strict-json.ts';

describe('parseStrictJson', () => {
  it.each([
    ['{"a":1,"b":2,"a":3}', 'Line 1, column 14: the key "a" is there twice.'],
    ['{"a":1,\n "\\u0061":3}', 'Line 2, column 2: the key "a" is there twice.'],
    ['[9007199254740993]', 'Line 1, column 2: the integer 9007199254740993 is too large'],
    ['{"a":[-9007199254740993]}', 'Line 1, column 7: the integer'],
    ['18446744073709551616', 'Line 1, column 1: the integer'],
    ['1e400', 'Line 1, column 1: the number 1e400 is too large.'],
    [`1${'0'.repeat(500)}`, 'Line 1, column 1: the integer'],
    ['{"a":tru}', 'Line 1, column 6: no JSON value starts like this.'],
    ['{"a":1 2}', "Line 1, column 8: a ',' or '}' must follow here."],
    ['{"a" 1}', "Line 1, column 6: a ':' must follow the key."],
    ['{a:1}', 'Line 1, column 2: a key in double quotes'],
    ['[1,]', 'Line 1, column 4: no JSON value'],
    ['[1', "Line 1, column 3: a ',' or ']' must follow here."],
    ['', 'Line 1, column 1: the text ends too early.'],
    ['"abc', 'Line 1, column 5: the text ends within a string.'],
    ['"a\nb"', 'Line 1, column 3: a control character'],
    ['"\\x"', 'Line 1, column 2: no such escape sequence.'],
    ['{} {}', 'Line 1, column 4: there is something after'],
    ['01', 'Line 1, column 2: there is something after'],
    ['NaN', 'Line 1, column 1: no JSON value'],
  ])('refuses %j and says where the mistake is', (text, message) => {
    expect(() => parseStrictJson(text)).toThrow(message);
  });

  it('takes long integers whose digits a double keeps', () => {
    const text = '[9007199254740992,-288230376151711740,0.1]';
    expect(JSON.stringify(parseStrictJson(text))).toBe(text);
  });

  it('takes the same key in different objects', () => {
    expect(parseStrictJson('[{"a":{"a":1}},{"a":2}]')).toEqual([{ a: { a: 1 } }, { a: 2 }]);
  });

  it('refuses nesting past the limit before anything could overflow', () => {
    expect(parseStrictJson('[[1]]', 2)).toEqual([[1]]);
    expect(() => parseStrictJson('[[[1]]]', 2)).toThrow('Line 1, column 3: nesting is deeper than 2 levels.');
    expect(() => parseStrictJson('['.repeat(1_000_000))).toThrow('nesting is deeper');
    expect(() => parseStrictJson('{"a":'.repeat(1_000_000))).toThrow('nesting is deeper');
  });

  it('reads long strings with many escapes without recursion', () => {
    const long = 'x"\\\u0001'.repeat(300_000);
    expect(parseStrictJson(JSON.stringify(long))).toBe(long);
  });

  it('gives what JSON.parse gives for every value that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, '\t', '\n'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
