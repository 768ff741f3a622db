// An open log with its sealing thread: receipts, order, what is refused, heartbeats, keys, and how it ends.

import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  bytesOfLog,
  lastSegmentOf,
  linesOfLog,
  openTestLog,
  recordsOfLog,
  temporaryFolder,
} from '../../../../test/log/log-folder.ts';
import type { AuditEvent } from '../event/event.ts';
import { openCheckpoint } from '../integrity/checkpoint.ts';
import { leafHash } from '../integrity/hash.ts';
import { parseVkey } from '../integrity/key.ts';
import { verifyLog } from '../verify/verify-log.ts';
import { keyFilesOf, readKeyFile, readVkey } from './keys.ts';
import type { Log } from './log.ts';

function eventOf(n: number, padding = 0): AuditEvent {
  return { event_type: 'data_access', subtype: 'query_executed', details: { n, pad: 'x'.repeat(padding) } };
}

function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'sealed',
    (error) => error.code ?? String(error),
  );
}

test('append resolves with the record’s position, its hash and a checkpoint that covers it', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const receipt = await log.append(eventOf(1));
  const line = (await linesOfLog(dataDir))[receipt.seq]?.line ?? '';
  expect(JSON.parse(line)).toMatchObject({ seq: receipt.seq, event_id: receipt.event_id, details: { n: 1 } });
  expect(receipt.leafHash.toString('latin1')).toBe(leafHash(line));
  const { size } = openCheckpoint(receipt.checkpoint, [parseVkey(log.vkey)]);
  expect(size).toBeGreaterThan(receipt.seq);
  expect(log).toMatchObject({ size: size + 1, checkpoint: receipt.checkpoint, state: 'open', dataDir });
});

test('what is appended in one order stands in that order', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const receipts = await Promise.all(Array.from({ length: 3_000 }, (_, n) => log.append(eventOf(n, n % 500))));
  const seqs = receipts.map(({ seq }) => seq);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  const records = (await recordsOfLog(dataDir)).filter(({ event_type }) => event_type === 'data_access');
  expect(records.map(({ details }) => details?.n)).toEqual(Array.from({ length: 3_000 }, (_, n) => n));
});

test('a record is the event as it was when it was appended', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const event = { event_type: 'data_access' as const, details: { word: 'before' } };
  const receipt = log.append(event);
  event.details.word = 'after';
  await receipt;
  expect((await recordsOfLog(dataDir)).at(-1)?.details).toEqual({ word: 'before' });
});

test('a source’s own id gets a nonce beside it, the log’s own does not need one', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  await log.append({ ...eventOf(1), event_id: 'order-1' });
  await log.append(eventOf(2));
  const [own, made] = (await recordsOfLog(dataDir)).slice(-2);
  expect(own).toMatchObject({ event_id: 'order-1', nonce: expect.stringMatching(/^[\w-]{22}$/) });
  expect(made?.event_id).toMatch(/^evt_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(made).not.toHaveProperty('nonce');
});

test('an event that is too long is cut, and its line stays within the limit', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  await log.append(eventOf(1, 300_000));
  const lines = (await linesOfLog(dataDir)).map(({ line }) => Buffer.byteLength(line));
  expect(Math.max(...lines)).toBeLessThanOrEqual(65_535);
  expect((await recordsOfLog(dataDir)).at(-1)?.details?.pad).toMatchObject({ truncated: true, bytes: 300_000 });
});

test('an event that cannot be a record is refused, and nothing is written', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const before = bytesOfLog(dataDir);
  const sealed: AuditEvent = { event_type: 'system', subtype: 'sealed' };
  expect(await outcomeOf(log.append(sealed))).toBe('invalid_event');
  expect(await outcomeOf(log.append({ ...eventOf(1), details: { x: Number.NaN } }))).toBe('invalid_event');
  expect(bytesOfLog(dataDir)).toEqual(before);
  expect(await outcomeOf(log.append(eventOf(1)))).toBe('sealed');
});

test('closing commits what was appended before, and refuses what comes after', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const appended = Array.from({ length: 500 }, (_, n) => outcomeOf(log.append(eventOf(n, 1000))));
  const closed = log.close();
  expect(await outcomeOf(log.append(eventOf(-1)))).toBe('log_closed');
  await closed;
  expect(new Set(await Promise.all(appended))).toEqual(new Set(['sealed']));
  expect(log.state).toBe('closed');
  expect(await log.ended).toEqual({});
  expect((await recordsOfLog(dataDir)).filter(({ event_type }) => event_type === 'data_access')).toHaveLength(500);
  await expect(log.close()).resolves.toBeUndefined();
});

test('a log opened again goes on: same name, same key, next position', async () => {
  const dataDir = temporaryFolder();
  const first = await openTestLog(dataDir, { origin: 'indelible.test/again' });
  await first.append(eventOf(1));
  await first.close();
  const again = await openTestLog(dataDir);
  expect(again).toMatchObject({ origin: 'indelible.test/again', vkey: first.vkey, size: first.size });
  expect((await again.append(eventOf(2))).seq).toBe(first.size);
  expect((await linesOfLog(dataDir)).map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a log keeps the name it was made with', async () => {
  const dataDir = temporaryFolder();
  await (await openTestLog(dataDir, { origin: 'indelible.test/one' })).close();
  expect(await outcomeOf(openTestLog(dataDir, { origin: 'indelible.test/other' }))).toBe('log_exists');
  expect((await openTestLog(dataDir, { origin: 'indelible.test/one' })).origin).toBe('indelible.test/one');
});

test('a log without a given name gets a random one of its own', async () => {
  const [one, other] = [await openTestLog(temporaryFolder()), await openTestLog(temporaryFolder())];
  expect(one.origin).toMatch(/^indelible\.local\/[0-9a-f]{10}$/);
  expect(other.origin).not.toBe(one.origin);
});

test('a second writer is refused while the first is open, and the refused one leaves nothing behind', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  expect(await outcomeOf(openTestLog(dataDir))).toBe('log_locked');
  expect(await outcomeOf(log.append(eventOf(1)))).toBe('sealed');
  await log.close();
  expect((await openTestLog(dataDir)).state).toBe('open');
});

test('without its signing key a log that is there is not opened, and no other key is made', async () => {
  const dataDir = temporaryFolder();
  await (await openTestLog(dataDir)).close();
  const { keyFile } = keyFilesOf(dataDir);
  renameSync(keyFile, `${keyFile}.away`);
  expect(await outcomeOf(openTestLog(dataDir))).toBe('not_found');
  expect(existsSync(keyFile)).toBe(false);
  renameSync(`${keyFile}.away`, keyFile);
  expect((await openTestLog(dataDir)).state).toBe('open');
});

test('a log is opened under a key file of the caller’s, which must exist', async () => {
  const dataDir = temporaryFolder();
  const keyFile = join(temporaryFolder(), 'elsewhere.pem');
  expect(await outcomeOf(openTestLog(dataDir, { keyFile }))).toBe('not_found');
  await (await openTestLog(temporaryFolder())).close();
  const donor = temporaryFolder();
  await (await openTestLog(donor)).close();
  renameSync(keyFilesOf(donor).keyFile, keyFile);
  const log = await openTestLog(dataDir, { keyFile, origin: 'indelible.test/hsm' });
  expect(log.vkey).toBe(readKeyFile(keyFile, 'indelible.test/hsm').vkey);
  expect(existsSync(keyFilesOf(dataDir).keyFile)).toBe(false);
});

test('a log signed by another key is damaged, not cut', async () => {
  const dataDir = temporaryFolder();
  await (await openTestLog(dataDir, { origin: 'indelible.test/a' })).close();
  const stranger = temporaryFolder();
  await (await openTestLog(stranger, { origin: 'indelible.test/a' })).close();
  renameSync(keyFilesOf(stranger).keyFile, keyFilesOf(dataDir).keyFile);
  const before = bytesOfLog(dataDir);
  expect(await outcomeOf(openTestLog(dataDir))).toBe('log_damaged');
  expect(bytesOfLog(dataDir)).toEqual(before);
});

test('a head kept elsewhere that is longer than the log keeps it from opening', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  await log.close();
  expect(await outcomeOf(openTestLog(dataDir, { knownHead: { size: log.size + 1 } }))).toBe('log_damaged');
  expect((await openTestLog(dataDir, { knownHead: { size: log.size } })).state).toBe('open');
});

test('an idle log seals heartbeats, a closed one no more', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir, { heartbeatMs: 40 });
  const sizes: number[] = [];
  await new Promise<void>((resolve) => log.onCommit((size) => sizes.push(size) >= 2 && resolve()));
  await log.close();
  const beats = (await recordsOfLog(dataDir)).filter(({ subtype }) => subtype === 'heartbeat');
  expect(beats.length).toBeGreaterThanOrEqual(2);
  expect(beats[0]).toMatchObject({ event_type: 'system', severity: 'info' });
});

test('listeners are told of each commit until they unsubscribe', async () => {
  const log = await openTestLog(temporaryFolder());
  const sizes: number[] = [];
  const stop = log.onCommit((size) => sizes.push(size));
  await log.append(eventOf(1));
  await log.append(eventOf(2));
  stop();
  await log.append(eventOf(3));
  expect(sizes).toEqual([4, 6]);
});

test('segments end by size and the whole log verifies', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir, { segmentBytesMax: 20_000 });
  for (let n = 0; n < 40; n++) await log.append(eventOf(n, 2_000));
  await log.close();
  expect(Object.keys(bytesOfLog(dataDir)).length).toBeGreaterThan(3);
  const report = await verifyLog({ dataDir, trustedKey: log.vkey, allSignatures: true });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ ok: true, entries: 41, signed: 41, seals: 41, size: log.size });
});

test('after a rotation the log goes on under the new key, and verifies from the old one', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const old = log.vkey;
  await log.append(eventOf(1));
  const next = await log.rotateKey();
  expect(next).not.toBe(old);
  expect(log.vkey).toBe(next);
  expect(parseVkey(next).name).toBe(log.origin);
  await log.append(eventOf(2));
  await log.close();
  expect(existsSync(keyFilesOf(dataDir).nextKeyFile)).toBe(false);
  expect(readVkey(keyFilesOf(dataDir))).toBe(next);
  expect(await verifyLog({ dataDir, trustedKey: old })).toMatchObject({ ok: true, findings: [] });
  const again = await openTestLog(dataDir);
  expect(again.vkey).toBe(next);
  await again.append(eventOf(3));
});

test('a rotation that a crash cut short is finished when the log’s record of it survived', async () => {
  const dataDir = temporaryFolder();
  const files = keyFilesOf(dataDir);
  const log = await openTestLog(dataDir);
  const old = readKeyFile(files.keyFile, log.origin);
  const oldText = readFileSync(files.keyFile);
  const next = await log.rotateKey();
  await log.close();
  // As before the promotion: the new key still waits beside the old one.
  renameSync(files.keyFile, files.nextKeyFile);
  writeFileSync(files.keyFile, oldText, { mode: 0o600 });
  writeFileSync(files.vkeyFile, `${old.vkey}\n`);
  const again = await openTestLog(dataDir);
  expect(again.vkey).toBe(next);
  expect(existsSync(files.nextKeyFile)).toBe(false);
  expect(readVkey(files)).toBe(next);
  await again.append(eventOf(1));
  await again.close();
  expect(await verifyLog({ dataDir, trustedKey: old.vkey })).toMatchObject({ ok: true, findings: [] });
});

test('a rotation that a crash cut short before its record leaves the old key in force', async () => {
  const dataDir = temporaryFolder();
  const files = keyFilesOf(dataDir);
  const log = await openTestLog(dataDir);
  await log.append(eventOf(1));
  await log.close();
  const donor = temporaryFolder();
  await (await openTestLog(donor)).close();
  renameSync(keyFilesOf(donor).keyFile, files.nextKeyFile);
  const again = await openTestLog(dataDir);
  expect(again.vkey).toBe(log.vkey);
  const next = await again.rotateKey();
  expect(readKeyFile(files.keyFile, log.origin).vkey).toBe(next);
});

test('two rotations at once: one is made, the other refused', async () => {
  const log = await openTestLog(temporaryFolder());
  const [first, second] = await Promise.all([outcomeOf(log.rotateKey()), outcomeOf(log.rotateKey())]);
  expect([first, second]).toEqual(['sealed', 'log_locked']);
});

const tamperings: [string, (path: string) => void][] = [
  ['removed', (path) => rmSync(path)],
  ['replaced', (path) => [writeFileSync(`${path}.x`, 'other'), renameSync(`${path}.x`, path)]],
  ['cut', (path) => truncateSync(path, 100)],
  ['appended to', (path) => appendFileSync(path, 'foreign line\n')],
];

test.each(tamperings)('a log whose file was %s under it stops, says why, and frees the lock', async (_, tamper) => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  await log.append(eventOf(1));
  tamper(lastSegmentOf(dataDir));
  const appended = log.append(eventOf(2));
  await expect(appended).rejects.toMatchObject({
    code: 'log_stopped',
    cause: expect.objectContaining({ code: 'log_file_changed' }),
  });
  expect(await log.ended).toMatchObject({ reason: { code: 'log_file_changed' } });
  expect(log.state).toBe('stopped');
  expect(await outcomeOf(log.append(eventOf(3)))).toBe('log_stopped');
  expect(await outcomeOf(log.rotateKey())).toBe('log_stopped');
  await log.close();
  expect(await outcomeOf(openTestLog(dataDir))).not.toBe('log_locked');
});

test('what a stranger appended under the running log goes to quarantine, never into the log', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  await log.append(eventOf(1));
  appendFileSync(lastSegmentOf(dataDir), 'foreign line\n');
  await outcomeOf(log.append(eventOf(2)));
  await log.ended;
  await openTestLog(dataDir);
  expect(Object.values(bytesOfLog(dataDir)).join('')).not.toContain('foreign');
  const recovered = (await recordsOfLog(dataDir)).at(-1);
  expect(recovered).toMatchObject({ subtype: 'log_recovered', details: { bytes: 13, lines: 1 } });
});

async function failWhileClosing(): Promise<{ dataDir: string; log: Log }> {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  await log.append(eventOf(1));
  appendFileSync(lastSegmentOf(dataDir), 'foreign line\n');
  const appended = outcomeOf(log.append(eventOf(2)));
  await log.close();
  expect(await appended).toBe('log_stopped');
  return { dataDir, log };
}

test('a log that fails while it is closed is closed, ends with the reason and frees the lock', async () => {
  const { dataDir, log } = await failWhileClosing();
  expect(log.state).toBe('closed');
  expect(await log.ended).toMatchObject({ reason: { code: 'log_file_changed' } });
  expect((await openTestLog(dataDir)).state).toBe('open');
});

test('memory stays bounded and nothing is lost when a caller appends without waiting', {
  timeout: 60_000,
}, async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const outcomes = new Map<string, number>();
  await Promise.all(
    Array.from({ length: 60_000 }, async (_, n) => {
      const outcome = await outcomeOf(log.append(eventOf(n, 600)));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }),
  );
  expect([...outcomes]).toEqual([['sealed', 60_000]]);
  expect(log.size).toBeGreaterThan(60_000);
});
