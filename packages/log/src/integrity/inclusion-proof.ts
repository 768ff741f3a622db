// Inclusion proofs of RFC 6962, section 2.1.1: that one leaf stands at one position of a tree.

import { AuditError } from '../base/errors.ts';
import { type Hash, isHash, nodeHash } from './hash.ts';
import { isPosition, type ReadSubtree, rootOfRange, splitOf } from './subtree.ts';

/**
 * The hashes from the leaf's sibling up to the root's child that, with the leaf, give the root of the first `size`
 * leaves. `read` is asked only for subtrees within them.
 * @throws AuditError `invalid_argument` unless `0 ≤ position < size`, both safe integers; and what `read` throws.
 */
export function proveInclusion(read: ReadSubtree, position: number, size: number): Hash[] {
  if (!isPosition(position) || !isPosition(size) || position >= size) {
    throw new AuditError('invalid_argument', `No position ${position} in a tree of size ${size}.`);
  }
  const siblings: Hash[] = [];
  let first = 0;
  let end = size;
  while (end - first > 1) {
    const middle = first + splitOf(end - first);
    if (position < middle) {
      siblings.push(rootOfRange(read, middle, end));
      end = middle;
    } else {
      siblings.push(rootOfRange(read, first, middle));
      first = middle;
    }
  }
  return siblings.reverse();
}

/**
 * Whether `proof` shows that the leaf with hash `leaf` stands at `position` in the tree of `size` leaves under `root`.
 * Size and root must come from one checkpoint: a proof alone does not tell one size from another of the same shape.
 */
export function verifyInclusion(
  leaf: Hash,
  position: number,
  size: number,
  proof: readonly Hash[],
  root: Hash,
): boolean {
  if (!isPosition(position) || !isPosition(size) || position >= size) return false;
  if (![leaf, root, ...proof].every(isHash)) return false;
  let node = position;
  let last = size - 1;
  let computed = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      computed = nodeHash(sibling, computed);
      // The rightmost node of an odd level has no sibling there and stands unchanged on the next.
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      computed = nodeHash(computed, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && computed === root;
}
