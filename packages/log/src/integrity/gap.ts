// Gaps: ranges of leaves that are elsewhere, of which only the roots of their perfect subtrees are here. A log with
// gaps anywhere still has its root, and each record that is here is proved by it.

import type { Frontier } from './frontier.ts';
import { type Hash, nodeHash } from './hash.ts';
import { isPosition, nodesOfRange, type ReadSubtree, type Subtree } from './subtree.ts';

/** The leaves from `first` up to `end`, exclusive, as the roots of `nodesOfRange(first, end)`. */
export interface GapHashes {
  readonly first: number;
  readonly end: number;
  readonly nodes: readonly Hash[];
}

/** The gap for a range of a tree that can be read. */
export function gapOfRange(read: ReadSubtree, first: number, end: number): GapHashes {
  return { first, end, nodes: nodesOfRange(first, end).map(({ level, index }) => read(level, index)) };
}

/**
 * Adds a gap to a growing tree. False, and nothing is added, if it does not begin where the tree ends, is empty, or has
 * not exactly the nodes that its range has.
 */
export function appendGap(frontier: Frontier, gap: GapHashes): boolean {
  const subtrees = subtreesOf(gap);
  if (subtrees === undefined || gap.first !== frontier.size) return false;
  subtrees.forEach(({ level }, i) => {
    frontier.appendSubtree(gap.nodes[i]!, level);
  });
  return true;
}

/**
 * Makes the gap for consecutive leaves that come one by one or as gaps themselves: a filter's and an archive's tool.
 */
export class GapBuilder {
  readonly #first: number;
  readonly #nodes: (Subtree & { readonly root: Hash })[] = [];
  #end: number;

  constructor(first: number) {
    this.#first = first;
    this.#end = first;
  }

  /** The position that the next leaf has. */
  get end(): number {
    return this.#end;
  }

  appendLeaf(leaf: Hash): void {
    this.#append(leaf, 0, this.#end);
  }

  /** Adds a gap that begins where this one ends. False, and nothing is added, if it does not or is malformed. */
  appendGap(gap: GapHashes): boolean {
    const subtrees = subtreesOf(gap);
    if (subtrees === undefined || gap.first !== this.#end) return false;
    subtrees.forEach(({ level, index }, i) => {
      this.#append(gap.nodes[i]!, level, index);
    });
    return true;
  }

  build(): GapHashes {
    return { first: this.#first, end: this.#end, nodes: this.#nodes.map(({ root }) => root) };
  }

  #append(root: Hash, level: number, index: number): void {
    this.#end = (index + 1) * 2 ** level;
    let merged = { root, level, index };
    for (let left = this.#nodes.at(-1); left !== undefined && areSiblings(left, merged); left = this.#nodes.at(-1)) {
      this.#nodes.pop();
      merged = { root: nodeHash(left.root, merged.root), level: merged.level + 1, index: left.index / 2 };
    }
    this.#nodes.push(merged);
  }
}

function areSiblings(left: Subtree, right: Subtree): boolean {
  return left.level === right.level && right.index % 2 === 1 && left.index === right.index - 1;
}

/** The subtrees whose roots the gap holds, or undefined if it is no range of leaves or their number is another. */
function subtreesOf({ first, end, nodes }: GapHashes): Subtree[] | undefined {
  if (!isPosition(first) || !isPosition(end) || first >= end) return undefined;
  const subtrees = nodesOfRange(first, end);
  return subtrees.length === nodes.length ? subtrees : undefined;
}
