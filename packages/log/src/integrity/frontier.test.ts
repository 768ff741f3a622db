import { describe, expect, it } from 'vitest';
import { Frontier } from './frontier.ts';
import { leafHash, nodeHash } from './hash.ts';

const leaf = (position: number) => leafHash(`record ${position}`);

function frontierOf(size: number): Frontier {
  const frontier = Frontier.empty();
  for (let i = 0; i < size; i++) frontier.appendLeaf(leaf(i));
  return frontier;
}

describe('the frontier of a tree', () => {
  it('grows on from its nodes as if it had never been written down', () => {
    for (let size = 0; size < 40; size++) {
      const restored = Frontier.from(frontierOf(size).nodes, size);
      restored?.appendLeaf(leaf(size));
      expect(restored?.root()).toBe(frontierOf(size + 1).root());
    }
  });

  it('is not restored from a number of nodes that its size does not have', () => {
    const { nodes } = frontierOf(7);
    expect(Frontier.from(nodes, 7)).toBeDefined();
    for (const size of [0, 1, 3, 6, 8]) expect(Frontier.from(nodes, size)).toBeUndefined();
  });

  it('counts nodes past 32 bits', () => {
    const nodes = Array.from({ length: 53 }, () => leaf(0));
    expect(Frontier.from(nodes, Number.MAX_SAFE_INTEGER)?.size).toBe(Number.MAX_SAFE_INTEGER);
    const large = Frontier.from([leaf(0)], 2 ** 40);
    large?.appendLeaf(leaf(1));
    expect(large?.root()).toBe(nodeHash(leaf(0), leaf(1)));
    expect(large?.size).toBe(2 ** 40 + 1);
  });

  it('takes a subtree only where it is aligned, and stays as it was otherwise', () => {
    const frontier = frontierOf(2);
    const root = frontier.root();
    expect(frontier.appendSubtree(leaf(9), 2)).toBe(false);
    expect([frontier.size, frontier.root()]).toEqual([2, root]);
    expect(frontier.appendSubtree(nodeHash(leaf(2), leaf(3)), 1)).toBe(true);
    expect(frontier.root()).toBe(frontierOf(4).root());
  });

  it('has copies that do not grow with it', () => {
    const frontier = frontierOf(3);
    const copy = frontier.clone();
    frontier.appendLeaf(leaf(3));
    expect(copy.root()).toBe(frontierOf(3).root());
    expect(copy.size).toBe(3);
  });
});
