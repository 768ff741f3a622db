// One writer: the lock between threads of one process, between processes, and after a sudden death.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../../../test/log/log-folder.ts';
import { takeWriterLock } from './lock.ts';

/** A process that takes the lock, says so, and waits to be killed. */
async function startHolder(folder: string): Promise<ChildProcess> {
  const code = `
    import { takeWriterLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    takeWriterLock(${JSON.stringify(folder)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: holder.stdout }), 'line');
  expect(line).toBe('held');
  return holder;
}

test('a second writer in the same process is refused and told who has the lock', () => {
  const folder = temporaryFolder();
  const lock = takeWriterLock(folder);
  expect(() => takeWriterLock(folder)).toThrow(
    expect.objectContaining({ code: 'log_locked', message: expect.stringContaining(`process ${process.pid}`) }),
  );
  expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
  lock.release();
  takeWriterLock(folder).release();
});

test('a refused writer takes nothing from the one that holds the lock', () => {
  const folder = temporaryFolder();
  const lock = takeWriterLock(folder);
  onTestFinished(() => lock.release());
  for (let i = 0; i < 3; i++) expect(() => takeWriterLock(folder)).toThrow('has a writer already');
});

test('a writer in another process keeps this one out until it is killed', { timeout: 30_000 }, async () => {
  const folder = temporaryFolder();
  const holder = await startHolder(folder);
  expect(() => takeWriterLock(folder)).toThrow(
    expect.objectContaining({ code: 'log_locked', message: expect.stringContaining(`process ${holder.pid}`) }),
  );
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = takeWriterLock(folder);
  expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
  lock.release();
});

test('two folders have two writers', () => {
  const locks = [takeWriterLock(temporaryFolder()), takeWriterLock(temporaryFolder())];
  expect(locks).toHaveLength(2);
  for (const lock of locks) lock.release();
});

test('a lock that was let go twice lets go of nothing else', () => {
  const lock = takeWriterLock(temporaryFolder());
  lock.release();
  const folder = temporaryFolder();
  const other = takeWriterLock(folder);
  lock.release();
  expect(() => takeWriterLock(folder)).toThrow('has a writer already');
  other.release();
});
