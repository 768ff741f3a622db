// Reads a log's segments from a byte on, as chunks of whole lines that stay valid: who cuts stretches keeps slices of
// them until the commit's seal comes.

import { open } from 'node:fs/promises';
import { lineBytesMax, type ReadableSegment, readableSegments } from '@indelible/log';

/** A byte of a log. */
export interface Place {
  /** File name of the segment. */
  readonly segment: string;
  readonly offset: number;
}

/** `bytes` from `start` to `end` are whole lines, newlines included. The byte before `start` may be overwritten. */
export interface WholeLines {
  readonly segment: ReadableSegment;
  /** Where in the segment the first line stands. */
  readonly offset: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const newline = 0x0a;
const readBytes = 1 << 20;

/**
 * All whole lines from `from` (or the beginning) up to what is durable. Bytes without a newline where a line must end
 * are passed over: whoever counts positions misses them.
 * @throws AuditError `no_log`
 */
export async function* readWholeLines(
  dataDir: string,
  from: Place | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<WholeLines> {
  for (const segment of readableSegments(dataDir)) {
    if (from !== undefined && segment.name < from.segment) continue;
    yield* readSegmentLines(segment, segment.name === from?.segment ? from.offset : 0, signal);
  }
}

/** How many bytes of a log lie behind a place. @throws AuditError `no_log` */
export function bytesBehind(dataDir: string, place: Place | undefined): number {
  const sizes = readableSegments(dataDir).map(({ name, end }) => {
    if (place === undefined || name > place.segment) return end;
    return name === place.segment ? Math.max(0, end - place.offset) : 0;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function* readSegmentLines(
  segment: ReadableSegment,
  from: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<WholeLines> {
  const file = await open(segment.path, 'r');
  try {
    let carried: Buffer = Buffer.alloc(0);
    for (let offset = from; offset < segment.end; ) {
      signal?.throwIfAborted();
      const start = 1 + carried.length;
      const wanted = Math.min(readBytes, segment.end - offset);
      const bytes = Buffer.allocUnsafe(start + wanted);
      carried.copy(bytes, 1);
      const { bytesRead } = await file.read(bytes, start, wanted, offset);
      if (bytesRead === 0) return;
      const end = bytes.lastIndexOf(newline, start + bytesRead - 1) + 1;
      if (end > 1) yield { segment, offset: offset - carried.length, bytes, start: 1, end };
      offset += bytesRead;
      carried = bytes.subarray(Math.max(1, end), start + bytesRead);
      // No line is that long: what comes before the next newline is none.
      if (carried.length > 2 * lineBytesMax) carried = carried.subarray(-lineBytesMax);
    }
  } finally {
    await file.close();
  }
}
