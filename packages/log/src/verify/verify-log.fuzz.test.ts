// Files of a log with anything in them: verification never crashes, never hangs, and never says yes to a sealed byte
// that is another than it was.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type MadeLog, makeLog } from '../../../../test/drill/make-log.ts';
import { AuditError } from '../base/errors.ts';
import { verifyLog } from './verify-log.ts';

vi.setConfig({ testTimeout: 120_000 });

let log: MadeLog;
let copy: string;
let bytesOf: Map<string, Buffer>;

beforeAll(() => {
  log = makeLog({ commits: 8, recordsPerCommit: 3, segmentBytesMax: 4000, rotateBefore: 4 });
  copy = mkdtempSync(join(tmpdir(), 'indelible-fuzz-'));
  cpSync(log.dataDir, copy, { recursive: true });
  const folder = join(log.dataDir, 'log');
  bytesOf = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
});

afterAll(() => {
  log.remove();
  rmSync(copy, { recursive: true, force: true });
});

const verifyCopy = () =>
  verifyLog({ dataDir: copy, trustedKey: log.signer.vkey, knownHeads: [log.checkpoints.at(-1)!], settleMs: 0 });

function writeSegments(change: (name: string, bytes: Buffer) => Buffer): void {
  for (const [name, bytes] of bytesOf) writeFileSync(join(copy, 'log', name), change(name, bytes));
}

/** Where the newest seal's line begins: what it says besides its checkpoint is proved by the next seal only. */
function startOfLastSeal(bytes: Buffer): number {
  return bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
}

const byteOf = (bytes: Buffer) => fc.nat({ max: bytes.length - 1 });

test('a log is found sound before anything is changed', async () => {
  writeSegments((_, bytes) => bytes);
  expect(await verifyCopy()).toMatchObject({ ok: true, findings: [] });
});

test('a byte changed before the newest seal is always found', async () => {
  const names = [...bytesOf.keys()];
  const last = names.at(-1);
  const place = fc.constantFrom(...names).chain((name) => {
    const bytes = bytesOf.get(name)!;
    const max = name === last ? startOfLastSeal(bytes) - 1 : bytes.length - 1;
    return fc.record({ name: fc.constant(name), at: fc.nat({ max }), byte: fc.nat({ max: 255 }) });
  });
  await fc.assert(
    fc.asyncProperty(place, async ({ name, at, byte }) => {
      fc.pre(bytesOf.get(name)![at] !== byte);
      writeSegments((each, bytes) => {
        const changed = Buffer.from(bytes);
        if (each === name) changed[at] = byte;
        return changed;
      });
      const report = await verifyCopy();
      expect(report.ok).toBe(false);
      expect(report.findings_total).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

test('a byte changed in the newest checkpoint is found', async () => {
  const name = [...bytesOf.keys()].at(-1)!;
  const whole = bytesOf.get(name)!;
  const first = whole.indexOf('"checkpoint":"', startOfLastSeal(whole));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: first, max: whole.length - 1 }), fc.nat({ max: 255 }), async (at, byte) => {
      fc.pre(whole[at] !== byte);
      const changed = Buffer.from(whole);
      changed[at] = byte;
      writeSegments((each, bytes) => (each === name ? changed : bytes));
      expect((await verifyCopy()).ok).toBe(false);
    }),
    { numRuns: 150 },
  );
});

test('bytes removed, repeated and put in are found', async () => {
  const edit = fc.constantFrom(0, 1).chain((index) => {
    const [name, bytes] = [...bytesOf][index]!;
    const more = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constant(Buffer.from('\n')),
      fc.constant(bytes.subarray(0, 600)),
    );
    return fc.record({ name: fc.constant(name), from: byteOf(bytes), length: fc.nat({ max: 2000 }), more });
  });
  await fc.assert(
    fc.asyncProperty(edit, async ({ name, from, length, more }) => {
      const original = bytesOf.get(name)!;
      const changed = Buffer.concat([original.subarray(0, from), more, original.subarray(from + length)]);
      const isLast = name === [...bytesOf.keys()].at(-1);
      // What only touches the newest seal is another test's.
      fc.pre(!changed.equals(original) && !(isLast && from >= startOfLastSeal(original)));
      writeSegments((each, bytes) => (each === name ? changed : bytes));
      expect((await verifyCopy()).ok).toBe(false);
    }),
    { numRuns: 200 },
  );
});

test('files with any bytes are read to their end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'indelible-any-'));
  mkdirSync(join(folder, 'log'));
  const line = fc.oneof(
    fc.string(),
    fc.nat().map((seq) => `{"seq":${seq},"event_type":"system"}`),
    fc
      .record({ first: fc.nat(), end: fc.nat(), nodes: fc.array(fc.base64String()) })
      .map((gap) => JSON.stringify({ gap })),
    fc
      .tuple(fc.nat({ max: 20 }), fc.string())
      .map(
        ([seq, checkpoint]) =>
          `{"seq":${seq},"event_id":"evt_018d4b7e-9a3c-7000-8000-000000000000","timestamp":"2026-01-28T10:00:00.000000Z",` +
          `"event_type":"system","subtype":"sealed","severity":"info","details":${JSON.stringify({ monotonic_ms: 1, boot_id: 'b', checkpoint })}}`,
      ),
    fc.constant('{"seq":9007199254740991,"event_type":"system"}'),
    fc.constant('x'.repeat(200_000)),
  );
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 4000 }).map((bytes) => Buffer.from(bytes)),
    fc.array(line, { maxLength: 30 }).map((lines) => Buffer.from(lines.join('\n'))),
  );
  try {
    await fc.assert(
      fc.asyncProperty(content, fc.constantFrom('00000000000000000000.ndjson', 'copy.ndjson'), async (bytes, name) => {
        const file = join(folder, 'log', name);
        writeFileSync(file, bytes);
        try {
          const report = await verifyLog({ logFile: file });
          expect(report.signed).toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(AuditError);
        }
      }),
      { numRuns: 300 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
