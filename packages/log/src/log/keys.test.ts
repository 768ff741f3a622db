// Key files: who may read them, and what a rotation leaves at each step.

import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../../test/log/log-folder.ts';
import { createKeyFile, createNextKey, keyFilesOf, promoteNextKey, readKeyFile, readVkey, writeVkey } from './keys.ts';

const origin = 'indelible.test/keys';

test('a key is made once, for its owner only, and signs under the log’s name', () => {
  const files = keyFilesOf(temporaryFolder());
  expect(createKeyFile(files)).toBe(true);
  expect(statSync(files.keyFile).mode & 0o777).toBe(0o600);
  expect(statSync(join(files.keyFile, '..')).mode & 0o777).toBe(0o700);
  const { vkey, name } = readKeyFile(files.keyFile, origin);
  expect(name).toBe(origin);
  expect(createKeyFile(files)).toBe(false);
  expect(readKeyFile(files.keyFile, origin).vkey).toBe(vkey);
});

test.each([0o640, 0o604, 0o660, 0o620, 0o601])('a key file of mode %o is refused, with what to do', (mode) => {
  const files = keyFilesOf(temporaryFolder());
  createKeyFile(files);
  chmodSync(files.keyFile, mode);
  expect(() => readKeyFile(files.keyFile, origin)).toThrow(
    expect.objectContaining({ code: 'invalid_key', message: expect.stringContaining(`chmod 600 ${files.keyFile}`) }),
  );
});

test('a key file that its owner may only read is fine', () => {
  const files = keyFilesOf(temporaryFolder());
  createKeyFile(files);
  chmodSync(files.keyFile, 0o400);
  expect(readKeyFile(files.keyFile, origin).name).toBe(origin);
});

test('a key file that is missing, a folder or no key is told by name', () => {
  const folder = temporaryFolder();
  const { keyFile } = keyFilesOf(folder, join(folder, 'key.pem'));
  const missing = expect.objectContaining({ code: 'not_found', message: expect.stringContaining(keyFile) });
  expect(() => readKeyFile(keyFile, origin)).toThrow(missing);
  mkdirSync(keyFile, { mode: 0o700 });
  expect(() => readKeyFile(keyFile, origin)).toThrow(missing);
  writeFileSync(`${keyFile}.text`, 'secret words', { mode: 0o600 });
  expect(() => readKeyFile(`${keyFile}.text`, origin)).toThrow(expect.objectContaining({ code: 'invalid_key' }));
});

test('a key that cannot be made is told of with its reason', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'keys'), 'a file where the folder should be');
  expect(() => createKeyFile(keyFilesOf(folder))).toThrow(expect.objectContaining({ code: 'unavailable' }));
});

test('the public half is a line that everybody may read', () => {
  const files = keyFilesOf(temporaryFolder());
  expect(readVkey(files)).toBeUndefined();
  writeVkey(files, 'name+hash+key');
  expect(readFileSync(files.vkeyFile, 'utf8')).toBe('name+hash+key\n');
  expect(statSync(files.vkeyFile).mode & 0o777).toBe(0o644);
  expect(readVkey(files)).toBe('name+hash+key');
});

test('the next key waits beside the present one until it takes its place', () => {
  const files = keyFilesOf(temporaryFolder());
  createKeyFile(files);
  const old = readKeyFile(files.keyFile, origin).vkey;
  const next = createNextKey(files, origin);
  expect(next).not.toBe(old);
  expect(statSync(files.nextKeyFile).mode & 0o777).toBe(0o600);
  expect(readKeyFile(files.keyFile, origin).vkey).toBe(old);
  expect(readKeyFile(files.nextKeyFile, origin).vkey).toBe(next);
  promoteNextKey(files, next);
  expect(existsSync(files.nextKeyFile)).toBe(false);
  expect(readKeyFile(files.keyFile, origin).vkey).toBe(next);
  expect(readVkey(files)).toBe(next);
});
