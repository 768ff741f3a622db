// The lines of a log as they stand in its segments, gaps among them, up to what is durable and sealed.

import { open } from 'node:fs/promises';
import { type ReadableSegment, readableSegments } from '@indelible/log';

const readBytes = 1 << 20;
const newline = 0x0a;

/** Batches of lines without their newlines. @throws AuditError `no_log` if there is no log. */
export async function* readStoredLines(dataDir: string, signal?: AbortSignal): AsyncGenerator<readonly string[]> {
  for (const segment of readableSegments(dataDir)) yield* readSegmentLines(segment, signal);
}

async function* readSegmentLines({ path, end }: ReadableSegment, signal?: AbortSignal): AsyncGenerator<string[]> {
  const file = await open(path, 'r');
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (let offset = 0; offset < end; ) {
      signal?.throwIfAborted();
      const { buffer, bytesRead } = await file.read(
        Buffer.allocUnsafe(readBytes),
        0,
        Math.min(readBytes, end - offset),
        offset,
      );
      if (bytesRead === 0) return;
      offset += bytesRead;
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const cut = bytes.lastIndexOf(newline) + 1;
      rest = bytes.subarray(cut);
      if (cut > 0) yield bytes.toString('utf8', 0, cut - 1).split('\n');
    }
  } finally {
    await file.close();
  }
}
