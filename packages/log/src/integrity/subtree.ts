// How a range of leaves divides into the largest perfect, aligned subtrees: what gaps carry, what proofs are made of,
// and what a tree is read as. Positions are safe integers, past 32 bits, so that nothing here uses bit operators.

import { AuditError } from '../base/errors.ts';
import { emptyRoot, type Hash, nodeHash } from './hash.ts';

/** The subtree over the leaves `index · 2^level` up to `(index + 1) · 2^level`, exclusive. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/**
 * Gives the root of a {@link Subtree} that lies wholly within the tree. It may come from memory, from tile files or
 * from a scan of the log; it throws where the subtree cannot be had.
 */
export type ReadSubtree = (level: number, index: number) => Hash;

/**
 * The perfect, aligned subtrees over the leaves from `first` up to `end` (exclusive), left to right: the fewest there
 * are. Sizes rise to the largest that fits and fall again; there are at most 104.
 * @throws AuditError `invalid_argument` unless `0 ≤ first ≤ end`, both safe integers.
 */
export function nodesOfRange(first: number, end: number): Subtree[] {
  if (!isPosition(first) || !isPosition(end) || first > end) {
    throw new AuditError('invalid_argument', `No range of positions: ${first} up to ${end}.`);
  }
  const subtrees: Subtree[] = [];
  for (let position = first; position < end; ) {
    let level = 0;
    let leaves = 1;
    while (position % (leaves * 2) === 0 && position + leaves * 2 <= end) {
      leaves *= 2;
      level += 1;
    }
    subtrees.push({ level, index: position / leaves });
    position += leaves;
  }
  return subtrees;
}

/**
 * The RFC 6962 root over the leaves from `first` up to `end`, exclusive, taken as a tree of their own. `first` must be
 * aligned as the left edge of a subtree of the tree is: subtrees only get smaller to the right.
 */
export function rootOfRange(read: ReadSubtree, first: number, end: number): Hash {
  const roots = nodesOfRange(first, end).map(({ level, index }) => read(level, index));
  return roots.length === 0 ? emptyRoot : roots.reduceRight((right, left) => nodeHash(left, right));
}

/** The largest power of two below `size`, where RFC 6962 divides a tree of two leaves or more. */
export function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

export function isPosition(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
