import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proveConsistency, verifyConsistency } from './consistency-proof.ts';
import { emptyRoot, leafHash } from './hash.ts';
import { MemoryTree } from './tree-reader.ts';

const other = leafHash('something else');

function treeOf(size: number): MemoryTree {
  const tree = new MemoryTree();
  for (let i = 0; i < size; i++) tree.append(leafHash(`record ${i}`));
  return tree;
}

describe('a consistency proof', () => {
  it('verifies between any two sizes of a tree', () => {
    const tree = treeOf(40);
    for (let newSize = 0; newSize <= 40; newSize++) {
      for (let oldSize = 0; oldSize <= newSize; oldSize++) {
        const proof = proveConsistency(tree.read, oldSize, newSize);
        expect(verifyConsistency(oldSize, tree.root(oldSize), newSize, tree.root(newSize), proof)).toBe(true);
      }
    }
  });

  it('fails once a hash of it, a root or the old size is another', () => {
    const sizes = fc
      .integer({ min: 2, max: 600 })
      .chain((n) => fc.tuple(fc.integer({ min: 1, max: n - 1 }), fc.constant(n)));
    fc.assert(
      fc.property(sizes, fc.nat(), fc.integer({ min: 1, max: 600 }), ([oldSize, newSize], anyHash, anySize) => {
        const tree = treeOf(newSize);
        const [oldRoot, newRoot] = [tree.root(oldSize), tree.root(newSize)];
        const proof = proveConsistency(tree.read, oldSize, newSize);
        const verify = (p: readonly string[], n = oldSize) => verifyConsistency(n, oldRoot, newSize, newRoot, p);
        expect(verify(proof)).toBe(true);
        expect(verify([...proof, other])).toBe(false);
        expect(verify([other, ...proof])).toBe(false);
        expect(verify([])).toBe(false);
        expect(verifyConsistency(oldSize, other, newSize, newRoot, proof)).toBe(false);
        expect(verifyConsistency(oldSize, oldRoot, newSize, other, proof)).toBe(false);
        if (anySize !== oldSize) expect(verify(proof, anySize)).toBe(false);
        const i = anyHash % proof.length;
        expect(verify(proof.with(i, other))).toBe(false);
        expect(verify(proof.toSpliced(i, 1))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('of a small tree does not pass for that of one with more levels', () => {
    const tree = treeOf(2);
    const proof = proveConsistency(tree.read, 1, 2);
    expect(verifyConsistency(1, tree.root(1), 2, tree.root(2), proof)).toBe(true);
    expect(verifyConsistency(1, tree.root(1), 4, tree.root(2), proof)).toBe(false);
  });

  it('does not exist from a tree whose records were changed', () => {
    const changed = new MemoryTree();
    for (let i = 0; i < 20; i++) changed.append(leafHash(i === 7 ? 'changed' : `record ${i}`));
    const proof = proveConsistency(changed.read, 10, 20);
    expect(verifyConsistency(10, treeOf(10).root(), 20, changed.root(), proof)).toBe(false);
  });

  it('is empty from the empty tree, which has one root only', () => {
    const tree = treeOf(5);
    expect(verifyConsistency(0, emptyRoot, 5, tree.root(), [])).toBe(true);
    expect(verifyConsistency(0, other, 5, tree.root(), [])).toBe(false);
    expect(verifyConsistency(0, emptyRoot, 5, tree.root(), [other])).toBe(false);
    expect(verifyConsistency(0, emptyRoot, 0, emptyRoot, [])).toBe(true);
    expect(verifyConsistency(0, other, 0, other, [])).toBe(false);
  });

  it('is empty between equal trees, and says so only of equal roots', () => {
    const root = treeOf(5).root();
    expect(verifyConsistency(5, root, 5, root, [])).toBe(true);
    expect(verifyConsistency(5, root, 5, other, [])).toBe(false);
    expect(verifyConsistency(5, root, 5, root, [other])).toBe(false);
  });

  it('is refused where a size is no size or the old tree is the larger one', () => {
    const root = treeOf(5).root();
    for (const [oldSize, newSize] of [
      [6, 5],
      [-1, 5],
      [1.5, 5],
      [Number.NaN, 5],
      [5, 2 ** 53],
    ] as const) {
      expect(verifyConsistency(oldSize, root, newSize, root, [])).toBe(false);
      expect(() => proveConsistency(() => root, oldSize, newSize)).toThrow(
        expect.objectContaining({ code: 'invalid_argument' }),
      );
    }
  });
});
