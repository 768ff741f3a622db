// Opening a log that was left in disorder: what is moved to quarantine, and what is refused with its reason.

import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
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
  temporaryFolder,
} from '../../../../test/log/log-folder.ts';
import { nodeDisk } from '../base/disk.ts';
import { openCursor } from './cursor.ts';
import { headPath, readHead } from './head.ts';
import { isSeal } from './line.ts';
import { listSegments, logDirOf, segmentName } from './segment.ts';

const signer = createTestSigner();

/** A closed log of a few commits, in one segment unless its size is given. */
function makeLog({ commits = 5, segmentBytesMax = 64 << 20, key = signer } = {}): string {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer: key, segmentBytesMax });
  for (let i = 0; i < commits; i++) sealer.commit([bodyOf(i, 300), bodyOf(i, 10)]);
  sealer.close();
  return dataDir;
}

/** Where each seal's line ends in a file. */
function sealEnds(path: string): number[] {
  const ends: number[] = [];
  let offset = 0;
  for (const line of readFileSync(path, 'utf8').slice(0, -1).split('\n')) {
    offset += Buffer.byteLength(line) + 1;
    if (isSeal(line)) ends.push(offset);
  }
  return ends;
}

function quarantineOf(dataDir: string): Record<string, string> {
  const folder = join(dataDir, 'quarantine');
  return Object.fromEntries(nodeDisk.list(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function refusal(dataDir: string): string {
  const before = { ...bytesOfLog(dataDir), ...quarantineOf(dataDir) };
  let message = 'opened';
  try {
    openTestSealer(dataDir, { signer });
  } catch (error) {
    expect(error).toMatchObject({ code: 'log_damaged' });
    message = String(error);
  }
  // A log that is refused is left as it was found.
  if (message !== 'opened') expect({ ...bytesOfLog(dataDir), ...quarantineOf(dataDir) }).toEqual(before);
  return message;
}

test('lines appended while the log was closed are never sealed: they go to quarantine byte for byte', async () => {
  const dataDir = makeLog();
  const path = lastSegmentOf(dataDir);
  const [before, size] = [readFileSync(path, 'utf8'), readHead(dataDir)!.size];
  const forged = `{"seq":${size},"event_type":"data_access","forged":"é"}\n{"seq":${size + 1},"x":1}\nhalf a line`;
  appendFileSync(path, forged);
  const sealer = openTestSealer(dataDir, { signer });
  const name = `${segmentName(0)}.${Buffer.byteLength(before)}`;
  expect(quarantineOf(dataDir)).toEqual({ [name]: forged });
  expect(statSync(join(dataDir, 'quarantine', name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8').startsWith(before)).toBe(true);
  expect(readFileSync(path, 'utf8')).not.toContain('forged');
  const record = (await recordsOfLog(dataDir)).at(-1);
  expect(record).toMatchObject({ seq: size, subtype: 'log_recovered', severity: 'warning' });
  expect(record?.details).toMatchObject({
    bytes: Buffer.byteLength(forged),
    lines: 2,
    quarantined: [{ file: name, segment: segmentName(0), offset: Buffer.byteLength(before) }],
  });
  expect(sealer.size).toBe(size + 2);
});

test('the record of a quarantine carries the digest of what was moved', async () => {
  const dataDir = makeLog();
  appendFileSync(lastSegmentOf(dataDir), 'stranger\n');
  openTestSealer(dataDir, { signer });
  const quarantined = (await recordsOfLog(dataDir)).at(-1)?.details?.quarantined;
  expect(quarantined).toMatchObject([{ sha256: createHash('sha256').update('stranger\n').digest('hex') }]);
});

test('two strangers at the same place are both kept', () => {
  const dataDir = makeLog();
  const size = statSync(lastSegmentOf(dataDir)).size;
  appendFileSync(lastSegmentOf(dataDir), 'one\n');
  openTestSealer(dataDir, { signer }).close();
  truncateSync(lastSegmentOf(dataDir), size);
  rmSync(headPath(dataDir));
  appendFileSync(lastSegmentOf(dataDir), 'two\n');
  openTestSealer(dataDir, { signer }).close();
  expect(Object.values(quarantineOf(dataDir))).toEqual(['one\n', 'two\n']);
});

test('what is in quarantine stays there when the record of it fails and leaves other bytes at the same place', () => {
  const dataDir = makeLog();
  appendFileSync(lastSegmentOf(dataDir), 'stranger\n');
  const openAppend = (path: string, create: boolean) => {
    const file = nodeDisk.openAppend(path, create);
    if (!path.endsWith('.ndjson')) return file;
    return {
      path,
      get size() {
        return file.size;
      },
      write: () => {
        appendFileSync(path, 'half a rec');
        throw new Error('EIO');
      },
      truncate: (size: number) => file.truncate(size),
      sync: () => file.sync(),
      close: () => file.close(),
      replaced: () => undefined,
    };
  };
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(() => openTestSealer(dataDir, { signer, disk: { ...nodeDisk, openAppend } })).toThrow('EIO');
  }
  openTestSealer(dataDir, { signer });
  expect(Object.values(quarantineOf(dataDir))).toContain('stranger\n');
  expect(Object.values(quarantineOf(dataDir))).toContain('half a rec');
});

test('an unfinished copy of a quarantine is made again', () => {
  const dataDir = makeLog();
  const place = `${segmentName(0)}.${statSync(lastSegmentOf(dataDir)).size}`;
  appendFileSync(lastSegmentOf(dataDir), 'stranger\n');
  mkdirSync(join(dataDir, 'quarantine'));
  writeFileSync(join(dataDir, 'quarantine', `${place}.unrecorded`), 'stra');
  openTestSealer(dataDir, { signer });
  expect(quarantineOf(dataDir)).toEqual({ [place]: 'stranger\n' });
});

test('a log that was closed well has nothing to recover', async () => {
  const dataDir = makeLog();
  openTestSealer(dataDir, { signer });
  expect(quarantineOf(dataDir)).toEqual({});
  expect((await recordsOfLog(dataDir)).map(({ subtype }) => subtype)).not.toContain('log_recovered');
});

test('a last commit that was torn before its head is undone', async () => {
  const dataDir = makeLog();
  const path = lastSegmentOf(dataDir);
  const head = readFileSync(headPath(dataDir));
  const size = readHead(dataDir)!.size;
  const sealer = openTestSealer(dataDir, { signer });
  const before = statSync(path).size;
  sealer.commit([bodyOf(99)]);
  sealer.close();
  for (const end of [statSync(path).size - 1, before + 40, before + 1]) {
    const torn = readFileSync(path).subarray(0, end);
    const copy = makeCopy(dataDir);
    writeFileSync(lastSegmentOf(copy), torn);
    writeFileSync(headPath(copy), head);
    openTestSealer(copy, { signer });
    const lines = await linesOfLog(copy);
    expect(lines.slice(0, size).map(({ line }) => line)).toEqual(
      (await linesOfLog(dataDir)).slice(0, size).map(({ line }) => line),
    );
    expect(JSON.parse(lines[size]!.line).subtype).toBe('log_recovered');
  }
});

test('a last commit that is whole although the head does not know it is kept', async () => {
  const dataDir = makeLog();
  const head = readFileSync(headPath(dataDir));
  const sealer = openTestSealer(dataDir, { signer });
  sealer.commit([bodyOf(99)]);
  sealer.close();
  writeFileSync(headPath(dataDir), head);
  const again = openTestSealer(dataDir, { signer });
  expect(again.size).toBe(sealer.size);
  expect(readHead(dataDir)?.size).toBe(sealer.size);
  expect((await recordsOfLog(dataDir)).at(-1)?.details).toMatchObject({ n: 99 });
});

function makeCopy(dataDir: string): string {
  const copy = temporaryFolder();
  mkdirSync(join(copy, 'log'));
  for (const { name, path } of listSegments(logDirOf(dataDir))) copyFileSync(path, join(copy, 'log', name));
  return copy;
}

test('a torn head is made again from the log', () => {
  const dataDir = makeLog();
  const head = readHead(dataDir);
  writeFileSync(headPath(dataDir), 'torn');
  openTestSealer(dataDir, { signer });
  expect(readHead(dataDir)).toEqual(head);
});

test('a log cut at a seal is refused while its head is there', () => {
  const dataDir = makeLog();
  const path = lastSegmentOf(dataDir);
  truncateSync(path, sealEnds(path).at(-2));
  expect(refusal(dataDir)).toMatch(/the last valid seal ends position \d+, but the head file is at \d+/);
});

test('a log cut at a seal is refused because a cursor has seen more', () => {
  const dataDir = makeLog();
  const path = lastSegmentOf(dataDir);
  const { size } = readHead(dataDir)!;
  openCursor(dataDir, 'index').move(size);
  rmSync(headPath(dataDir));
  truncateSync(path, sealEnds(path).at(-2));
  const evidence = [{ what: 'the cursor index', size }];
  expect(() => openTestSealer(dataDir, { signer, evidence })).toThrow(/the cursor index is at/);
});

test('a log whose segments are all gone is refused while its head is there', () => {
  const dataDir = makeLog();
  rmSync(lastSegmentOf(dataDir));
  expect(refusal(dataDir)).toMatch(/no valid seal was found, but the head file is at/);
});

test('a log whose last segment is gone is refused while its head is there', () => {
  const dataDir = makeLog({ segmentBytesMax: 1_500 });
  expect(listSegments(logDirOf(dataDir)).length).toBeGreaterThan(2);
  rmSync(lastSegmentOf(dataDir));
  expect(refusal(dataDir)).toMatch(/the head file is at/);
});

test('a damaged segment before the last is found when the last one is not whole', () => {
  const dataDir = makeLog({ segmentBytesMax: 1_500, commits: 12 });
  const [, , ...later] = listSegments(logDirOf(dataDir));
  rmSync(headPath(dataDir));
  const last = later.at(-1)!;
  // Without its gap the last segment proves nothing, and the one before it is gone.
  writeFileSync(last.path, readFileSync(last.path, 'utf8').replace('{"gap"', '{"gab"'));
  for (const { path } of later.slice(0, -1)) rmSync(path);
  expect(refusal(dataDir)).toContain(`segment ${last.name} starts at ${last.first}`);
});

test('a byte changed in the last segment is refused while its head is there', () => {
  const dataDir = makeLog();
  const path = lastSegmentOf(dataDir);
  const bytes = readFileSync(path);
  for (const at of [20, Math.floor(bytes.length / 3), sealEnds(path).at(-1)! - 40]) {
    const changed = Buffer.from(bytes);
    changed[at] = changed[at] === 0x41 ? 0x42 : 0x41;
    writeFileSync(path, changed);
    expect(refusal(dataDir), `byte ${at}`).toContain('the log is damaged');
  }
});

test('without a head, two signed seals beyond the end show that something before them was changed', () => {
  const dataDir = makeLog();
  const path = lastSegmentOf(dataDir);
  rmSync(headPath(dataDir));
  const text = readFileSync(path, 'utf8');
  const [, secondSeal = 0] = sealEnds(path);
  writeFileSync(path, `${text.slice(0, secondSeal)}${text.slice(secondSeal).replace('xxxx', 'xxyx')}`);
  expect(refusal(dataDir)).toMatch(/seals that this log signed lie beyond it/);
});

test('a log under another key is refused and left as it is', () => {
  const dataDir = makeLog({ key: createTestSigner() });
  expect(refusal(dataDir)).toContain('no valid seal was found');
});

test('a foreign file among the segments that proves nothing is moved to quarantine whole', async () => {
  const dataDir = makeLog();
  const { size } = readHead(dataDir)!;
  const forged = `{"gap":{"first":0,"end":${size},"nodes":[]}}\n{"seq":${size},"forged":1}\n`;
  writeFileSync(join(logDirOf(dataDir), segmentName(size)), forged);
  openTestSealer(dataDir, { signer });
  expect(Object.keys(bytesOfLog(dataDir))).toEqual([segmentName(0)]);
  expect(quarantineOf(dataDir)).toEqual({ [`${segmentName(size)}.0`]: forged });
  expect((await recordsOfLog(dataDir)).at(-1)?.subtype).toBe('log_recovered');
});

test('an empty segment that a crash left is removed and the log goes on', async () => {
  const dataDir = makeLog();
  const { size } = readHead(dataDir)!;
  writeFileSync(join(logDirOf(dataDir), segmentName(size)), '');
  const sealer = openTestSealer(dataDir, { signer, segmentBytesMax: 100 });
  sealer.commit([bodyOf(1)]);
  expect(Object.keys(bytesOfLog(dataDir))).toEqual([segmentName(0), segmentName(size)]);
  expect((await linesOfLog(dataDir)).map(({ seq }) => seq)).toEqual(Array.from({ length: size + 2 }, (_, i) => i));
});

test('a log of several segments is opened by its last one alone', () => {
  const dataDir = makeLog({ segmentBytesMax: 1_500 });
  const read = new Set<string>();
  const readRange = (path: string, start: number, end: number) => {
    read.add(path);
    return nodeDisk.readRange(path, start, end);
  };
  openTestSealer(dataDir, { signer, disk: { ...nodeDisk, readRange } });
  expect([...read]).toEqual([lastSegmentOf(dataDir)]);
  expect(readdirSync(logDirOf(dataDir)).length).toBeGreaterThan(2);
});

test('a log of which a purge or an archive took the first segments opens', () => {
  const dataDir = makeLog({ segmentBytesMax: 1_500 });
  rmSync(listSegments(logDirOf(dataDir))[0]!.path);
  const { size } = readHead(dataDir)!;
  expect(openTestSealer(dataDir, { signer }).size).toBe(size);
});
