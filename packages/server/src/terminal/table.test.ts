import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { screenOf } from './screen.ts';
import { createTable, cutToWidth, renderTable } from './table.ts';

const pipe = screenOf({}, {});
const terminal = (columns: number) => screenOf({ isTTY: true, columns }, { NO_COLOR: '1' });
const columns = [{ header: 'who' }, { header: 'what', flexible: true }, { header: 'rows', align: 'right' }] as const;

test('columns are aligned and a pipe gets every character', () => {
  const long = 'SELECT '.repeat(40).trim();
  expect(
    renderTable(
      columns,
      [
        ['ana', long, '12'],
        ['bartholomew', 'x', '3'],
      ],
      pipe,
    ),
  ).toBe(
    [
      `who          what${' '.repeat(long.length - 4)}  rows`,
      `ana          ${long}    12`,
      `bartholomew  x${' '.repeat(long.length - 1)}     3`,
      '',
    ].join('\n'),
  );
});

test('on a terminal the flexible column gives way first', () => {
  expect(renderTable(columns, [['ana', 'SELECT name FROM customers', '12']], terminal(28))).toBe(
    ['who  what               rows', 'ana  SELECT name FROM…    12', ''].join('\n'),
  );
});

test('a cell with an escape sequence cannot colour the terminal', () => {
  expect(renderTable(columns, [['\x1b[31mroot', '', '']], terminal(80))).not.toContain('\x1b');
});

test('no line is ever wider than the terminal', () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 40 });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell)), fc.integer({ min: 10, max: 120 }), (rows, width) => {
      for (const line of renderTable(columns, rows, terminal(width)).split('\n')) {
        expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }
    }),
  );
});

test('text is cut at whole characters, by their width', () => {
  expect(cutToWidth('検索検索', 5)).toBe('検索…');
  expect(cutToWidth('検索検索', 4)).toBe('検…');
  expect(cutToWidth('abc', 3)).toBe('abc');
  expect(cutToWidth('abc', 0)).toBe('');
});

test('a table printed piece by piece has one heading and stays straight', () => {
  const table = createTable([{ header: 'who', widthMin: 5 }, { header: 'what' }], pipe);
  expect(table.render([['ana', 'x']]) + table.render([['bo', 'y']])).toBe('who    what\nana    x\nbo     y\n');
});

test('a column with a greatest width is cut to it on a terminal only', () => {
  const narrow = [{ header: 'who', widthMax: 5 }];
  expect(createTable(narrow, terminal(80)).render([['bartholomew']])).toBe('who\nbart…\n');
  expect(createTable(narrow, pipe).render([['bartholomew']])).toBe('who\nbartholomew\n');
});
