// Cutting a file into lines, whatever lies on the border between two reads of it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/log/log-folder.ts';
import { nodeDisk } from '../base/disk.ts';
import { lineBytesMax } from './line.ts';
import { scanLines } from './scan.ts';

function scan(text: string, start = 0, end = Buffer.byteLength(text)): { offset: number; text: string }[] {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, text);
  return [...scanLines(nodeDisk, path, start, end)].map(({ offset, bytes }) => ({ offset, text: bytes.toString() }));
}

test('each line comes with the place where it starts', () => {
  expect(scan('ab\n\ncafé\nx\n')).toEqual([
    { offset: 0, text: 'ab' },
    { offset: 3, text: '' },
    { offset: 4, text: 'café' },
    { offset: 10, text: 'x' },
  ]);
});

test('a stretch starts and ends where it was asked to', () => {
  expect(scan('ab\ncd\nef\n', 3, 6)).toEqual([{ offset: 3, text: 'cd' }]);
});

test('a last line without its newline is left out', () => {
  expect(scan('ab\ncd')).toEqual([{ offset: 0, text: 'ab' }]);
  expect(scan('ab\ncd\n', 0, 5)).toEqual([{ offset: 0, text: 'ab' }]);
  expect(scan('')).toEqual([]);
});

test('lines across the borders of reads come whole', () => {
  const lines = Array.from({ length: 3_000 }, (_, i) => `${i}:${'é'.repeat((i * 7919) % 1_000)}`);
  const found = scan(`${lines.join('\n')}\n`);
  expect(found.length).toBe(lines.length);
  expect(found.every(({ text }, i) => text === lines[i])).toBe(true);
  let offset = 0;
  for (const { offset: at, text } of found) {
    expect(at).toBe(offset);
    offset += Buffer.byteLength(text) + 1;
  }
});

test('a newline that is the last byte of a read ends its line', () => {
  const filler = `${'x'.repeat(1023)}\n`.repeat(1024);
  expect(Buffer.byteLength(filler)).toBe(1 << 20);
  expect(scan(`${filler}end\n`).at(-1)).toEqual({ offset: 1 << 20, text: 'end' });
});

test('the longest line is taken, and nothing from one byte more on', () => {
  const longest = 'x'.repeat(lineBytesMax);
  expect(scan(`a\n${longest}\nb\n`).map(({ text }) => text.length)).toEqual([1, lineBytesMax, 1]);
  expect(scan(`a\n${longest}x\nb\n`)).toEqual([{ offset: 0, text: 'a' }]);
});

test('a file of one endless line is given up after one read', () => {
  let bytesRead = 0;
  const disk = {
    ...nodeDisk,
    readRange: (_: string, start: number, end: number) => {
      bytesRead += end - start;
      return Buffer.alloc(end - start, 'x');
    },
  };
  expect([...scanLines(disk, 'endless', 0, 2 ** 40)]).toEqual([]);
  expect(bytesRead).toBeLessThan(4 << 20);
});
