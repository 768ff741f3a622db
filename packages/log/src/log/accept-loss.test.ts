// Giving up a damaged log: nothing is deleted, and the new one begins by naming the old.

import { existsSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  bytesOfLog,
  lastSegmentOf,
  openTestLog,
  recordsOfLog,
  temporaryFolder,
} from '../../../../test/log/log-folder.ts';
import { verifyLog } from '../verify/verify-log.ts';
import { acceptLoss } from './accept-loss.ts';
import { openCursor } from './cursor.ts';

const options = { heartbeatMs: 0, ballastBytes: 0 };

test('a damaged log is set aside whole and a new one under a new name and key begins with its head', async () => {
  const dataDir = temporaryFolder();
  const old = await openTestLog(dataDir);
  for (let n = 0; n < 3; n++) await old.append({ event_type: 'data_access', details: { n } });
  openCursor(dataDir, 'index').move(old.size);
  await old.close();
  truncateSync(lastSegmentOf(dataDir), 500);
  const left = bytesOfLog(dataDir);
  await expect(openTestLog(dataDir)).rejects.toMatchObject({ code: 'log_damaged' });
  const { log, setAside } = await acceptLoss({ dataDir, ...options });
  onTestFinished(() => log.close());
  expect(log.origin).not.toBe(old.origin);
  expect(log.vkey).not.toBe(old.vkey);
  expect(setAside.startsWith(join(dataDir, 'quarantine', 'damaged-'))).toBe(true);
  expect(bytesOfLog(setAside)).toEqual(left);
  for (const name of ['head', 'cursors/index', 'signing.key', 'signing.vkey']) {
    expect(existsSync(join(setAside, name)), name).toBe(true);
  }
  expect(readFileSync(join(setAside, 'signing.vkey'), 'utf8').trim()).toBe(old.vkey);
  const [created, ...others] = await recordsOfLog(dataDir);
  expect(others).toEqual([]);
  expect(created?.details).toMatchObject({
    origin: log.origin,
    previous: {
      checkpoint: old.checkpoint,
      size: old.size,
      vkey: old.vkey,
      damage: expect.stringContaining('the log is damaged'),
    },
  });
  await log.append({ event_type: 'data_access' });
  await log.close();
  expect(await verifyLog({ dataDir, trustedKey: log.vkey })).toMatchObject({ ok: true, findings: [] });
});

test('a log of which nothing but its head is left can be given up too', async () => {
  const dataDir = temporaryFolder();
  const old = await openTestLog(dataDir);
  await old.close();
  rmSync(lastSegmentOf(dataDir));
  const { log } = await acceptLoss({ dataDir, ...options });
  onTestFinished(() => log.close());
  expect((await recordsOfLog(dataDir))[0]?.details).toMatchObject({ previous: { size: old.size } });
});

test('a log that is whole is not given up', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  await log.append({ event_type: 'data_access' });
  await log.close();
  const before = bytesOfLog(dataDir);
  await expect(acceptLoss({ dataDir, ...options })).rejects.toMatchObject({ code: 'invalid_argument' });
  expect(bytesOfLog(dataDir)).toEqual(before);
  expect(existsSync(join(dataDir, 'quarantine'))).toBe(false);
});

test('where there is no log there is nothing to give up, and none is made', async () => {
  const dataDir = temporaryFolder();
  await expect(acceptLoss({ dataDir, ...options })).rejects.toMatchObject({ code: 'no_log' });
  expect(existsSync(join(dataDir, 'log'))).toBe(false);
});

test('a log that has a writer is not taken from under it', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  await expect(acceptLoss({ dataDir, ...options })).rejects.toMatchObject({ code: 'log_locked' });
  expect((await log.append({ event_type: 'data_access' })).seq).toBe(2);
});
