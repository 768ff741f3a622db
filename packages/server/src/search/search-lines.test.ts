import type { RecordLine } from '@indelible/log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { searchForward, searchNewest } from './search-lines.ts';

const timeOf = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString().replace('Z', '000Z');

function record(seq: number, user: string): RecordLine {
  return { seq, line: JSON.stringify({ seq, event_id: `e${seq}`, event_type: 'system', actor: { user_id: user } }) };
}

function seal(seq: number): RecordLine {
  const event_id = `evt_${'0'.repeat(36)}`;
  const head = { seq, event_id, timestamp: timeOf(seq), event_type: 'system', subtype: 'sealed', severity: 'info' };
  return { seq, line: JSON.stringify(head) };
}

// Three commits, sealed at the seconds 2, 5 and 7.
const log = [
  record(0, 'ana'),
  record(1, 'bob'),
  seal(2),
  record(3, 'ana'),
  record(4, 'ana'),
  seal(5),
  record(6, 'bob'),
  seal(7),
];

async function* inBatches(lines: readonly RecordLine[], size: number): AsyncGenerator<RecordLine[]> {
  for (let start = 0; start < lines.length; start += size) yield lines.slice(start, start + size);
}

async function* backwardInBatches(lines: readonly RecordLine[], size: number): AsyncGenerator<RecordLine[]> {
  for (let end = lines.length; end > 0; end -= size) yield lines.slice(Math.max(0, end - size), end);
}

async function forward(lines: RecordLine[], filter: Parameters<typeof searchForward>[1], size = 3): Promise<number[]> {
  const found: number[] = [];
  for await (const batch of searchForward(inBatches(lines, size), filter)) found.push(...batch.map((r) => r.seq));
  return found;
}

const everything = { matches: () => true };
const ofAna = { matches: (line: string) => line.includes('"ana"') };

test('seals are no answers', async () => {
  expect(await forward(log, everything)).toEqual([0, 1, 3, 4, 6]);
});

test('the newest are kept and given oldest first', async () => {
  expect(await searchNewest(backwardInBatches(log, 3), ofAna, 2)).toEqual({ lines: [log[3], log[4]], hasMore: true });
});

test('a limit that is not reached cuts nothing', async () => {
  const all = [log[0], log[3], log[4]];
  expect(await searchNewest(backwardInBatches(log, 3), ofAna, 10)).toEqual({ lines: all, hasMore: false });
  expect(await searchNewest(backwardInBatches(log, 3), ofAna, 3)).toEqual({ lines: all, hasMore: false });
});

test('the time of recording is that of the seal that closed the commit', async () => {
  const recorded = { from: timeOf(5), before: timeOf(7) };
  expect(await forward(log, { ...everything, recorded })).toEqual([3, 4]);
  const newest = await searchNewest(backwardInBatches(log, 2), { ...everything, recorded }, 10);
  expect(newest.lines).toEqual([log[3], log[4]]);
});

test('records that no seal closes have no time of recording', async () => {
  expect(await forward([...log, record(8, 'eve')], { ...everything, recorded: {} })).toEqual([0, 1, 3, 4, 6]);
});

test('both directions give the same answers, however the lines are batched', async () => {
  const kinds = fc.array(fc.constantFrom('ana', 'bob', 'seal'), { maxLength: 30 });
  const sizes = fc.integer({ min: 1, max: 7 });
  await fc.assert(
    fc.asyncProperty(kinds, sizes, fc.boolean(), fc.nat(30), async (chosen, size, byRecorded, second) => {
      const lines = chosen.map((kind, seq) => (kind === 'seal' ? seal(seq) : record(seq, kind)));
      const filter = byRecorded ? { ...ofAna, recorded: { from: timeOf(second) } } : ofAna;
      const backward = await searchNewest(backwardInBatches(lines, size), filter, 1000);
      expect(backward.lines.map((r) => r.seq)).toEqual(await forward(lines, filter, size));
    }),
  );
});
