import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hash, leafHash, nodeHash } from './hash.ts';
import { proveInclusion, verifyInclusion } from './inclusion-proof.ts';
import { MemoryTree } from './tree-reader.ts';

const other = leafHash('something else');

function treeOf(size: number): MemoryTree {
  const tree = new MemoryTree();
  for (let i = 0; i < size; i++) tree.append(leafHash(`record ${i}`));
  return tree;
}

const leafInTree = fc
  .integer({ min: 1, max: 600 })
  .chain((size) => fc.tuple(fc.constant(size), fc.nat({ max: size - 1 })));

describe('an inclusion proof', () => {
  it('verifies for every leaf of every tree', () => {
    for (let size = 1; size <= 40; size++) {
      const tree = treeOf(size);
      for (let position = 0; position < size; position++) {
        const proof = proveInclusion(tree.read, position, size);
        expect(verifyInclusion(leafHash(`record ${position}`), position, size, proof, tree.root())).toBe(true);
      }
    }
  });

  it('fails once a hash of it, the leaf, the root or the position is another', () => {
    fc.assert(
      fc.property(leafInTree, fc.nat(), fc.nat(), ([size, position], anyHash, anyNumber) => {
        const tree = treeOf(size);
        const leaf = leafHash(`record ${position}`);
        const root = tree.root();
        const proof = proveInclusion(tree.read, position, size);
        const verify = (p: readonly Hash[], at = position) => verifyInclusion(leaf, at, size, p, root);
        expect(verify(proof)).toBe(true);
        expect(verify([...proof, other])).toBe(false);
        expect(verify([other, ...proof])).toBe(false);
        expect(verifyInclusion(other, position, size, proof, root)).toBe(false);
        expect(verifyInclusion(leaf, position, size, proof, other)).toBe(false);
        const elsewhere = anyNumber % size;
        if (elsewhere !== position) expect(verify(proof, elsewhere)).toBe(false);
        if (proof.length === 0) return;
        const i = anyHash % proof.length;
        expect(verify(proof.with(i, other))).toBe(false);
        expect(verify(proof.toSpliced(i, 1))).toBe(false);
        if (proof.length > 1) expect(verify(proof.toReversed())).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where the position or the size is no position, or the position is not in the tree', () => {
    const leaf = leafHash('record 0');
    for (const [position, size] of [
      [0, 0],
      [1, 1],
      [-1, 1],
      [0.5, 1],
      [Number.NaN, 1],
      [0, Number.POSITIVE_INFINITY],
      [0, 2 ** 53],
    ] as const) {
      expect(verifyInclusion(leaf, position, size, [], leaf)).toBe(false);
      expect(() => proveInclusion(() => leaf, position, size)).toThrow(
        expect.objectContaining({ code: 'invalid_argument' }),
      );
    }
  });

  it('is refused where a hash has not the form of one', () => {
    const [left, right] = [leafHash('a'), leafHash('b')];
    const root = nodeHash(left, right);
    expect(verifyInclusion(left, 0, 2, [right], root)).toBe(true);
    expect(verifyInclusion(left, 0, 2, [`${right}x`], root)).toBe(false);
    // The same low bytes in characters past one byte: what a careless conversion would take for the hash.
    const wide = String.fromCharCode(...[...right].map((char) => char.charCodeAt(0) + 0x100));
    expect(verifyInclusion(left, 0, 2, [wide], root)).toBe(false);
  });

  it('works past 32 bits, to the largest tree that there can be', () => {
    // A tree whose leaves are all the same has one hash a level, so that any subtree of it can be read at once.
    const byLevel = [leafHash('same')];
    while (byLevel.length < 54) byLevel.push(nodeHash(byLevel.at(-1)!, byLevel.at(-1)!));
    const read = (level: number) => byLevel[level]!;
    const root = (size: number) => {
      let folded: Hash | undefined;
      for (let rest = BigInt(size), level = 0; rest > 0n; rest >>= 1n, level++) {
        if (rest & 1n) folded = folded === undefined ? read(level) : nodeHash(read(level), folded);
      }
      return folded!;
    };
    const anySize = fc.oneof(
      fc.constant(Number.MAX_SAFE_INTEGER),
      fc.maxSafeNat().map((n) => Math.max(n, 2)),
    );
    fc.assert(
      fc.property(anySize, fc.maxSafeNat(), (size, any) => {
        for (const position of [0, any % size, size - 1]) {
          const proof = proveInclusion(read, position, size);
          expect(proof.length).toBeLessThanOrEqual(53);
          expect(verifyInclusion(read(0), position, size, proof, root(size))).toBe(true);
          expect(verifyInclusion(other, position, size, proof, root(size))).toBe(false);
        }
      }),
    );
  });
});
