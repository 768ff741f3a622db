// Consistency proofs of RFC 6962, section 2.1.2: that one tree is the beginning of another.

import { AuditError } from '../base/errors.ts';
import { emptyRoot, type Hash, isHash, nodeHash } from './hash.ts';
import { isPosition, type ReadSubtree, rootOfRange, splitOf } from './subtree.ts';

/**
 * The hashes that show that the first `oldSize` leaves are the beginning of the first `newSize`. Empty if the two are
 * equal or the old tree is. `read` is asked only for subtrees within the new tree.
 * @throws AuditError `invalid_argument` unless `0 ≤ oldSize ≤ newSize`, both safe integers; and what `read` throws.
 */
export function proveConsistency(read: ReadSubtree, oldSize: number, newSize: number): Hash[] {
  if (!isPosition(oldSize) || !isPosition(newSize) || oldSize > newSize) {
    throw new AuditError('invalid_argument', `No tree of size ${newSize} continues one of size ${oldSize}.`);
  }
  if (oldSize === 0) return [];
  const hashes: Hash[] = [];
  let first = 0;
  let end = newSize;
  while (end !== oldSize) {
    const middle = first + splitOf(end - first);
    if (oldSize <= middle) {
      hashes.push(rootOfRange(read, middle, end));
      end = middle;
    } else {
      hashes.push(rootOfRange(read, first, middle));
      first = middle;
    }
  }
  // A subtree that begins at 0 is the whole old tree, whose root the verifier has.
  if (first !== 0) hashes.push(rootOfRange(read, first, end));
  return hashes.reverse();
}

/**
 * Whether `proof` shows that the tree of `oldSize` leaves under `oldRoot` is the beginning of the one under `newRoot`.
 * Size and root must come from one checkpoint each: a proof alone does not tell one size from another of the same
 * shape.
 */
export function verifyConsistency(
  oldSize: number,
  oldRoot: Hash,
  newSize: number,
  newRoot: Hash,
  proof: readonly Hash[],
): boolean {
  if (!isPosition(oldSize) || !isPosition(newSize) || oldSize > newSize) return false;
  if (![oldRoot, newRoot, ...proof].every(isHash)) return false;
  if (oldSize === newSize) return proof.length === 0 && oldRoot === newRoot && isRootOf(oldSize, oldRoot);
  if (oldSize === 0) return proof.length === 0 && oldRoot === emptyRoot;
  // The proof begins with the subtree that ends the old tree; where that is the whole old tree, it goes without saying.
  const [start, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (start === undefined) return false;
  let node = oldSize - 1;
  let last = newSize - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  let oldComputed = start;
  let newComputed = start;
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldComputed = nodeHash(hash, oldComputed);
      newComputed = nodeHash(hash, newComputed);
      // The rightmost node of an odd level has no sibling there and stands unchanged on the next.
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newComputed = nodeHash(newComputed, hash);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && oldComputed === oldRoot && newComputed === newRoot;
}

/** The empty tree has one root only; of any other size a root cannot be told by itself. */
function isRootOf(size: number, root: Hash): boolean {
  return size > 0 || root === emptyRoot;
}

function isPowerOfTwo(size: number): boolean {
  return size === 1 || splitOf(size) * 2 === size;
}
