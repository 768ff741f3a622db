// Producers that retry: what the log has under a number is not recorded twice.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestLog, recordsOfLog, temporaryFolder } from '../../../../test/log/log-folder.ts';
import type { AuditEvent } from '../event/event.ts';
import type { Log, Receipt } from './log.ts';
import { ProducerTable } from './producers.ts';

function eventOf(seq: number, { id = 'app', epoch = 1 } = {}): AuditEvent {
  return { event_type: 'data_access', context: { producer: { id, epoch, seq } } };
}

async function numbersIn(dataDir: string): Promise<unknown[]> {
  const records = await recordsOfLog(dataDir);
  return records.filter(({ context }) => context !== undefined).map(({ context }) => context?.producer);
}

function codeOf(promise: Promise<Receipt>): Promise<string> {
  return promise.then(
    () => 'sealed',
    ({ code }) => code,
  );
}

test('a retry gets the receipt of the record that is there', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const first = await log.append(eventOf(0));
  await log.append(eventOf(1));
  const again = await log.append(eventOf(0));
  expect(again).toMatchObject({ seq: first.seq, event_id: first.event_id });
  expect(again.leafHash).toEqual(first.leafHash);
  expect(await numbersIn(dataDir)).toHaveLength(2);
});

test('retries of what is still under way share its record', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const receipts = await Promise.all([0, 1, 0, 1, 0].map((seq) => log.append(eventOf(seq))));
  expect(new Set(receipts.map(({ seq }) => seq)).size).toBe(2);
  expect(await numbersIn(dataDir)).toHaveLength(2);
});

test('producers count for themselves', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  for (const id of ['a', 'b', '__proto__', 'constructor']) await log.append(eventOf(0, { id }));
  expect(await numbersIn(dataDir)).toHaveLength(4);
  for (const id of ['a', 'b', '__proto__', 'constructor']) await log.append(eventOf(0, { id }));
  expect(await numbersIn(dataDir)).toHaveLength(4);
});

test.each<[string, (dataDir: string) => void]>([
  ['was closed', (dataDir) => expect(existsSync(join(dataDir, 'cursors', 'producers'))).toBe(true)],
  ['lost what it remembered', (dataDir) => rmSync(join(dataDir, 'cursors', 'producers'))],
  ['remembers nonsense', (dataDir) => writeFileSync(join(dataDir, 'cursors', 'producers'), '{"position":')],
])('a retry is known after the log %s', async (_, disturb) => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const receipts = new Map<string, Receipt>();
  for (const id of ['a', '__proto__']) receipts.set(id, await log.append(eventOf(7, { id })));
  await log.close();
  disturb(dataDir);
  const again = await openTestLog(dataDir);
  for (const [id, { seq, event_id }] of receipts) {
    expect(await again.append(eventOf(7, { id }))).toMatchObject({ seq, event_id });
  }
  expect(await numbersIn(dataDir)).toHaveLength(2);
  expect((await again.append(eventOf(8, { id: 'a' }))).seq).toBe(again.size - 2);
});

test('records that came after the last saving are found in the log', async () => {
  const dataDir = temporaryFolder();
  const first = await openTestLog(dataDir);
  await first.append(eventOf(0));
  await first.close();
  const saved = readFileSync(join(dataDir, 'cursors', 'producers'));
  const second = await openTestLog(dataDir);
  const late = await second.append(eventOf(1));
  await second.close();
  writeFileSync(join(dataDir, 'cursors', 'producers'), saved);
  const third = await openTestLog(dataDir);
  expect((await third.append(eventOf(1))).seq).toBe(late.seq);
});

test('a new life of a producer counts from the beginning, and its earlier life is refused', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  await log.append(eventOf(0, { epoch: 1 }));
  await log.append(eventOf(0, { epoch: 2 }));
  expect(await numbersIn(dataDir)).toHaveLength(2);
  expect(await codeOf(log.append(eventOf(1, { epoch: 1 })))).toBe('producer_conflict');
  await log.close();
  const again = await openTestLog(dataDir);
  expect(await codeOf(again.append(eventOf(0, { epoch: 1 })))).toBe('producer_conflict');
  expect(await codeOf(again.append(eventOf(1, { epoch: 2 })))).toBe('sealed');
});

test('a number so old that it may have been forgotten is refused, not recorded again', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  await Promise.all(Array.from({ length: 1_100 }, (_, seq) => log.append(eventOf(seq))));
  const before = log.size;
  expect(await codeOf(log.append(eventOf(10)))).toBe('producer_conflict');
  expect(await codeOf(log.append(eventOf(1_099)))).toBe('sealed');
  expect(log.size).toBe(before);
});

test('an event that was refused may be tried again under its number', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const wrong = { ...eventOf(0), details: { n: Number.NaN } };
  expect(await codeOf(log.append(wrong))).toBe('invalid_event');
  expect(await codeOf(log.append(eventOf(0)))).toBe('sealed');
  expect(await numbersIn(dataDir)).toHaveLength(1);
});

test('an append that failed is not remembered', async () => {
  const dataDir = temporaryFolder();
  await (await openTestLog(dataDir)).close();
  const table = new ProducerTable(dataDir);
  const mark = { id: 'a', epoch: 0, seq: 0 };
  await expect(table.once(mark, () => Promise.reject(new Error('EIO')))).rejects.toThrow('EIO');
  const receipt: Receipt = { seq: 0, event_id: 'a', leafHash: Buffer.alloc(32), checkpoint: '' };
  expect(await table.once(mark, () => Promise.resolve(receipt))).toBe(receipt);
});

test('what is remembered is saved while events keep coming, and is not more than the log has', async () => {
  const dataDir = temporaryFolder();
  const log: Log = await openTestLog(dataDir);
  const path = join(dataDir, 'cursors', 'producers');
  for (let from = 0; from < 21_000; from += 1_000) {
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => log.append(eventOf(from + i))));
  }
  expect(existsSync(path)).toBe(true);
  const { position, producers } = JSON.parse(readFileSync(path, 'utf8'));
  expect(position).toBeGreaterThan(10_000);
  expect(position).toBeLessThanOrEqual(log.size);
  for (const [, at] of producers.app.recorded) expect(at).toBeLessThan(position);
});
