// Writes pieces of text to a file or a stream, one after another and no faster than they are taken, and hashes them on
// the way.

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';

export interface Written {
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

type Pieces = AsyncIterable<string>;
type WriteBytes = (bytes: Buffer) => Promise<unknown>;

/** Writes over what is in the file. */
export async function writePiecesToFile(path: string, pieces: Pieces, signal?: AbortSignal): Promise<Written> {
  const file = await open(path, 'w', 0o600);
  try {
    return await writePieces(pieces, (bytes) => file.writeFile(bytes), signal);
  } finally {
    await file.close();
  }
}

/** The stream is not ended. Rejects with the stream's own error: `EPIPE` when the reader has gone away. */
export async function writePiecesToStream(stream: Writable, pieces: Pieces, signal?: AbortSignal): Promise<Written> {
  // A failed write is told through its callback; without a listener it would end the process as well.
  const ignore = () => {};
  stream.on('error', ignore);
  try {
    return await writePieces(pieces, (bytes) => writeToStream(stream, bytes, signal), signal);
  } finally {
    stream.off('error', ignore);
  }
}

async function writePieces(pieces: Pieces, write: WriteBytes, signal: AbortSignal | undefined): Promise<Written> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    const bytes = Buffer.from(piece);
    await write(bytes);
    hash.update(bytes);
    size += bytes.length;
  }
  signal?.throwIfAborted();
  return { bytes: size, sha256: hash.digest('hex') };
}

/** Resolves once the stream has handed the bytes on. */
function writeToStream(stream: Writable, bytes: Buffer, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    stream.write(bytes, (error) => {
      signal?.removeEventListener('abort', abort);
      if (error) reject(error);
      else resolve();
    });
  });
}
