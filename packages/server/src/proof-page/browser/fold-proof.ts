// The arithmetic of RFC 6962, section 2.1.1, on WebCrypto: from a record's line and its inclusion proof to the root of
// the tree. Runs in the page.

import { concatBytes, encodeUtf8 } from './bytes.ts';
import type { Subtle } from './web-crypto.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Of a line without its newline. */
export async function hashLeaf(line: string, subtle: Subtle): Promise<Bytes> {
  return digest(concatBytes([0], encodeUtf8(line)), subtle);
}

/**
 * The root of the tree of `size` leaves in which `leaf` stands at `index` beside the hashes of the proof, or undefined
 * where a tree of that size has no such place, or the proof is too long or too short for it.
 */
export async function foldProof(
  { leaf, index, size, hashes }: { leaf: Bytes; index: number; size: number; hashes: readonly Bytes[] },
  subtle: Subtle,
): Promise<Bytes | undefined> {
  if (index >= size) return undefined;
  let node = index;
  let last = size - 1;
  let folded = leaf;
  for (const sibling of hashes) {
    if (last === 0) return undefined;
    const joinsLeft = node % 2 === 1 || node === last;
    folded = await (joinsLeft ? hashNode(sibling, folded, subtle) : hashNode(folded, sibling, subtle));
    // The rightmost node of an odd level has no sibling there: it rises to the first level where it is a right child.
    while (joinsLeft && node % 2 === 0 && node !== 0) {
      node /= 2;
      last = Math.floor(last / 2);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? folded : undefined;
}

function hashNode(left: Bytes, right: Bytes, subtle: Subtle): Promise<Bytes> {
  return digest(concatBytes([1], left, right), subtle);
}

async function digest(bytes: Bytes, subtle: Subtle): Promise<Bytes> {
  return new Uint8Array(await subtle.digest('SHA-256', bytes));
}
