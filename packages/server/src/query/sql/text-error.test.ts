import { expect, it } from 'vitest';
import { textError } from './text-error.ts';

const lines = (text: string, at: string) =>
  textError(text, 'wrong', Buffer.byteLength(text.slice(0, text.indexOf(at))))
    .message.split('\n')
    .slice(1);

it('points under the place, with what stands before it in lines, bytes and columns', () => {
  const { message, details } = textError('SELECT 1,\n  foo', 'Binder error: no "foo"', 12);
  expect(message).toBe('Binder error: no "foo"\nLINE 2:   foo\n          ^');
  expect(details).toEqual({ line: 2, column: 3 });
});

it.each([
  ["SELECT 'ß', foo", 'SELECT'],
  ["SELECT 'Łódź😀', foo", 'foo'],
  ["SELECT '漢字', foo", 'foo'],
  ['SELECT\t\tfoo', 'foo'],
])('counts cells, not bytes: %j', (text, at) => {
  const [shown = '', caret = ''] = lines(text, at);
  const wide = (shown.slice(0, shown.indexOf(at)).match(/[😀漢字]/gu) ?? []).length;
  const units = (shown.slice(0, shown.indexOf(at)).match(/😀/gu) ?? []).length;
  expect(caret.length - 1).toBe(shown.indexOf(at) + wide - units);
});

it('cuts a long line around the place', () => {
  const [shown = '', caret = ''] = lines(`SELECT ${'a, '.repeat(500)}foo${', b'.repeat(500)}`, 'foo');
  expect(shown).toMatch(/^LINE 1: ….*….?$/);
  expect(shown.length).toBeLessThan(115);
  expect(shown.slice(caret.length - 1, caret.length + 2)).toBe('foo');
});

it('shows no control characters', () => {
  expect(lines('SELECT \u001b[31m\u202e foo', 'foo')[0]).toBe('LINE 1: SELECT  [31m  foo');
});

it('stands alone where the place is not known', () => {
  expect(textError('SELECT 1', 'wrong').message).toBe('wrong');
});
