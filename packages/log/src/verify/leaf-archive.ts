// Leaf hashes from `<data>/tree/0`, which a reader of the log wrote while the lines were as they had been sealed. They
// prove nothing by themselves: they are believed only where they make the root that a seal signed. Then they say which
// line of a commit was changed, and let verification go on behind it.

import { closeSync, openSync, readSync } from 'node:fs';
import { type Hash, hashBytes } from '../integrity/hash.ts';

/** The archived leaf hashes of some positions, or undefined if there are none for all of them. */
export function readArchivedLeaves(leafFile: string | undefined, first: number, end: number): Hash[] | undefined {
  if (leafFile === undefined) return undefined;
  let descriptor: number;
  try {
    descriptor = openSync(leafFile, 'r');
  } catch {
    return undefined;
  }
  try {
    const bytes = Buffer.alloc((end - first) * hashBytes);
    if (readSync(descriptor, bytes, 0, bytes.length, first * hashBytes) < bytes.length) return undefined;
    return Array.from({ length: end - first }, (_, i) => bytes.toString('latin1', i * hashBytes, (i + 1) * hashBytes));
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
