import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import type { RecordLine } from '@indelible/log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportFormatNames } from './format/formats.ts';
import { columns, exportedAt, hostileRecords, inBatches, recordAt } from './testing/records.ts';
import { type ExportRequest, writeExport } from './write-export.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'indelible-export-test-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const requestFor = (more: Partial<ExportRequest> = {}): ExportRequest => ({
  lines: inBatches(hostileRecords),
  format: 'ndjson',
  columns,
  output: join(folder, 'out'),
  exportedAt,
  ...more,
});

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test.each(exportFormatNames)(
  '%s is written whole, for its owner only, and its hash and size are told',
  async (format) => {
    const result = await writeExport(requestFor({ format }));
    const bytes = readFileSync(join(folder, 'out'));
    expect(result).toEqual({ count: hostileRecords.length, bytes: bytes.length, sha256: sha256Of(bytes) });
    expect(readdirSync(folder)).toEqual(['out']);
    expect(statSync(join(folder, 'out')).mode & 0o777).toBe(0o600);
  },
);

test.each(exportFormatNames)(
  '%s leaves nothing behind when the records end in an error or an abort',
  async (format) => {
    const failure = new Error('lost');
    async function* failing(): AsyncGenerator<readonly RecordLine[]> {
      yield hostileRecords;
      throw failure;
    }
    await expect(writeExport(requestFor({ format, lines: failing() }))).rejects.toBe(failure);
    const control = new AbortController();
    async function* aborted(): AsyncGenerator<readonly RecordLine[]> {
      yield hostileRecords;
      control.abort(failure);
      yield hostileRecords;
    }
    await expect(writeExport(requestFor({ format, lines: aborted(), signal: control.signal }))).rejects.toBe(failure);
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('a file that is there is replaced only if that is allowed, and stays whole until then', async () => {
  const path = join(folder, 'out');
  writeFileSync(path, 'before');
  await expect(writeExport(requestFor())).rejects.toMatchObject({ code: 'invalid_argument' });
  async function* looking(): AsyncGenerator<readonly RecordLine[]> {
    yield [recordAt(0)];
    expect(readFileSync(path, 'utf8')).toBe('before');
  }
  await writeExport(requestFor({ lines: looking(), overwrite: true }));
  expect(readFileSync(path, 'utf8')).toBe(`${recordAt(0).line}\n`);
});

test('a link stays one: the file that it leads to is replaced', async () => {
  writeFileSync(join(folder, 'real'), 'before');
  symlinkSync(join(folder, 'real'), join(folder, 'out'));
  await writeExport(requestFor({ lines: inBatches([recordAt(0)]), overwrite: true }));
  expect(readFileSync(join(folder, 'real'), 'utf8')).toBe(`${recordAt(0).line}\n`);
});

test('what cannot be written to is named, with what to do', async () => {
  const errorFor = (output: string) =>
    writeExport(requestFor({ output, overwrite: true })).then(
      () => undefined,
      (error: unknown) => error,
    );
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'file'), '');
  expect(await errorFor(join(folder, 'folder'))).toMatchObject({
    code: 'invalid_argument',
    message: expect.stringMatching(/is a folder/),
  });
  expect(await errorFor(join(folder, 'none', 'out'))).toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/none\/out cannot be written: its folder is not there; make it first/),
  });
  expect(await errorFor(join(folder, 'file', 'out'))).toMatchObject({ code: 'unavailable' });
  expect(await errorFor('/dev/null')).toMatchObject({ code: 'invalid_argument' });
  expect(existsSync('/dev/null')).toBe(true);
});

test.skipIf(process.getuid?.() === 0)(
  'a folder that does not permit it is an error that says so (root may do anything)',
  async () => {
    chmodSync(folder, 0o500);
    await expect(writeExport(requestFor())).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/does not permit/),
    });
  },
);

test.skipIf(!existsSync('/dev/full'))(
  'a full disk is an error that says so (shown on a device that is always full)',
  async () => {
    const { writePiecesToFile } = await import('./file/write-pieces.ts');
    const { writeErrorOf } = await import('./file/write-error.ts');
    async function* pieces() {
      yield 'text';
    }
    const error: unknown = await writePiecesToFile('/dev/full', pieces()).catch((cause) =>
      writeErrorOf('/x/out', cause),
    );
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/the disk is full/) });
  },
);

test('a stream gets the same bytes as a file, and is not ended', async () => {
  await writeExport(requestFor({ format: 'csv' }));
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  const result = await writeExport(requestFor({ format: 'csv', output: stream }));
  expect(Buffer.concat(chunks)).toEqual(readFileSync(join(folder, 'out')));
  expect(result.sha256).toBe(sha256Of(Buffer.concat(chunks)));
  expect(stream.writableEnded).toBe(false);
});

test('Parquet and proofs need a file', async () => {
  const output = new PassThrough();
  await expect(writeExport(requestFor({ format: 'parquet', output }))).rejects.toMatchObject({
    code: 'invalid_argument',
  });
  const proof = { dataDir: folder };
  await expect(writeExport(requestFor({ output, proof }))).rejects.toMatchObject({ code: 'invalid_argument' });
});

test('a reader that is slow, gone or called off holds the records back or ends the export', async () => {
  let given = 0;
  async function* counted(): AsyncGenerator<readonly RecordLine[]> {
    for (; given < 200_000; given += 1000) yield Array.from({ length: 1000 }, (_, i) => recordAt(given + i));
  }
  const release: (() => void)[] = [];
  const slow = new Writable({ write: (_chunk, _encoding, done) => void release.push(done) });
  const control = new AbortController();
  const writing = writeExport(requestFor({ lines: counted(), output: slow, signal: control.signal }));
  const isTold = expect(writing).rejects.toThrow('called off');
  for (let taken = 1; taken <= 5; taken++) {
    while (release.length === 0) await new Promise(setImmediate);
    expect(given).toBeLessThanOrEqual(taken * 1000);
    release.pop()?.();
  }
  control.abort(new Error('called off'));
  await isTold;
  expect(given).toBeLessThanOrEqual(7000);

  const gone = new PassThrough();
  gone.destroy();
  await expect(writeExport(requestFor({ output: gone }))).rejects.toThrow();
});

test('200,000 records stream through without being kept', async () => {
  let largest = 0;
  async function* many(): AsyncGenerator<readonly RecordLine[]> {
    for (let seq = 0; seq < 200_000; seq += 1000) {
      yield Array.from({ length: 1000 }, (_, i) => recordAt(seq + i, { details: { text: 'x'.repeat(1000) } }));
    }
  }
  const before = process.memoryUsage().rss;
  const counts: number[] = [];
  const onProgress = (count: number) => {
    counts.push(count);
    largest = Math.max(largest, process.memoryUsage().rss - before);
  };
  const result = await writeExport(requestFor({ lines: many(), onProgress }));
  expect(result.count).toBe(200_000);
  expect([counts[0], counts.at(-1)]).toEqual([1000, 200_000]);
  // The records are 230 MB; what the collector has not come to yet is less than that by far.
  expect(result.bytes).toBeGreaterThan(220 * 2 ** 20);
  expect(largest).toBeLessThan(150 * 2 ** 20);
}, 60_000);
