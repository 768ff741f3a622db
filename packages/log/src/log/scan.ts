// Cuts a stretch of a segment into lines, a chunk at a time, in constant memory.

import type { Disk } from '../base/disk.ts';
import { lineBytesMax } from './line.ts';

export interface ScannedLine {
  /** Where in the file the line starts. */
  readonly offset: number;
  /** The line without its newline. Valid only until the next one is asked for. */
  readonly bytes: Buffer;
}

const chunkBytes = 1 << 20;
const newline = 0x0a;

/**
 * Whole lines from byte `start` to byte `end`. Stops before what is no whole line: a last line without a newline, or
 * one longer than format 1 allows.
 */
export function* scanLines(disk: Disk, path: string, start: number, end: number): Generator<ScannedLine> {
  let offset = start;
  let rest: Buffer = Buffer.alloc(0);
  while (offset + rest.length < end) {
    const from = offset + rest.length;
    const chunk = disk.readRange(path, from, Math.min(from + chunkBytes, end));
    if (chunk.length === 0) return;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let position = 0;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, position)) {
      if (at - position > lineBytesMax) return;
      yield { offset: offset + position, bytes: bytes.subarray(position, at) };
      position = at + 1;
    }
    offset += position;
    rest = bytes.subarray(position);
    if (rest.length > lineBytesMax) return;
  }
}
