// Bytes from anywhere in the place of lines, heads and segments: no crash, no hang, a log that opens and is whole, or a
// refusal that changed nothing.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bodyOf,
  collectLines,
  createTestSigner,
  openTestSealer,
  temporaryFolder,
} from '../../../../test/log/log-folder.ts';
import { nodeDisk } from '../base/disk.ts';
import { AuditError } from '../base/errors.ts';
import { leafHash } from '../integrity/hash.ts';
import { formatHead, parseHead } from './head.ts';
import { formatGap, isSeal, parseGap, parseSeal, positionOf, recordPrefixOf } from './line.ts';
import { readLines, readLinesBackward } from './reader.ts';
import { Sealer } from './sealer.ts';
import { logDirOf, segmentName } from './segment.ts';

const anyLine = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.json(),
  fc.json().map((text) => `{"seq":1,${text}`),
  fc.json().map((text) => `{"gap":${text}}`),
);

test('any text is read as a line or not, and never throws', () => {
  fc.assert(
    fc.property(anyLine, (line) => {
      const seq = positionOf(line);
      if (seq !== undefined) expect(line.startsWith(recordPrefixOf(seq))).toBe(true);
      if (parseSeal(line) !== undefined) expect(isSeal(line)).toBe(true);
      const gap = parseGap(line);
      if (gap !== undefined) expect(formatGap(gap)).toBe(line);
    }),
    { numRuns: 2_000 },
  );
});

test('every gap comes back', () => {
  const hash = fc.string({ maxLength: 20 }).map((text) => leafHash(text));
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat(), fc.array(hash, { maxLength: 60 }), (first, count, nodes) => {
      const gap = { first, end: first + count + 1, nodes };
      fc.pre(Number.isSafeInteger(gap.end));
      expect(parseGap(formatGap(gap))).toEqual(gap);
    }),
  );
});

test('every head comes back, and no change of a byte of it does', () => {
  const head = fc.record({
    segment: fc.maxSafeNat().map(segmentName),
    offset: fc.maxSafeNat(),
    size: fc.maxSafeNat(),
    checkpoint: fc.string({ unit: 'binary', maxLength: 400 }),
  });
  fc.assert(
    fc.property(head, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, change) => {
      const bytes = formatHead(value);
      const written = parseHead(bytes);
      // A lone surrogate has no UTF-8 and would not come back; the log's own notes have none.
      fc.pre(Buffer.from(value.checkpoint).toString() === value.checkpoint);
      expect(written).toEqual(value);
      const place = at % bytes.length;
      bytes[place] = bytes[place]! ^ change;
      const read = parseHead(bytes);
      if (read !== undefined) expect(read).toEqual(value);
    }),
  );
});

test('any bytes are a head or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(parseHead(Buffer.from(bytes))).toBeUndefined();
    }),
  );
});

const signer = createTestSigner();

type Change = (bytes: Buffer) => Buffer;

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(
    ([at, by]): Change =>
      (bytes) => {
        const changed = Buffer.from(bytes);
        changed[at % bytes.length] = changed[at % bytes.length]! ^ by;
        return changed;
      },
  ),
  fc.nat().map(
    (at): Change =>
      (bytes) =>
        bytes.subarray(0, at % bytes.length),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 200 }).map(
    (more): Change =>
      (bytes) =>
        Buffer.concat([bytes, more]),
  ),
  fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 50 })).map(
    ([at, more]): Change =>
      (bytes) => {
        const place = at % bytes.length;
        return Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]);
      },
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([a, b]): Change =>
      (bytes) => {
        const lines = bytes.toString('latin1').split('\n');
        const [x, y] = [a % lines.length, b % lines.length];
        [lines[x], lines[y]] = [lines[y]!, lines[x]!];
        return Buffer.from(lines.join('\n'), 'latin1');
      },
  ),
);

test('a segment changed in any way makes a log that opens with all that it acknowledged, or is refused untouched', {
  timeout: 60_000,
}, async () => {
  const original = temporaryFolder();
  const sealer = openTestSealer(original, { signer });
  for (let i = 0; i < 4; i++) sealer.commit([bodyOf(2 * i), bodyOf(2 * i + 1)]);
  const acknowledged = readFileSync(join(logDirOf(original), segmentName(0)));
  // The newest seal's own clock is proved by the next seal only: until then nothing but its checkpoint counts.
  const proved = acknowledged.subarray(0, acknowledged.lastIndexOf('\n', acknowledged.length - 2) + 1);
  const head = readFileSync(join(original, 'head'));
  const outcomes = { opened: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(change, async (apply) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'indelible-fuzz-'));
      const path = join(logDirOf(dataDir), segmentName(0));
      const changed = apply(acknowledged);
      nodeDisk.makeDirectory(logDirOf(dataDir));
      writeFileSync(path, changed);
      writeFileSync(join(dataDir, 'head'), head);
      try {
        // Reading takes what there is, and says nothing of it.
        await collectLines(readLines(dataDir));
        await collectLines(readLinesBackward(dataDir));
        const options = { signer, disk: nodeDisk, dataDir, clock: fixedClock, segmentBytesMax: 1 << 20 };
        new Sealer({ ...options, ballastBytes: 0, evidence: [], creation: {}, firstRecords: [] }).close();
        expect(readFileSync(path).subarray(0, proved.length).equals(proved)).toBe(true);
        outcomes.opened += 1;
      } catch (error) {
        if (!(error instanceof AuditError)) throw error;
        expect(error.code).toBe('log_damaged');
        expect(readFileSync(path).equals(changed)).toBe(true);
        outcomes.refused += 1;
      } finally {
        rmSync(dataDir, { recursive: true });
      }
    }),
    { numRuns: 300 },
  );
  expect(outcomes.opened).toBeGreaterThan(10);
  expect(outcomes.refused).toBeGreaterThan(50);
});

const fixedClock = {
  timestamp: () => '2026-01-28T10:00:00.000000Z',
  wallMs: () => 1_769_594_400_000,
  monotonicMs: () => 1_000,
  bootId: 'fuzz',
};
