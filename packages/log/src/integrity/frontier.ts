// The frontier of a growing tree: the roots of the perfect subtrees that make it up, largest first. It holds at most 53
// hashes however long the log, is all that a writer needs to append, and is what a gap from 0 carries.

import { emptyRoot, type Hash, nodeHash } from './hash.ts';

export class Frontier {
  /** Roots of perfect subtrees, left to right: one for each 1 in the binary form of `size`. */
  readonly #nodes: Hash[];
  #size: number;

  private constructor(nodes: Hash[], size: number) {
    this.#nodes = nodes;
    this.#size = size;
  }

  static empty(): Frontier {
    return new Frontier([], 0);
  }

  /** The frontier of a tree of `size` leaves, from its nodes left to right; undefined if their number does not fit. */
  static from(nodes: readonly Hash[], size: number): Frontier | undefined {
    return nodes.length === onesOf(size) ? new Frontier([...nodes], size) : undefined;
  }

  get size(): number {
    return this.#size;
  }

  get nodes(): readonly Hash[] {
    return this.#nodes;
  }

  clone(): Frontier {
    return new Frontier([...this.#nodes], this.#size);
  }

  appendLeaf(leaf: Hash): void {
    let merged = leaf;
    // Each trailing 1 of the size is a subtree as large as what is being added: the two become one.
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      merged = nodeHash(this.#nodes.pop()!, merged);
    }
    this.#nodes.push(merged);
    this.#size += 1;
  }

  /**
   * Appends the root of a perfect subtree of `2^level` leaves. The size must be a multiple of `2^level`, as it is when
   * the nodes of a gap are added in order.
   */
  appendSubtree(root: Hash, level: number): boolean {
    const leaves = 2 ** level;
    if (this.#size % leaves !== 0) return false;
    let merged = root;
    for (let rest = this.#size / leaves; rest % 2 === 1; rest = (rest - 1) / 2) {
      merged = nodeHash(this.#nodes.pop()!, merged);
    }
    this.#nodes.push(merged);
    this.#size += leaves;
    return true;
  }

  root(): Hash {
    const { length } = this.#nodes;
    if (length === 0) return emptyRoot;
    let root = this.#nodes[length - 1]!;
    for (let i = length - 2; i >= 0; i--) root = nodeHash(this.#nodes[i]!, root);
    return root;
  }
}

function onesOf(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}
