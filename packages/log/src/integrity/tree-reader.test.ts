import { describe, expect, it } from 'vitest';
import { proveConsistency, verifyConsistency } from './consistency-proof.ts';
import { leafHash } from './hash.ts';
import { proveInclusion, verifyInclusion } from './inclusion-proof.ts';
import { createTierReader, MemoryTree } from './tree-reader.ts';

/** Three tiers' worth of leaves, and a ragged edge on each tier. */
const size = 65_536 + 3 * 256 + 77;
const tree = new MemoryTree();
for (let i = 0; i < size; i++) tree.append(leafHash(`record ${i}`));

/** What the tree files would give: full tiles of each tier, and not one hash more. */
const readTiers = createTierReader((tier, first, count) => {
  const hashes = Array.from({ length: count }, (_, i) => tree.read(tier * 8, first + i));
  expect(count).toBeLessThanOrEqual(128);
  return hashes;
});

describe('a tree read from tiers', () => {
  it('has the subtrees of the tree in memory', () => {
    for (let level = 0; level <= 16; level++) {
      const last = Math.floor(size / 2 ** level) - 1;
      for (const index of [0, Math.floor(last / 2), last]) {
        expect(readTiers(level, index)).toBe(tree.read(level, index));
      }
    }
  });

  it('gives proofs that verify', () => {
    for (const position of [0, 255, 256, 65_535, 65_536, size - 1]) {
      const proof = proveInclusion(readTiers, position, size);
      expect(verifyInclusion(leafHash(`record ${position}`), position, size, proof, tree.root())).toBe(true);
    }
    for (const oldSize of [1, 256, 40_000, 65_537, size]) {
      const proof = proveConsistency(readTiers, oldSize, size);
      expect(verifyConsistency(oldSize, tree.root(oldSize), size, tree.root(), proof)).toBe(true);
    }
  });
});

describe('a tree in memory', () => {
  it('says of a subtree that is not full that it is not there', () => {
    expect(() => tree.read(16, 1)).toThrow(expect.objectContaining({ code: 'not_found' }));
    expect(() => tree.read(0, size)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});
