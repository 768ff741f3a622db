import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstDayMs, type MadeLog, makeLog } from '../../../../test/drill/make-log.ts';
import { gapOfRange } from '../integrity/gap.ts';
import { leafHash } from '../integrity/hash.ts';
import { MemoryTree } from '../integrity/tree-reader.ts';
import { formatGap } from '../log/line.ts';
import { openLog } from '../log/open-log.ts';
import { verifyLog } from './verify-log.ts';

let log: MadeLog;
let folder: string;
let segments: string[];

beforeAll(() => {
  log = makeLog({ commits: 12, recordsPerCommit: 4, segmentBytesMax: 4000, rotateBefore: 6 });
  folder = mkdtempSync(join(tmpdir(), 'indelible-verify-test-'));
  segments = readdirSync(join(log.dataDir, 'log'));
});

afterAll(() => {
  log.remove();
  rmSync(folder, { recursive: true, force: true });
});

const segmentPath = (index: number) => join(log.dataDir, 'log', segments.at(index)!);
const linesOf = (index: number) => readFileSync(segmentPath(index), 'utf8').split('\n').slice(0, -1);
const allLines = () => segments.flatMap((_, index) => linesOf(index)).filter((line) => !line.startsWith('{"gap"'));

function copyOfLog(): string {
  const dataDir = mkdtempSync(join(folder, 'copy-'));
  cpSync(log.dataDir, dataDir, { recursive: true });
  return dataDir;
}

function file(name: string, lines: readonly string[]): string {
  const path = join(mkdtempSync(join(folder, 'file-')), name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

const kindsOf = (report: { findings: readonly { kind: string }[] }) => report.findings.map(({ kind }) => kind);

test('a log verifies on several threads as on one', async () => {
  const one = await verifyLog({ dataDir: log.dataDir, threads: 1 });
  const several = await verifyLog({ dataDir: log.dataDir, threads: 3 });
  expect(one).toMatchObject({ ok: true, entries: 50, signed: 50, size: 64, withheld: 0, findings: [] });
  expect(several).toEqual(one);
});

test('progress reaches all bytes', async () => {
  const heard: [number, number][] = [];
  await verifyLog({ dataDir: log.dataDir, onProgress: (done, total) => heard.push([done, total]) });
  const total = segments.reduce((sum, _, index) => sum + readFileSync(segmentPath(index)).length, 0);
  expect(heard.at(-1)).toEqual([total, total]);
});

describe('the key', () => {
  test('is the log’s own word where none is given or pinned, and the claim says so', async () => {
    const report = await verifyLog({ dataDir: log.dataDir, pinnedKeysOf: () => [] });
    expect(report.key.status).toBe('own');
    expect(report.claim).toMatch(/^Positions 0 to 62 are complete and unchanged .*own key/);
  });

  test('that is pinned is followed through its rotation', async () => {
    const report = await verifyLog({ dataDir: log.dataDir, pinnedKeysOf: () => [log.signer.vkey] });
    expect(report).toMatchObject({ ok: true, key: { status: 'pinned' } });
    expect(report.key.vkey).not.toBe(log.signer.vkey);
  });

  test('that is given may be the one after the rotation', async () => {
    const { key } = await verifyLog({ dataDir: log.dataDir });
    expect(await verifyLog({ dataDir: log.dataDir, trustedKey: key.vkey! })).toMatchObject({ ok: true, signed: 50 });
  });

  test('of another log of the same name is not this log’s', async () => {
    const other = makeLog();
    const report = await verifyLog({ dataDir: log.dataDir, trustedKey: other.signer.vkey });
    other.remove();
    expect(report).toMatchObject({ ok: false, signed: 0, claim: 'Nothing is proved.' });
    expect(kindsOf(report)).toEqual(['key_mismatch']);
  });

  test('must have signed the seal after a rotation together with its successor', async () => {
    const dataDir = copyOfLog();
    const path = join(
      dataDir,
      'log',
      segments.find((_, i) => linesOf(i).some((line) => line.includes('key_rotated')))!,
    );
    const text = readFileSync(path, 'utf8');
    // The first of the two signature lines is the old key's.
    const [, oldSignature = ''] = /\\n\\n(— [^\\]+\\n)— /.exec(text)!;
    writeFileSync(path, text.replace(oldSignature, ''));
    const report = await verifyLog({ dataDir, trustedKey: log.signer.vkey });
    expect(kindsOf(report)).toEqual(expect.arrayContaining(['key_rotation_invalid', 'signature_invalid']));
  });

  test('is found for every seal when all signatures are asked for', async () => {
    expect(await verifyLog({ dataDir: log.dataDir, allSignatures: true })).toMatchObject({ ok: true, signed: 50 });
  });
});

describe('a range', () => {
  test('of positions counts only what lies in it', async () => {
    const report = await verifyLog({ dataDir: log.dataDir, range: { by: 'position', start: 30, end: 40 } });
    const wanted = allLines()
      .slice(30, 40)
      .filter((line) => !line.includes('"sealed"'));
    expect(report).toMatchObject({ ok: true, entries: wanted.length, signed: wanted.length });
  });

  test('of time is the commits whose seal’s time lies in it', async () => {
    const at = (minutes: number) => `${new Date(firstDayMs + minutes * 60_000).toISOString().slice(0, -1)}000Z`;
    const range = { by: 'time', start: at(2), end: at(5) } as const;
    expect(await verifyLog({ dataDir: log.dataDir, range })).toMatchObject({ ok: true, entries: 12, signed: 12 });
  });

  test('is not touched by a change in another segment', async () => {
    const dataDir = copyOfLog();
    const path = join(dataDir, 'log', segments.at(-1)!);
    writeFileSync(path, readFileSync(path, 'utf8').replace('alice', 'mallo'));
    expect((await verifyLog({ dataDir })).ok).toBe(false);
    expect(await verifyLog({ dataDir, range: { by: 'position', start: 0, end: 9 } })).toMatchObject({ ok: true });
    const last = Number(segments.at(-1)!.slice(0, 20));
    expect(await verifyLog({ dataDir, range: { by: 'position', start: last, end: last + 2 } })).toMatchObject({
      ok: false,
    });
  });

  test('under a later key is trusted by the first one, though the rotation lies outside it', async () => {
    const range = { by: 'position', start: 55, end: 60 } as const;
    const report = await verifyLog({ dataDir: log.dataDir, range, trustedKey: log.signer.vkey });
    expect(report).toMatchObject({ ok: true, signed: 4, key: { status: 'given' } });
  });

  test('without any record is told apart from a sound one', async () => {
    const range = { by: 'time', start: '2031-01-01T00:00:00.000000Z', end: '2032-01-01T00:00:00.000000Z' } as const;
    const report = await verifyLog({ dataDir: log.dataDir, range });
    expect(report).toMatchObject({ ok: true, entries: 0, claim: 'Nothing is proved.' });
    expect(kindsOf(report)).toEqual(['range_empty']);
  });

  test('that ends before it starts is refused', async () => {
    const range = { by: 'position', start: 9, end: 3 } as const;
    await expect(verifyLog({ dataDir: log.dataDir, range })).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('a checkpoint kept elsewhere', () => {
  test('of any commit agrees with the log that grew from it', async () => {
    const report = await verifyLog({ dataDir: log.dataDir, knownHeads: log.checkpoints });
    expect(report.findings).toEqual([]);
  });

  test('finds a log that was set back, head and all', async () => {
    const older = makeLog({ commits: 3 });
    const dataDir = copyOfLog();
    const grown = makeLog({ commits: 3 });
    const report = await verifyLog({ dataDir: older.dataDir, knownHeads: [log.checkpoints.at(-1)!] });
    expect(kindsOf(report)).toEqual(['log_truncated']);
    expect(kindsOf(await verifyLog({ dataDir, knownHeads: [grown.checkpoints[1]!] }))).toEqual(['known_head_mismatch']);
    older.remove();
    grown.remove();
  });

  test('of another log is told as such', async () => {
    const other = makeLog({ origin: 'indelible.test/other' });
    const report = await verifyLog({ dataDir: log.dataDir, knownHeads: [other.checkpoints[0]!] });
    other.remove();
    expect(kindsOf(report)).toEqual(['origin_changed']);
  });

  test('that is no checkpoint is refused', async () => {
    const promise = verifyLog({ dataDir: log.dataDir, knownHeads: ['hello'] });
    await expect(promise).rejects.toMatchObject({ code: 'invalid_note' });
  });
});

describe('a copy', () => {
  test('of the whole log as one file verifies, seams and all', async () => {
    const joined = file(
      'all.ndjson',
      segments.flatMap((_, index) => linesOf(index)),
    );
    expect(await verifyLog({ logFile: joined })).toMatchObject({
      ok: true,
      entries: 50,
      signed: 50,
      withheld: 0,
      size: 64,
    });
    expect(await verifyLog({ logFile: file('all.log', allLines()) })).toMatchObject({
      ok: true,
      entries: 50,
      withheld: 0,
    });
  });

  test('of one segment verifies alone under the key, and counts what precedes it as withheld', async () => {
    const logFile = file('part.ndjson', linesOf(1));
    const first = Number(segments[1]!.slice(0, 20));
    const report = await verifyLog({ logFile, trustedKey: log.signer.vkey });
    expect(report).toMatchObject({ ok: true, withheld: first, key: { status: 'given' } });
    expect(kindsOf(await verifyLog({ logFile }))).toEqual(['key_unknown']);
  });

  test('of the folder verifies like the log', async () => {
    expect(await verifyLog({ logFile: join(log.dataDir, 'log') })).toMatchObject({
      ok: true,
      entries: 50,
      withheld: 0,
    });
    expect(await verifyLog({ logFile: log.dataDir })).toMatchObject({ ok: true, entries: 50 });
  });

  test('of some whole segments verifies, and one with a hole between them does not', async () => {
    const some = mkdtempSync(join(folder, 'some-'));
    for (const index of [1, 2]) cpSync(segmentPath(index), join(some, segments[index]!));
    expect(await verifyLog({ logFile: some, trustedKey: log.signer.vkey })).toMatchObject({ ok: true });
    cpSync(segmentPath(0), join(some, segments[0]!));
    rmSync(join(some, segments[1]!));
    expect(kindsOf(await verifyLog({ logFile: some, trustedKey: log.signer.vkey }))).toEqual(['segment_missing']);
  });

  test('with gaps for what was left out verifies, and counts it as withheld', async () => {
    const lines = allLines();
    const tree = new MemoryTree();
    for (const line of lines) tree.append(leafHash(line));
    const gap = formatGap(gapOfRange(tree.read, 7, 23));
    const report = await verifyLog({
      logFile: file('filtered.ndjson', [...lines.slice(0, 7), gap, ...lines.slice(23)]),
    });
    expect(report).toMatchObject({ ok: true, withheld: 16, findings: [] });
    const wrong = [...lines.slice(0, 7), gap, ...lines.slice(24)];
    expect((await verifyLog({ logFile: file('wrong.ndjson', wrong) })).ok).toBe(false);
  });

  test('without the gap for what precedes it is consistent in itself but not anchored', async () => {
    const report = await verifyLog({ logFile: file('tail.ndjson', allLines().slice(9)), trustedKey: log.signer.vkey });
    expect(report).toMatchObject({ ok: false, signed: 0 });
    expect(kindsOf(report)).toEqual(['not_anchored']);
  });

  test('that ends within a commit says so', async () => {
    const report = await verifyLog({ logFile: file('head.ndjson', allLines().slice(0, 5)) });
    expect(report).toMatchObject({ ok: false, entries: 4, signed: 1 });
    expect(kindsOf(report)).toEqual(['unsealed_lines']);
  });

  test('in a format that carries no proof is refused with the reason', async () => {
    for (const line of [
      '<134>1 2026-01-28T10:00:00Z host indelible - - - {"seq":0}',
      'CEF:0|Indelible|log|1|login|x|3|',
    ]) {
      await expect(verifyLog({ logFile: file('copy.log', [line]) })).rejects.toMatchObject({
        code: 'invalid_argument',
      });
    }
    await expect(verifyLog({ logFile: join(folder, 'nothing.ndjson') })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a data folder', () => {
  test('without a log is no finding but an error', async () => {
    await expect(verifyLog({ dataDir: mkdtempSync(join(folder, 'empty-')) })).rejects.toMatchObject({ code: 'no_log' });
  });

  test('whose segments are all gone is a finding: its head remains', async () => {
    const dataDir = copyOfLog();
    rmSync(join(dataDir, 'log'), { recursive: true });
    mkdirSync(join(dataDir, 'log'));
    expect(kindsOf(await verifyLog({ dataDir }))).toEqual(['log_truncated']);
  });

  test('whose head lags behind, as after a power cut, is sound to its last seal', async () => {
    const dataDir = copyOfLog();
    const short = makeLog({ commits: 1 });
    const stale = JSON.parse(readFileSync(join(short.dataDir, 'head'), 'utf8'));
    short.remove();
    rmSync(join(dataDir, 'head'));
    const withoutHead = await verifyLog({ dataDir, settleMs: 0 });
    expect(stale.size).toBeLessThan(withoutHead.size);
    expect(withoutHead).toMatchObject({ ok: true, entries: 50, size: 64 });
    expect(kindsOf(withoutHead)).toEqual(['head_missing']);
  });

  test('that is being written is verified up to what was durable', async () => {
    const dataDir = mkdtempSync(join(folder, 'live-'));
    const live = await openLog({ dataDir, ballastBytes: 0, heartbeatMs: 0, segmentBytesMax: 20_000 });
    let isDone = false;
    const writing = (async () => {
      while (!isDone) await live.append({ event_type: 'data_access', actor: { user_id: 'ana' } });
    })();
    for (let round = 0; round < 10; round++) {
      const report = await verifyLog({ dataDir, trustedKey: live.vkey });
      expect(report.findings).toEqual([]);
      expect(report.ok).toBe(true);
    }
    isDone = true;
    await writing;
    await live.close();
    expect(await verifyLog({ dataDir, trustedKey: live.vkey })).toMatchObject({ ok: true, size: live.size });
  });
});

test('findings without end are counted, and only so many kept', async () => {
  const crlf = file(
    'crlf.ndjson',
    Array.from({ length: 3000 }, (_, i) => `{"seq":${i},"event_type":"system"}\r`),
  );
  const report = await verifyLog({ logFile: crlf });
  expect(report.findings_total).toBeGreaterThan(3000);
  expect(report.findings.length).toBeLessThanOrEqual(1000);
});

test('every finding is told, in several segments and commits', async () => {
  const dataDir = copyOfLog();
  for (const index of [0, 1, 3]) {
    const path = join(dataDir, 'log', segments[index]!);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"analyst"', '"admin!!"'));
  }
  const report = await verifyLog({ dataDir });
  const changed = report.findings.filter(({ kind }) => kind === 'lines_changed').map(({ segment }) => segment);
  expect(changed).toEqual([segments[0], segments[1], segments[3]]);
});
