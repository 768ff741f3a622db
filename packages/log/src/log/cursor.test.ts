// Named cursors: where a reader goes on after a restart.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/log/log-folder.ts';
import { evidenceOf, listCursors, openCursor } from './cursor.ts';

test('a new cursor stands at the beginning, and one that was moved where it was moved to', () => {
  const folder = temporaryFolder();
  const cursor = openCursor(folder, 'index');
  expect(cursor.position).toBe(0);
  cursor.move(17);
  expect(cursor.position).toBe(17);
  expect(openCursor(folder, 'index').position).toBe(17);
  expect(openCursor(folder, 'other').position).toBe(0);
});

test('all cursors are listed, those that cannot be read left out', () => {
  const folder = temporaryFolder();
  openCursor(folder, 'b').move(2);
  openCursor(folder, 'a').move(1);
  const broken = ['', 'null', '{"position":-1}', '{"position":1.5}', '{"position":"3"}', '\0\0'];
  for (const [i, text] of broken.entries()) writeFileSync(join(folder, 'cursors', `broken${i}`), text);
  writeFileSync(join(folder, 'cursors', 'a.tmp'), '{"position":9}');
  mkdirSync(join(folder, 'cursors', 'folder'));
  expect(listCursors(folder)).toEqual([
    { name: 'a', position: 1 },
    { name: 'b', position: 2 },
  ]);
  for (const i of broken.keys()) expect(openCursor(folder, `broken${i}`).position).toBe(0);
});

test('a folder without cursors has none', () => {
  expect(listCursors(temporaryFolder())).toEqual([]);
});

test('a cursor is a small file that a person can read', () => {
  const folder = temporaryFolder();
  openCursor(folder, 'index').move(5);
  expect(readFileSync(join(folder, 'cursors', 'index'), 'utf8')).toBe('{"position":5}\n');
});

test.each(['', 'A', '../x', 'a/b', '.', '-a', 'a b', 'a.tmp', 'x'.repeat(65)])('%j is no name of a cursor', (name) => {
  expect(() => openCursor(temporaryFolder(), name)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
});

test('cursors and a head kept elsewhere are evidence of how long the log was', () => {
  const folder = temporaryFolder();
  openCursor(folder, 'index').move(5);
  expect(evidenceOf(folder, undefined)).toEqual([{ what: 'the cursor index', size: 5 }]);
  expect(evidenceOf(folder, 9)).toEqual([
    { what: 'the cursor index', size: 5 },
    { what: 'the known head', size: 9 },
  ]);
});
