// Reading: from where, to where, in which order, never past the head, and along with a log that grows.

import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  bodyOf,
  collectLines,
  createTestSigner,
  lastSegmentOf,
  linesOfLog,
  openTestLog,
  openTestSealer,
  temporaryFolder,
} from '../../../../test/log/log-folder.ts';
import { formatHead, headPath, readHead } from './head.ts';
import { followLines, type RecordLine, readLines, readLinesBackward } from './reader.ts';
import { receiptFor } from './receipt.ts';
import { listSegments, logDirOf } from './segment.ts';

const signer = createTestSigner();

function makeLog({ commits = 12, padding = 300, segmentBytesMax = 2_500 } = {}): string {
  const dataDir = temporaryFolder();
  const sealer = openTestSealer(dataDir, { signer, segmentBytesMax });
  for (let i = 0; i < commits; i++) sealer.commit([bodyOf(2 * i, padding), bodyOf(2 * i + 1, padding)]);
  sealer.close();
  return dataDir;
}

/** Every line of every file that is no gap, by nothing but splitting. */
function linesOfFiles(dataDir: string): RecordLine[] {
  return listSegments(logDirOf(dataDir))
    .flatMap(({ path }) => readFileSync(path, 'utf8').slice(0, -1).split('\n'))
    .filter((line) => !line.startsWith('{"gap"'))
    .map((line, seq) => ({ seq, line }));
}

test('all lines of all segments come once and in order, seals among them and gaps not', async () => {
  const dataDir = makeLog();
  expect(listSegments(logDirOf(dataDir)).length).toBeGreaterThan(3);
  expect(await linesOfLog(dataDir)).toEqual(linesOfFiles(dataDir));
});

test.each([
  [0, 1],
  [5, 6],
  [0, 100_000],
  [7, 19],
  [10, 10],
  [37, 38],
  [38, 50],
  [1_000, 2_000],
])('from %i to %i come the lines with these positions and no others', async (from, to) => {
  const dataDir = makeLog();
  expect(await collectLines(readLines(dataDir, { from, to }))).toEqual(linesOfFiles(dataDir).slice(from, to));
});

test('any position in a segment of many megabytes is found', async () => {
  const dataDir = makeLog({ commits: 400, padding: 5_000, segmentBytesMax: 1 << 30 });
  expect(statSync(lastSegmentOf(dataDir)).size).toBeGreaterThan(3 << 20);
  const lines = linesOfFiles(dataDir);
  for (const from of [0, 1, 17, 300, 600, 601, 602, 900, 1_150, lines.length - 1, lines.length]) {
    const found = await collectLines(readLines(dataDir, { from, to: from + 1 }));
    expect(found, `position ${from}`).toEqual(lines.slice(from, from + 1));
  }
});

/** Bytes that this process has read from files so far. */
function bytesRead(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

test.skipIf(!existsSync('/proc/self/io'))('the end of a long segment is found without reading all of it', async () => {
  const dataDir = makeLog({ commits: 800, padding: 5_000, segmentBytesMax: 1 << 30 });
  const { size } = readHead(dataDir)!;
  const before = bytesRead();
  expect(await collectLines(readLines(dataDir, { from: size - 1 }))).toHaveLength(1);
  expect(statSync(lastSegmentOf(dataDir)).size).toBeGreaterThan(8_000_000);
  expect(bytesRead() - before).toBeLessThan(4_000_000);
});

test('lines in the middle of which a file was damaged do not keep the others from being found', async () => {
  const dataDir = makeLog({ commits: 400, padding: 5_000, segmentBytesMax: 1 << 30 });
  const lines = linesOfFiles(dataDir);
  const path = lastSegmentOf(dataDir);
  const bytes = readFileSync(path);
  bytes.fill('x', bytes.length / 2 - 70_000, bytes.length / 2 + 70_000);
  writeFileSync(path, bytes);
  for (const from of [10, lines.length - 10]) {
    const found = await collectLines(readLines(dataDir, { from, to: from + 5 }));
    expect(found).toEqual(lines.slice(from, from + 5));
  }
});

test('nothing past the head is read, even where the file has more', async () => {
  const dataDir = makeLog();
  const lines = linesOfFiles(dataDir);
  appendFileSync(lastSegmentOf(dataDir), `{"seq":${lines.length},"forged":1}\n`);
  expect(await linesOfLog(dataDir)).toEqual(lines);
  expect((await collectLines(readLinesBackward(dataDir))).length).toBe(lines.length);
});

test('a segment that the head does not know yet is not read', async () => {
  const dataDir = makeLog();
  const [, second, third] = listSegments(logDirOf(dataDir));
  const head = readHead(dataDir)!;
  const offset = statSync(second!.path).size;
  writeFileSync(headPath(dataDir), formatHead({ ...head, segment: second!.name, offset, size: third!.first }));
  expect(await linesOfLog(dataDir)).toEqual(linesOfFiles(dataDir).slice(0, third!.first));
});

test('a copy without a head is read to its last seal, as a data folder and as a bare folder of segments', async () => {
  const dataDir = makeLog();
  const copy = temporaryFolder();
  mkdirSync(join(copy, 'log'));
  for (const { path, name } of listSegments(logDirOf(dataDir))) copyFileSync(path, join(copy, 'log', name));
  const lines = linesOfFiles(dataDir);
  appendFileSync(lastSegmentOf(copy), `{"seq":${lines.length},"unsealed":1}\n{"seq":`);
  expect(await linesOfLog(copy)).toEqual(lines);
  expect(await linesOfLog(join(copy, 'log'))).toEqual(lines);
  expect((await collectLines(readLinesBackward(copy))).length).toBe(lines.length);
});

test('a folder without a log says so', async () => {
  await expect(linesOfLog(temporaryFolder())).rejects.toMatchObject({ code: 'no_log' });
});

test.each([300, 40_000])('backward is forward reversed, with lines of %i bytes', async (padding) => {
  const dataDir = makeLog({ commits: 40, padding, segmentBytesMax: padding * 50 });
  const batches: RecordLine[][] = [];
  for await (const batch of readLinesBackward(dataDir)) batches.unshift(batch);
  expect(batches.flat()).toEqual(linesOfFiles(dataDir));
});

test('an aborted reader stops with the reason', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  const dataDir = makeLog();
  await expect(collectLines(readLines(dataDir, { signal }))).rejects.toThrow('enough');
  await expect(collectLines(readLinesBackward(dataDir, { signal }))).rejects.toThrow('enough');
});

test('a follower sees what there is and then each new line, across segments, until it is told to end', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir, { segmentBytesMax: 4_000 });
  const stop = new AbortController();
  const seen: RecordLine[] = [];
  let wake = () => {};
  const following = (async () => {
    for await (const batch of followLines(dataDir, { signal: stop.signal })) {
      seen.push(...batch);
      wake();
    }
  })();
  for (let n = 0; n < 30; n++) {
    const { seq } = await log.append({ event_type: 'data_access', details: { n, pad: 'x'.repeat(500) } });
    while ((seen.at(-1)?.seq ?? -1) < seq) await new Promise<void>((resolve) => (wake = resolve));
  }
  stop.abort();
  await following;
  expect(listSegments(logDirOf(dataDir)).length).toBeGreaterThan(3);
  expect(seen).toEqual(linesOfFiles(dataDir).slice(0, seen.length));
  expect(seen.length).toBeGreaterThanOrEqual(61);
});

test('a follower ends at the position asked for without being told to', async () => {
  const dataDir = makeLog();
  expect(await collectLines(followLines(dataDir, { from: 3, to: 8 }))).toEqual(linesOfFiles(dataDir).slice(3, 8));
});

test('a follower that is told to end while nothing happens ends at once', async () => {
  const dataDir = makeLog();
  const stop = new AbortController();
  const { size } = readHead(dataDir)!;
  const following = collectLines(followLines(dataDir, { from: size, signal: stop.signal }));
  stop.abort();
  expect(await following).toEqual([]);
});

test('the receipt of an old record is made again from the log', async () => {
  const dataDir = temporaryFolder();
  const log = await openTestLog(dataDir);
  const receipt = await log.append({ event_type: 'data_access' });
  await log.append({ event_type: 'data_access' });
  const again = await receiptFor(dataDir, receipt.seq);
  expect(again).toMatchObject({ seq: receipt.seq, event_id: receipt.event_id, checkpoint: log.checkpoint });
  expect(again.leafHash).toEqual(receipt.leafHash);
  await expect(receiptFor(dataDir, log.size)).rejects.toMatchObject({ code: 'not_found' });
  rmSync(headPath(dataDir));
  await expect(receiptFor(dataDir, 0)).rejects.toMatchObject({ code: 'not_found' });
});
