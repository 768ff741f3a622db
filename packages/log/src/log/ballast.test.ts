// The file that only takes up room.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/log/log-folder.ts';
import { nodeDisk } from '../base/disk.ts';
import { Ballast } from './ballast.ts';

const bytes = 1 << 20;

test('the ballast takes up real room and gives it back', () => {
  const folder = temporaryFolder();
  const ballast = new Ballast(nodeDisk, folder, bytes);
  ballast.fill();
  const { size, blocks } = statSync(join(folder, 'ballast'));
  expect(size).toBe(bytes);
  expect(blocks * 512).toBeGreaterThanOrEqual(bytes);
  ballast.free();
  expect(existsSync(join(folder, 'ballast'))).toBe(false);
  expect(() => ballast.free()).not.toThrow();
});

test('a ballast that is there is left as it is', () => {
  const folder = temporaryFolder();
  new Ballast(nodeDisk, folder, bytes).fill();
  new Ballast(nodeDisk, folder, 2 * bytes).fill();
  expect(statSync(join(folder, 'ballast')).size).toBe(bytes);
});

test('no ballast is made where none is wanted or where room is short', () => {
  const folder = temporaryFolder();
  new Ballast(nodeDisk, folder, 0).fill();
  const tight = { ...nodeDisk, space: () => ({ freeBytes: 4 * bytes - 1, totalBytes: 100 * bytes }) };
  new Ballast(tight, folder, bytes).fill();
  expect(nodeDisk.list(folder)).toEqual([]);
});

test('a disk that refuses the ballast is no reason not to go on', () => {
  const folder = temporaryFolder();
  const full = {
    ...nodeDisk,
    replaceFile: (path: string) => {
      nodeDisk.replaceFile(`${path}.tmp`, Buffer.from('half of it'));
      throw new Error('ENOSPC');
    },
  };
  expect(() => new Ballast(full, folder, bytes).fill()).not.toThrow();
  expect(nodeDisk.list(folder)).toEqual([]);
});
