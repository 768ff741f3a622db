// Roots, inclusion and consistency proofs, between our implementation and Go's, in both directions.

import {
  type Hash,
  hashFromBase64,
  hashToBase64,
  leafHash,
  MemoryTree,
  proveConsistency,
  proveInclusion,
  verifyConsistency,
  verifyInclusion,
} from '@indelible/log';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGoPeer, type GoPeer, type GoRequest, reasonWithoutGo } from './go-peer.ts';

const reason = reasonWithoutGo();
const suite = `trees between Indelible and Go${reason ? ` (skipped: ${reason})` : ''}`;

const record = (position: number) => `{"seq":${position},"event_type":"admin_action","details":{"who":"Zoë"}}`;
const treeSize = 1100;
const tree = new MemoryTree();
for (let i = 0; i < treeSize; i++) tree.append(leafHash(record(i)));
const leaves = Array.from({ length: treeSize }, (_, i) => hashToBase64(tree.read(0, i)));

const base64 = (hashes: readonly Hash[]) => hashes.map(hashToBase64);
const rootOf = (size: number) => hashToBase64(tree.root(size));
const sizes = [1, 2, 3, 7, 8, 255, 256, 257, 1000, 1023, 1024, treeSize];

/** Positions at the edges of the tree and of its subtrees. */
const positionsIn = (size: number) =>
  [...new Set([0, 1, 254, 255, 256, 511, 999, 1024, size - 2, size - 1])].filter((p) => p >= 0 && p < size);

const inclusions = sizes.flatMap((size) => positionsIn(size).map((index) => ({ size, index })));
// Go has no trees of size 0 to be consistent with.
const growths = sizes.flatMap((size) =>
  sizes.filter((oldSize) => oldSize <= size).map((oldSize) => ({ size, oldSize })),
);

describe.skipIf(reason !== undefined)(suite, () => {
  let go: GoPeer;

  beforeAll(() => {
    go = buildGoPeer();
  });
  afterAll(() => go?.remove());

  it('gives the same leaf hashes and roots', () => {
    const [leaf, ...roots] = go.ask([
      { op: 'hashRecord', recordText: record(42) },
      ...sizes.map((size): GoRequest => ({ op: 'treeHash', size, leaves: leaves.slice(0, size) })),
    ]);
    expect(leaf?.leafHash).toBe(leaves[42]);
    expect(roots.map(({ root }) => root)).toEqual(sizes.map(rootOf));
  });

  it('lets Go check our inclusion proofs, and refuse them for another leaf', () => {
    const proofs = inclusions.map(({ size, index }): GoRequest => {
      const proof = base64(proveInclusion(tree.read, index, size));
      return { op: 'checkRecord', proof, size, root: rootOf(size), index, leaf: leaves[index]! };
    });
    expect(go.ask(proofs)).toEqual(proofs.map(() => ({})));
    const wrong = go.ask(proofs.map((proof) => ({ ...proof, leaf: hashToBase64(leafHash('another')) })));
    for (const { error } of wrong) expect(error).toMatch(/invalid/);
  });

  it('lets Go check our consistency proofs, and refuse them for another old root', () => {
    const proofs = growths.map(({ size, oldSize }): GoRequest => {
      const proof = base64(proveConsistency(tree.read, oldSize, size));
      return { op: 'checkTree', proof, size, root: rootOf(size), oldSize, oldRoot: rootOf(oldSize) };
    });
    expect(go.ask(proofs)).toEqual(proofs.map(() => ({})));
    const wrong = go.ask(proofs.map((proof) => ({ ...proof, oldRoot: hashToBase64(leafHash('another')) })));
    for (const { error } of wrong) expect(error).toMatch(/invalid/);
  });

  it('verifies the proofs that Go makes, which are the very same', () => {
    const records = go.ask(inclusions.map(({ size, index }) => ({ op: 'proveRecord', size, index, leaves })));
    for (const [i, { size, index }] of inclusions.entries()) {
      const proof = read(records[i]?.proof);
      expect(proof).toEqual(proveInclusion(tree.read, index, size));
      expect(verifyInclusion(tree.read(0, index), index, size, proof, tree.root(size))).toBe(true);
    }
    const trees = go.ask(growths.map(({ size, oldSize }) => ({ op: 'proveTree', size, oldSize, leaves })));
    for (const [i, { size, oldSize }] of growths.entries()) {
      const proof = read(trees[i]?.proof);
      expect(proof).toEqual(proveConsistency(tree.read, oldSize, size));
      expect(verifyConsistency(oldSize, tree.root(oldSize), size, tree.root(size), proof)).toBe(true);
    }
  });
});

/** Go leaves an empty proof out. */
function read(proof: readonly string[] = []): Hash[] {
  return proof.map((hash) => hashFromBase64(hash) ?? expect.fail(`not a hash: ${hash}`));
}
