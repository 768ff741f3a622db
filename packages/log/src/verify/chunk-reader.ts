// Reads a file as chunks of whole lines into two buffers that are used over and over: one is being checked while the
// next is being read. Memory stays constant whatever is in the file, a line without an end included.
//
//   buffer = one byte for the leaf prefix | room for the start of a line carried over | what was read

import { open } from 'node:fs/promises';
import { lineBytesMax } from '../log/line.ts';

/**
 * `lines`: `bytes` from `start` to `end` are whole lines, newlines included. The byte before `start` may be
 * overwritten.
 */
export type Chunk =
  | { readonly kind: 'lines'; readonly bytes: Buffer; readonly start: number; readonly end: number }
  /** One line too long to be one; its bytes were skipped. */
  | { readonly kind: 'overlong' }
  /** The last bytes, which no newline ends. */
  | { readonly kind: 'torn'; readonly length: number };

const newline = 0x0a;
const readBytes = 1 << 20;
// Twice the longest line, so that a line that is only a little too long is still read, hashed and named.
const carriedBytesMax = 2 * lineBytesMax;
const dataStart = 1 + carriedBytesMax;

/** Chunks of a file from byte 0 to byte `end` (or its end). A chunk is valid until the next one is asked for. */
export async function* readChunks(path: string, end: number): AsyncGenerator<Chunk> {
  const file = await open(path);
  try {
    let current = Buffer.allocUnsafe(dataStart + readBytes);
    let next = Buffer.allocUnsafe(dataStart + readBytes);
    let offset = 0;
    let carried = 0;
    let isSkipping = false;
    const startRead = (into: Buffer) => {
      const read = file.read(into, dataStart, Math.max(0, Math.min(readBytes, end - offset)), offset);
      // A reader that stops early never awaits this read; its failure then concerns nobody.
      read.catch(() => {});
      return read;
    };
    let pending = startRead(current);
    for (;;) {
      const { bytesRead } = await pending;
      if (bytesRead === 0) break;
      offset += bytesRead;
      pending = startRead(next);

      const dataEnd = dataStart + bytesRead;
      let start = dataStart - carried;
      if (isSkipping) {
        const lineEnd = current.subarray(0, dataEnd).indexOf(newline, dataStart);
        isSkipping = lineEnd === -1;
        start = isSkipping ? dataEnd : lineEnd + 1;
      }
      const linesEnd = Math.max(start, current.lastIndexOf(newline, dataEnd - 1) + 1);
      if (linesEnd > start) yield { kind: 'lines', bytes: current, start, end: linesEnd };
      carried = dataEnd - linesEnd;
      if (carried > carriedBytesMax) {
        carried = 0;
        isSkipping = true;
        yield { kind: 'overlong' };
      }
      current.copy(next, dataStart - carried, dataEnd - carried, dataEnd);
      [current, next] = [next, current];
    }
    if (carried > 0) yield { kind: 'torn', length: carried };
  } finally {
    await file.close();
  }
}
