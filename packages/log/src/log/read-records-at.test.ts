import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLog } from './open-log.ts';
import { readRecordsAt } from './read-records-at.ts';
import { type RecordLine, readLines } from './reader.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'indelible-records-at-'));
const all = new Map<number, string>();

beforeAll(async () => {
  // Lines of very different length, and several segments.
  const log = await openLog({ dataDir, segmentBytesMax: 1 << 20 });
  for (let commit = 0; commit < 40; commit++) {
    const events = Array.from({ length: 100 }, (_, n) => ({
      event_type: 'system' as const,
      subtype: 'metrics',
      details: { text: 'é'.repeat(n % 7 === 0 ? 9_000 : n) },
    }));
    await Promise.all(events.map((event) => log.append(event)));
  }
  await log.close();
  for await (const lines of readLines(dataDir)) for (const { seq, line } of lines) all.set(seq, line);
});

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function readAt(positions: readonly number[]): Promise<RecordLine[]> {
  const found: RecordLine[] = [];
  for await (const batch of readRecordsAt(dataDir, positions)) found.push(...batch);
  return found;
}

test('gives exactly the lines asked for, in order, wherever they lie', async () => {
  expect(all.size).toBeGreaterThan(4_000);
  const positions = fc.uniqueArray(fc.nat(all.size - 1), { maxLength: 60 }).map((list) => list.sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(positions, async (wanted) => {
      expect(await readAt(wanted)).toEqual(wanted.map((seq) => ({ seq, line: all.get(seq) })));
    }),
  );
});

test('neighbours, the first and the last are found', async () => {
  const wanted = [0, 1, 2, 500, 501, all.size - 1];
  expect((await readAt(wanted)).map(({ seq }) => seq)).toEqual(wanted);
});

test('positions that the log does not have are passed over', async () => {
  expect(await readAt([all.size, all.size + 5])).toEqual([]);
  expect((await readAt([3, all.size + 5])).map(({ seq }) => seq)).toEqual([3]);
});
