// Format 1 stays readable for ever: a small log made once, by scripts/make-format-1-fixture.ts, is read, verified and
// opened as it is, to the byte. If one of these fails, a change broke logs that people have.

import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeDisk } from '../packages/log/src/base/disk.ts';
import { openCheckpoint } from '../packages/log/src/integrity/checkpoint.ts';
import { hashToBase64, leafHash } from '../packages/log/src/integrity/hash.ts';
import { parseVkey } from '../packages/log/src/integrity/key.ts';
import { MemoryTree } from '../packages/log/src/integrity/tree-reader.ts';
import { readHead } from '../packages/log/src/log/head.ts';
import { isSeal, parseGap, parseSeal } from '../packages/log/src/log/line.ts';
import { readLinesBackward } from '../packages/log/src/log/reader.ts';
import { findEnd } from '../packages/log/src/log/recovery.ts';
import { TreeFiles } from '../packages/log/src/log/tree-files.ts';
import { verifyLog } from '../packages/log/src/verify/verify-log.ts';
import { collectLines, linesOfLog, recordsOfLog, temporaryFolder } from './log/log-folder.ts';

const dataDir = join(import.meta.dirname, 'fixtures', 'format-1');
const firstKey = readFileSync(join(dataDir, 'first.vkey'), 'utf8').trim();
const secondKey = readFileSync(join(dataDir, 'keys', 'signing.vkey'), 'utf8').trim();

const digests = {
  'first.vkey': '4d5fd8979f913bf7061474757b0e3ef97650d97590bd9d3421ff4eacf4468879',
  head: '11d0eab170fb350129cca998d4ffd25b4eee14c15246f1996e44716617171014',
  'keys/signing.vkey': '41728dbd6f07ff6051b2311e36d8f24c10e7f95a36db7e2de1dc75c1cc4f17ea',
  'log/00000000000000000000.ndjson': '2bb99e53183f092def7c83b8259b72bdb8a0a0022d22875e756079e23a6c8cb1',
  'log/00000000000000000016.ndjson': '417c61fd39b2942e6d30f3bd336422dcad7c89e1d7b113624fdffd679b7d0105',
  'log/00000000000000000021.ndjson': 'bb4a9ce3ce8b4f5cba96b4289bd5d6fb529650d660f56c95c9d2d11318356b61',
};

const subtypes = [
  'log_created',
  'query_executed',
  'node_updated',
  'login_failure',
  ...Array(7).fill('query_executed'),
  'key_rotated',
  'query_executed',
  'clock_stepped',
  'query_executed',
];

test('the files are the ones that were made, and hold no private key', () => {
  const paths = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const found = paths.map((path) => [
    path.slice(dataDir.length + 1),
    createHash('sha256').update(readFileSync(path)).digest('hex'),
  ]);
  expect(Object.fromEntries(found)).toEqual(digests);
});

test('it is read line by line, forward and backward, as it stands in its files', async () => {
  const lines = await linesOfLog(dataDir);
  expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 23 }, (_, seq) => seq));
  const text = Object.keys(digests)
    .filter((path) => path.startsWith('log/'))
    .map((path) => readFileSync(join(dataDir, path), 'utf8'))
    .join('');
  const stored = text.split('\n').filter((line) => line !== '' && !line.startsWith('{"gap"'));
  expect(lines.map(({ line }) => line)).toEqual(stored);
  const backward = await collectLines(readLinesBackward(dataDir));
  expect(backward.sort((a, b) => a.seq - b.seq)).toEqual(lines);
});

test('its records say what was recorded', async () => {
  const records = await recordsOfLog(dataDir);
  expect(records.map(({ subtype }) => subtype)).toEqual(subtypes);
  expect(records[0]?.details).toEqual({ format: 1, origin: 'indelible.test/format-1', vkey: firstKey });
  expect(records[2]).toMatchObject({
    actor: { user_id: 'Zoë "Ω" O’Neill\\\n' },
    operation: { changes: { before: { name: 'café' }, after: { name: 'コーヒー 𝄞 \u2028 \u0007' } } },
    details: { empty: '', nested: { list: [1, -2.5, 1e21, null, true, { deep: [] }] } },
  });
  expect(records[3]).toMatchObject({ severity: 'warning', result: { error_code: '28P01' } });
  expect(records[5]).toMatchObject({ event_id: 'order-4711', nonce: expect.any(String) });
  expect(records[11]?.details).toEqual({ old_vkey: firstKey, new_vkey: secondKey });
  expect(records[12]).toMatchObject({ operation: { query: { truncated: true, bytes: 100_007 } } });
  expect(records[13]?.details).toEqual({ step_ms: 3_600_000 });
});

test('every seal is over the tree of the lines before it, under the key of its time', async () => {
  const tree = new MemoryTree();
  const roots: string[] = [];
  for (const { seq, line } of await linesOfLog(dataDir)) {
    if (isSeal(line)) {
      const { checkpoint } = parseSeal(line)!.details;
      const keys = [seq <= 17 ? firstKey : secondKey, seq < 17 ? firstKey : secondKey];
      for (const key of keys) {
        expect(openCheckpoint(checkpoint, [parseVkey(key)])).toMatchObject({ size: seq, root: tree.root(seq) });
      }
      roots.push(hashToBase64(tree.root(seq)));
    }
    tree.append(leafHash(line));
  }
  expect(roots).toHaveLength(8);
  expect(readHead(dataDir)).toMatchObject({ size: 23, segment: '00000000000000000021.ndjson' });
});

test('each later segment begins with the gap for all before it', () => {
  for (const first of [16, 21]) {
    const path = join(dataDir, 'log', `${String(first).padStart(20, '0')}.ndjson`);
    const [line = ''] = readFileSync(path, 'utf8').split('\n');
    expect(parseGap(line)).toMatchObject({ first: 0, end: first });
  }
});

test('it verifies from its first key alone', async () => {
  const report = await verifyLog({ dataDir, trustedKey: firstKey, allSignatures: true });
  expect(report.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  expect(report).toMatchObject({ ok: true, entries: 15, signed: 15, seals: 8, size: 23 });
});

test.each([
  ['00000000000000000000.ndjson', firstKey],
  ['00000000000000000016.ndjson', firstKey],
  ['00000000000000000021.ndjson', secondKey],
])('its segment %s verifies alone', async (name, trustedKey) => {
  const report = await verifyLog({ logFile: join(dataDir, 'log', name), trustedKey });
  expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.signed).toBeGreaterThan(0);
});

test('a writer finds its end', () => {
  const open = (note: string) => openCheckpoint(note, [parseVkey(secondKey)]);
  const { end, remains } = findEnd(nodeDisk, dataDir, open, [{ what: 'the head file', size: 23 }]);
  expect(remains).toEqual([]);
  expect(end).toMatchObject({ segment: { first: 21 }, offset: 1109, seal: { seq: 22 } });
  expect(end.frontier.size).toBe(23);
});

test('tree files are made from it', async () => {
  const copy = join(temporaryFolder(), 'copy');
  cpSync(dataDir, copy, { recursive: true });
  const files = TreeFiles.open(copy);
  await files.catchUp();
  expect(files.size).toBe(23);
  files.close();
});
