// The machine's own file system behind the interface that the log is written through.

import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../../test/log/log-folder.ts';
import { type AppendFile, nodeDisk } from './disk.ts';

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

function openFile(path: string, create = true): AppendFile {
  const file = nodeDisk.openAppend(path, create);
  onTestFinished(() => file.close());
  return file;
}

test('folders are made with all above them, for their owner only', () => {
  const folder = temporaryFolder();
  nodeDisk.makeDirectory(join(folder, 'a/b/c'));
  for (const path of ['a', 'a/b', 'a/b/c']) expect(modeOf(join(folder, path))).toBe(0o700);
  expect(() => nodeDisk.makeDirectory(join(folder, 'a/b/c'))).not.toThrow();
});

test('the names in a folder are sorted, and a folder that is not there has none', () => {
  const folder = temporaryFolder();
  for (const name of ['b', 'c', 'a']) writeFileSync(join(folder, name), '');
  expect(nodeDisk.list(folder)).toEqual(['a', 'b', 'c']);
  expect(nodeDisk.list(join(folder, 'missing'))).toEqual([]);
});

test('a new file is for its owner only and is never made over another', () => {
  const path = join(temporaryFolder(), 'file');
  openFile(path);
  expect(modeOf(path)).toBe(0o600);
  expect(() => nodeDisk.openAppend(path, true)).toThrow('EEXIST');
  expect(() => nodeDisk.openAppend(`${path}.missing`, false)).toThrow('ENOENT');
});

test('what is written comes at the end, also of a file opened again and after a cut', () => {
  const path = join(temporaryFolder(), 'file');
  openFile(path).write(Buffer.from('abc'));
  const file = openFile(path, false);
  expect(file.size).toBe(3);
  file.write(Buffer.from('defg'));
  expect(file.size).toBe(7);
  file.truncate(5);
  file.write(Buffer.from('!'));
  file.sync();
  expect(file.size).toBe(6);
  expect(readFileSync(path, 'utf8')).toBe('abcde!');
});

test('a file that is as its writer left it is not called replaced', () => {
  const file = openFile(join(temporaryFolder(), 'file'));
  file.write(Buffer.from('abc'));
  expect(file.replaced()).toBeUndefined();
});

test.each<[string, RegExp, (path: string) => void]>([
  ['grown', /has 4 bytes where 3 were written/, (path) => appendFileSync(path, 'x')],
  ['shortened', /has 1 bytes where 3 were written/, (path) => writeFileSync(path, 'a')],
  ['removed', /is gone/, (path) => rmSync(path)],
  ['moved away', /is gone/, (path) => renameSync(path, `${path}.old`)],
  [
    'exchanged for an equal one',
    /is another file now/,
    (path) => {
      writeFileSync(`${path}.new`, 'abc');
      renameSync(`${path}.new`, path);
    },
  ],
])('a file that somebody else has %s is told from the one written', (_, said, change) => {
  const path = join(temporaryFolder(), 'file');
  const file = openFile(path);
  file.write(Buffer.from('abc'));
  change(path);
  expect(file.replaced()).toMatch(said);
});

test('a range ends where it was asked to or where the file does', () => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, '0123456789');
  expect(nodeDisk.readRange(path, 2, 5).toString()).toBe('234');
  expect(nodeDisk.readRange(path, 8, 50).toString()).toBe('89');
  expect(nodeDisk.readRange(path, 20, 50)).toHaveLength(0);
});

test('a file is replaced whole, for its owner only, and nothing is left beside it', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'file');
  writeFileSync(path, 'a much longer text that was there before', { mode: 0o644 });
  nodeDisk.replaceFile(path, Buffer.from('new'));
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(modeOf(path)).toBe(0o600);
  expect(nodeDisk.list(folder)).toEqual(['file']);
});

test('a scratch file is overwritten from its start, and what is longer stays behind', () => {
  const path = join(temporaryFolder(), 'file');
  const file = nodeDisk.openScratch(path);
  onTestFinished(() => file.close());
  file.overwrite(Buffer.from('abcdef'));
  file.overwrite(Buffer.from('XY'));
  expect(readFileSync(path, 'utf8')).toBe('XYcdef');
  expect(modeOf(path)).toBe(0o600);
});

test('writing a stretch again leaves every byte as it was', () => {
  const path = join(temporaryFolder(), 'file');
  const bytes = Buffer.alloc((1 << 20) + 4321);
  for (let i = 0; i < bytes.length; i++) bytes[i] = i % 251;
  writeFileSync(path, bytes);
  nodeDisk.rewrite(path, 17, bytes.length);
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test('removing what is not there is no error', () => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, '');
  nodeDisk.remove(path);
  expect(existsSync(path)).toBe(false);
  expect(() => nodeDisk.remove(path)).not.toThrow();
});

test('the space of a file system is told in bytes', () => {
  const { freeBytes, totalBytes } = nodeDisk.space(temporaryFolder());
  expect(freeBytes).toBeGreaterThan(0);
  expect(totalBytes).toBeGreaterThan(freeBytes);
});
