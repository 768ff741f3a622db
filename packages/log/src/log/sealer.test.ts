// The code that writes: what a log begins with, what each commit ends with, where segments end, what a clock that was
// set leaves behind, and that nothing is written after a failure.

import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  bodyOf,
  bytesOfLog,
  createTestSigner,
  lastSegmentOf,
  linesOfLog,
  openTestSealer,
  recordsOfLog,
  TestClock,
  temporaryFolder,
  testOrigin,
} from '../../../../test/log/log-folder.ts';
import { type AppendFile, nodeDisk } from '../base/disk.ts';
import { openCheckpoint } from '../integrity/checkpoint.ts';
import { Frontier } from '../integrity/frontier.ts';
import { leafHash } from '../integrity/hash.ts';
import { readHead } from './head.ts';
import { isSeal, parseGap, parseSeal } from './line.ts';
import { listSegments, logDirOf } from './segment.ts';

const signer = createTestSigner();

test('a log begins with a record of its format, its name and its key', async () => {
  const dataDir = temporaryFolder();
  openTestSealer(dataDir, { signer });
  const [first, ...others] = await recordsOfLog(dataDir);
  expect(first).toMatchObject({ seq: 0, event_type: 'system', subtype: 'log_created', severity: 'info' });
  expect(first?.details).toEqual({ format: 1, origin: testOrigin, vkey: signer.vkey });
  expect(others).toEqual([]);
});

test('a commit is its lines and one seal over all lines before it, signed by the log’s key', () => {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer });
  for (const count of [1, 3, 2]) sealer.commit(Array.from({ length: count }, (_, i) => bodyOf(i)));
  const frontier = Frontier.empty();
  const seals: number[] = [];
  for (const line of readFileSync(lastSegmentOf(dataDir), 'utf8').slice(0, -1).split('\n')) {
    if (isSeal(line)) {
      const { details, seq } = parseSeal(line)!;
      expect(openCheckpoint(details.checkpoint, [signer.verifier])).toMatchObject({
        origin: testOrigin,
        size: seq,
        root: frontier.root(),
      });
      expect(details).toMatchObject({ monotonic_ms: 1000, boot_id: 'test-boot' });
      seals.push(seq);
    }
    frontier.appendLeaf(leafHash(line));
  }
  expect(seals).toEqual([1, 3, 7, 10]);
});

test('a commit tells the position and the leaf hash of each of its records', async () => {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer });
  const commit = sealer.commit([bodyOf(1), bodyOf(2), bodyOf(3)]);
  const lines = (await linesOfLog(dataDir)).slice(commit.first, commit.first + 3).map(({ line }) => line);
  expect(lines).toEqual([1, 2, 3].map((n, i) => `{"seq":${commit.first + i},${bodyOf(n).toString().slice(1)}`));
  expect(commit.leafHashes.toString('latin1')).toBe(lines.map((line) => leafHash(line)).join(''));
  expect(commit).toMatchObject({ size: sealer.size, checkpoint: sealer.checkpoint });
});

test('the head names the end of the last commit', () => {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer });
  for (let i = 0; i < 3; i++) {
    const { size, checkpoint } = sealer.commit([bodyOf(i)]);
    const path = lastSegmentOf(dataDir);
    expect(readHead(dataDir)).toEqual({
      segment: path.slice(-27),
      offset: statSync(path).size,
      size,
      checkpoint,
    });
  }
});

test('a commit of no events is a seal alone', async () => {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer });
  const before = sealer.size;
  expect(sealer.commit([])).toMatchObject({ first: before, size: before + 1 });
  expect((await linesOfLog(dataDir)).at(-1)?.line).toSatisfy(isSeal);
});

test('files and folders are for their owner only', () => {
  const dataDir = join(temporaryFolder(), 'data');
  openTestSealer(dataDir, { signer, ballastBytes: 4096 });
  for (const path of [lastSegmentOf(dataDir), join(dataDir, 'head'), join(dataDir, 'ballast')]) {
    expect(statSync(path).mode & 0o777, path).toBe(0o600);
  }
  for (const path of [dataDir, logDirOf(dataDir)]) expect(statSync(path).mode & 0o777, path).toBe(0o700);
});

test('a segment ends at the first seal past its size, and the next begins with the gap for all before it', () => {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer, segmentBytesMax: 3_000 });
  for (let i = 0; i < 20; i++) sealer.commit([bodyOf(i, 300)]);
  const segments = listSegments(logDirOf(dataDir));
  expect(segments.length).toBeGreaterThan(3);
  const frontier = Frontier.empty();
  for (const { path, first } of segments) {
    const lines = readFileSync(path, 'utf8').slice(0, -1).split('\n');
    expect(first).toBe(frontier.size);
    if (first > 0) expect(parseGap(lines.shift()!)).toEqual({ first: 0, end: first, nodes: [...frontier.nodes] });
    for (const line of lines) frontier.appendLeaf(leafHash(line));
    expect(isSeal(lines.at(-1)!)).toBe(true);
  }
  const sizes = segments.map(({ path }) => statSync(path).size);
  for (const size of sizes.slice(0, -1)) {
    expect(size).toBeGreaterThanOrEqual(3_000);
    expect(size).toBeLessThan(3_000 + 2_000);
  }
});

test('each segment verifies alone from its gap', () => {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer, segmentBytesMax: 2_000 });
  for (let i = 0; i < 12; i++) sealer.commit([bodyOf(i, 300)]);
  const segments = listSegments(logDirOf(dataDir)).slice(1);
  expect(segments.length).toBeGreaterThan(2);
  for (const { path } of segments) {
    const [gapLine = '', ...lines] = readFileSync(path, 'utf8').slice(0, -1).split('\n');
    const gap = parseGap(gapLine)!;
    const frontier = Frontier.from(gap.nodes, gap.end)!;
    let seals = 0;
    for (const line of lines) {
      if (isSeal(line)) {
        const { size, root } = openCheckpoint(parseSeal(line)!.details.checkpoint, [signer.verifier]);
        expect({ size, root }).toEqual({ size: frontier.size, root: frontier.root() });
        seals += 1;
      }
      frontier.appendLeaf(leafHash(line));
    }
    expect(seals).toBeGreaterThan(0);
  }
});

test('a log opened again goes on where it ended', async () => {
  const dataDir = temporaryFolder();
  const first = openTestSealer(dataDir, { signer });
  first.commit([bodyOf(1)]);
  first.close();
  const before = bytesOfLog(dataDir);
  const again = openTestSealer(dataDir, { signer });
  expect(bytesOfLog(dataDir)).toEqual(before);
  expect(again).toMatchObject({ size: first.size, checkpoint: first.checkpoint });
  again.commit([bodyOf(2)]);
  expect((await linesOfLog(dataDir)).map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('records to begin with come first, also in a log that was there', async () => {
  const dataDir = temporaryFolder();
  const why = { subtype: 'disk_full', severity: 'critical', details: { reason: 'x' } } as const;
  openTestSealer(dataDir, { signer }).close();
  openTestSealer(dataDir, { signer, firstRecords: [why] });
  expect((await recordsOfLog(dataDir)).map(({ subtype }) => subtype)).toEqual(['log_created', 'disk_full']);
});

test('a clock that was set between two commits is recorded in the later one, by how much', async () => {
  const dataDir = temporaryFolder();
  const clock = new TestClock();
  const sealer = openTestSealer(dataDir, { signer, clock });
  clock.nowMs += 60_000;
  sealer.commit([bodyOf(1)]);
  clock.nowMs -= 3_600_000;
  clock.offsetMs -= 3_600_000;
  const stepped = sealer.commit([bodyOf(2)]);
  sealer.commit([bodyOf(3)]);
  const records = await recordsOfLog(dataDir);
  const steps = records.filter(({ subtype }) => subtype === 'clock_stepped');
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ severity: 'warning', details: { step_ms: -3_600_000 }, seq: stepped.first + 1 });
  expect(stepped.leafHashes).toHaveLength(32);
});

test.each([1_999, -1_999])('a drift of %i ms is not a step', async (driftMs) => {
  const dataDir = temporaryFolder();
  const clock = new TestClock();
  const sealer = openTestSealer(dataDir, { signer, clock });
  clock.offsetMs += driftMs;
  clock.nowMs += driftMs;
  sealer.commit([bodyOf(1)]);
  expect((await recordsOfLog(dataDir)).map(({ subtype }) => subtype)).not.toContain('clock_stepped');
});

test('a clock that was set while the log was closed is recorded, unless the machine was started anew', async () => {
  for (const bootId of ['test-boot', 'another-boot']) {
    const dataDir = temporaryFolder();
    const clock = new TestClock();
    openTestSealer(dataDir, { signer, clock }).close();
    const set = Object.assign(new TestClock(), {
      nowMs: clock.nowMs + 9_000,
      offsetMs: clock.offsetMs + 9_000,
      bootId,
    });
    openTestSealer(dataDir, { signer, clock: set }).commit([bodyOf(1)]);
    const steps = (await recordsOfLog(dataDir)).filter(({ subtype }) => subtype === 'clock_stepped');
    expect(steps.map(({ details }) => details)).toEqual(bootId === 'test-boot' ? [{ step_ms: 9_000 }] : []);
  }
});

test('a rotation is a record that names both keys and a seal that both sign', async () => {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer });
  const next = createTestSigner();
  const { checkpoint } = sealer.rotate(next);
  expect(openCheckpoint(checkpoint, [signer.verifier]).size).toBe(openCheckpoint(checkpoint, [next.verifier]).size);
  const record = (await recordsOfLog(dataDir)).at(-1);
  expect(record).toMatchObject({ subtype: 'key_rotated', severity: 'critical' });
  expect(record?.details).toEqual({ old_vkey: signer.vkey, new_vkey: next.vkey });
  const later = sealer.commit([bodyOf(1)]).checkpoint;
  expect(openCheckpoint(later, [next.verifier]).size).toBe(sealer.size - 1);
  expect(() => openCheckpoint(later, [signer.verifier])).toThrow();
  expect(sealer.signer.vkey).toBe(next.vkey);
});

test('a file changed by somebody else stops the log before anything is written', () => {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer });
  appendFileSync(lastSegmentOf(dataDir), 'x');
  const before = bytesOfLog(dataDir);
  expect(() => sealer.commit([bodyOf(1)])).toThrow(expect.objectContaining({ code: 'log_file_changed' }));
  expect(() => sealer.commit([bodyOf(1)])).toThrow(expect.objectContaining({ code: 'log_stopped' }));
  expect(bytesOfLog(dataDir)).toEqual(before);
});

/** The machine's disk, but with files whose write or sync fails when told to. */
function failingDisk(): { disk: typeof nodeDisk; fail: { write?: string; sync?: string } } {
  const fail: { write?: string; sync?: string } = {};
  const error = (code: string) => Object.assign(new Error(`${code}: simulated`), { code });
  const openAppend = (path: string, create: boolean): AppendFile => {
    const file = nodeDisk.openAppend(path, create);
    return {
      path,
      get size() {
        return file.size;
      },
      write: (bytes) => {
        if (fail.write === undefined) return file.write(bytes);
        file.write(bytes.subarray(0, bytes.length / 2));
        throw error(fail.write);
      },
      sync: () => {
        if (fail.sync !== undefined) throw error(fail.sync);
        file.sync();
      },
      truncate: (size) => file.truncate(size),
      replaced: () => file.replaced(),
      close: () => file.close(),
    };
  };
  return { disk: { ...nodeDisk, openAppend }, fail };
}

test.each(['write', 'sync'] as const)('after a %s that failed nothing is written and the head stays', async (what) => {
  const dataDir = temporaryFolder();
  const { disk, fail } = failingDisk();
  const sealer = openTestSealer(dataDir, { signer, disk });
  sealer.commit([bodyOf(1)]);
  const head = readHead(dataDir);
  fail[what] = 'EIO';
  expect(() => sealer.commit([bodyOf(2)])).toThrow(
    expect.objectContaining({ code: 'write_failed', message: expect.stringContaining('EIO') }),
  );
  const before = bytesOfLog(dataDir);
  delete fail[what];
  expect(() => sealer.commit([bodyOf(3)])).toThrow(expect.objectContaining({ code: 'log_stopped' }));
  expect(bytesOfLog(dataDir)).toEqual(before);
  expect(readHead(dataDir)).toEqual(head);
  expect((await linesOfLog(dataDir)).length).toBe(head?.size);
});

test('a full disk frees the ballast, another failure does not', () => {
  for (const [code, isKept] of [
    ['ENOSPC', false],
    ['EDQUOT', false],
    ['EIO', true],
  ] as const) {
    const dataDir = temporaryFolder();
    const { disk, fail } = failingDisk();
    const sealer = openTestSealer(dataDir, { signer, disk, ballastBytes: 4096 });
    expect(existsSync(join(dataDir, 'ballast'))).toBe(true);
    fail.write = code;
    expect(() => sealer.commit([bodyOf(1)])).toThrow(code);
    expect(existsSync(join(dataDir, 'ballast')), code).toBe(isKept);
  }
});

test('a closed sealer writes nothing', () => {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer });
  sealer.close();
  const before = bytesOfLog(dataDir);
  expect(() => sealer.commit([bodyOf(1)])).toThrow(expect.objectContaining({ code: 'log_stopped' }));
  expect(bytesOfLog(dataDir)).toEqual(before);
});

test('a line that is too long is refused before anything is written', () => {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer });
  const before = bytesOfLog(dataDir);
  expect(() => sealer.commit([bodyOf(1, 65_536)])).toThrow(RangeError);
  expect(bytesOfLog(dataDir)).toEqual(before);
});
