// The SHA-256 and the size of a file as it stands.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Written } from './write-pieces.ts';

export async function hashFile(path: string): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
