// Where the roots of subtrees come from: the files of leaf and tile hashes, or a tree held in memory.

import { AuditError } from '../base/errors.ts';
import { type Hash, nodeHash } from './hash.ts';
import { type ReadSubtree, rootOfRange } from './subtree.ts';

/** Levels of the tree that one file of hashes stands above the one below it: tiles are 2^8 wide. */
const levelsPerTier = 8;

/**
 * Gives `count` consecutive hashes from index `first` of the file `tree/<tier>`: leaf hashes in tier 0, roots of full
 * subtrees of 256 leaves in tier 1, of 65,536 in tier 2 and so on. It throws where it does not have them all.
 */
export type ReadTier = (tier: number, first: number, count: number) => readonly Hash[];

/** Reads subtrees from files of tile hashes: at most 128 hashes of one file for each. */
export function createTierReader(readTier: ReadTier): ReadSubtree {
  return (level, index) => {
    const count = 2 ** (level % levelsPerTier);
    let hashes = readTier(Math.floor(level / levelsPerTier), index * count, count);
    while (hashes.length > 1) hashes = parentsOf(hashes);
    return hashes[0]!;
  };
}

/**
 * A tree in memory, each of its perfect subtrees kept: 64 bytes a leaf and more. For logs that are small or being
 * scanned.
 */
export class MemoryTree {
  /** `#levels[l][i]` is the root of the subtree (l, i). */
  readonly #levels: Hash[][] = [[]];

  get size(): number {
    return this.#levels[0]!.length;
  }

  append(leaf: Hash): void {
    let root = leaf;
    for (let level = 0; ; level++) {
      if (level === this.#levels.length) this.#levels.push([]);
      const roots = this.#levels[level]!;
      roots.push(root);
      if (roots.length % 2 === 1) return;
      root = nodeHash(roots.at(-2)!, root);
    }
  }

  /** The root of a perfect subtree. Throws `not_found` where it is not full. Bound, so that it can be given away. */
  readonly read: ReadSubtree = (level, index) => {
    const root = this.#levels[level]?.[index];
    if (root === undefined)
      throw new AuditError('not_found', `No full subtree ${index} on level ${level} of the tree.`);
    return root;
  };

  /** The root of the first `size` leaves. */
  root(size = this.size): Hash {
    return rootOfRange(this.read, 0, size);
  }
}

function parentsOf(hashes: readonly Hash[]): Hash[] {
  const parents: Hash[] = [];
  for (let i = 0; i + 1 < hashes.length; i += 2) parents.push(nodeHash(hashes[i]!, hashes[i + 1]!));
  return parents;
}
