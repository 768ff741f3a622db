// Reading a log: whole lines in order of position, in batches, never past what is durable and sealed. Reads a data
// folder with or without a writer, and a bare copy of its `log` folder too.

import { existsSync, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nodeDisk } from '../base/disk.ts';
import { AuditError } from '../base/errors.ts';
import { headPath, readHead } from './head.ts';
import { isSeal, lineBytesMax, positionOf } from './line.ts';
import { scanLines } from './scan.ts';
import { listSegments, logDirOf, type SegmentFile } from './segment.ts';

export interface RecordLine {
  readonly seq: number;
  /** The line as it stands in the file, without its newline. */
  readonly line: string;
}

export interface ReadOptions {
  /** First position wanted. Default 0. */
  readonly from?: number;
  /** The position after the last one wanted. Default: as far as the log goes. */
  readonly to?: number;
  readonly signal?: AbortSignal;
}

/** The part of a segment that may be read: up to the newest seal that is durable. */
export interface ReadableSegment extends SegmentFile {
  /** In bytes. */
  readonly end: number;
}

const chunkBytes = 1 << 20;
const newline = 0x0a;
/** How often a follower looks by itself, should the system not tell it of a change. */
const pollMs = 500;

/**
 * Batches of lines, oldest first, up to the head. Gaps are passed over; seals are among the lines.
 * @throws AuditError `no_log` if there is no log.
 */
export async function* readLines(dataDir: string, options: ReadOptions = {}): AsyncGenerator<RecordLine[]> {
  const { from = 0, to = Number.POSITIVE_INFINITY, signal } = options;
  const segments = readableSegments(dataDir);
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1];
    if (next !== undefined && next.first <= from) continue;
    if (segment.first >= to) return;
    for await (const batch of readSegment(segment, from, signal)) {
      const wanted = batch.filter(({ seq }) => seq >= from && seq < to);
      if (wanted.length > 0) yield wanted;
      if ((batch.at(-1)?.seq ?? 0) >= to - 1) return;
    }
  }
}

/** Batches of lines, newest batch first; within a batch the oldest comes first. */
export async function* readLinesBackward(
  dataDir: string,
  options: Pick<ReadOptions, 'signal'> = {},
): AsyncGenerator<RecordLine[]> {
  for (const segment of readableSegments(dataDir).reverse()) {
    const file = await open(segment.path, 'r');
    try {
      let rest: Buffer = Buffer.alloc(0);
      for (let end = segment.end; end > 0; ) {
        options.signal?.throwIfAborted();
        const start = Math.max(0, end - chunkBytes);
        const chunk = Buffer.allocUnsafe(end - start);
        const { bytesRead } = await file.read(chunk, 0, chunk.length, start);
        const bytes = Buffer.concat([chunk.subarray(0, bytesRead), rest]);
        // The first line of a chunk may have begun in the one before it.
        const cut = start === 0 ? 0 : bytes.indexOf(newline) + 1;
        rest = bytes.subarray(0, cut);
        end = start;
        const batch = linesOf(bytes.subarray(cut));
        if (batch.length > 0) yield batch;
      }
    } finally {
      await file.close();
    }
  }
}

/** As `readLines`, and then goes on as the log grows, until `signal` aborts; then it ends without an error. */
export async function* followLines(dataDir: string, options: ReadOptions = {}): AsyncGenerator<RecordLine[]> {
  const { to = Number.POSITIVE_INFINITY, signal } = options;
  const ended = () => signal?.aborted === true;
  let from = options.from ?? 0;
  const changes = watchHead(dataDir);
  try {
    while (!ended() && from < to) {
      const changed = changes.next(signal);
      for await (const batch of readLines(dataDir, { from, to })) {
        yield batch;
        if (ended()) return;
        from = batch.at(-1)!.seq + 1;
      }
      await changed;
    }
  } finally {
    changes.close();
  }
}

/** Batches of a segment's lines, beginning at most `stepBytes` before the line of position `from`. */
export async function* readSegment(
  { path, first, end }: ReadableSegment,
  from: number,
  signal: AbortSignal | undefined,
  stepBytes = chunkBytes,
): AsyncGenerator<RecordLine[]> {
  const file = await open(path, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (let offset = from <= first ? 0 : await seek(file, end, from, stepBytes); offset < end; ) {
      signal?.throwIfAborted();
      const chunk = Buffer.allocUnsafe(Math.min(stepBytes, end - offset));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, offset);
      if (bytesRead === 0) return;
      offset += bytesRead;
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      const cut = bytes.lastIndexOf(newline) + 1;
      rest = bytes.subarray(cut);
      const batch = linesOf(bytes.subarray(0, cut));
      if (batch.length > 0) yield batch;
    }
  } finally {
    await file.close();
  }
}

/**
 * A place in a segment at or before the line of a position, no more than a step before it, so that who follows a log
 * does not read its last segment again and again.
 */
async function seek(file: FileHandle, end: number, position: number, stepBytes: number): Promise<number> {
  let [low, high] = [0, end];
  while (high - low > stepBytes) {
    const middle = Math.floor((low + high) / 2);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(2 * lineBytesMax), 0, 2 * lineBytesMax, middle);
    const bytes = buffer.subarray(0, bytesRead);
    const start = bytes.indexOf(newline) + 1;
    const seq = positionOf(bytes.toString('latin1', start, start + 32));
    // Where no line can be told, as in a damaged file, all of it is read.
    if (seq === undefined || start === 0) return 0;
    if (seq <= position) low = middle + start;
    else high = middle;
  }
  return low;
}

function linesOf(bytes: Buffer): RecordLine[] {
  const lines: RecordLine[] = [];
  for (const line of bytes.toString().split('\n')) {
    const seq = positionOf(line);
    if (seq !== undefined) lines.push({ seq, line });
  }
  return lines;
}

/**
 * The segments of a data folder, or of a bare copy of its `log` folder, and how far each may be read.
 * @throws AuditError `no_log` if there are none.
 */
export function readableSegments(dataDir: string): ReadableSegment[] {
  // The head first: what it names is in the segments that are listed after it, also while a writer goes on.
  const head = readHead(dataDir);
  const logDir = existsSync(logDirOf(dataDir)) ? logDirOf(dataDir) : dataDir;
  const segments = listSegments(logDir);
  if (segments.length === 0) throw new AuditError('no_log', `there is no log in ${dataDir}`);
  const readable: ReadableSegment[] = [];
  for (const segment of segments) {
    if (head !== undefined && segment.name > head.segment) break;
    const bytes = nodeDisk.size(segment.path);
    readable.push({ ...segment, end: segment.name === head?.segment ? Math.min(head.offset, bytes) : bytes });
  }
  const last = readable.at(-1);
  if (head === undefined && last !== undefined) readable[readable.length - 1] = { ...last, end: endOfLastSeal(last) };
  return readable;
}

/** Without a head, in a copy, nothing after the last seal counts. */
function endOfLastSeal({ path, end }: ReadableSegment): number {
  let sealed = 0;
  for (const { offset, bytes } of scanLines(nodeDisk, path, 0, end)) {
    if (isSeal(bytes.toString('latin1', 0, 256))) sealed = offset + bytes.length + 1;
  }
  return sealed;
}

interface Changes {
  /** Resolves at the next change of the head, after a while, or when `signal` aborts. */
  next(signal: AbortSignal | undefined): Promise<void>;
  close(): void;
}

function watchHead(dataDir: string): Changes {
  let wake = () => {};
  const watched = existsSync(headPath(dataDir)) ? headPath(dataDir) : dirname(headPath(dataDir));
  const watcher = watch(watched, { persistent: false }, () => wake());
  watcher.on('error', () => {});
  return {
    next: (signal) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, pollMs);
        signal?.addEventListener('abort', done);
        wake = done;
        if (signal?.aborted === true) done();
      }),
    close: () => watcher.close(),
  };
}
