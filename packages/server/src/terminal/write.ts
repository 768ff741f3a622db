// Writes to a stream no faster than it takes: what a slow reader has not taken yet must not pile up in memory.

import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Resolves when the stream takes more. Rejects with the stream's error: `EPIPE` when the reader has gone away. */
export async function writeTo(stream: Writable, text: string): Promise<void> {
  if (text !== '') stream.write(text);
  if (stream.writableNeedDrain) await once(stream, 'drain');
}
