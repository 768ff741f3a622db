// The tree against the published test data of Certificate Transparency (eight leaves, their roots and proofs) and
// against the definitions of RFC 6962, section 2.1, written down again as they stand there.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proveConsistency, verifyConsistency } from './consistency-proof.ts';
import { Frontier } from './frontier.ts';
import { emptyRoot, type Hash, hashToBuffer, leafHash, nodeHash } from './hash.ts';
import { proveInclusion, verifyInclusion } from './inclusion-proof.ts';
import { MemoryTree } from './tree-reader.ts';

const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];

const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const a = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
const b = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const c = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';
const d = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const leaf4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
const firstFour = roots[4]!;

const inclusionProofs: [position: number, size: number, proof: string[]][] = [
  [0, 1, []],
  [0, 8, [a, b, c]],
  [5, 8, [leaf4, d, firstFour]],
  [2, 3, [roots[2]!]],
  [1, 5, [roots[1]!, b, leaf4]],
];

const consistencyProofs: [oldSize: number, newSize: number, proof: string[]][] = [
  [1, 1, []],
  [1, 8, [a, b, c]],
  [6, 8, ['0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', d, firstFour]],
  [2, 5, [b, leaf4]],
];

const hex = (hash: Hash) => hashToBuffer(hash).toString('hex');
const leaves = inputs.map((input) => leafHash(Buffer.from(input, 'hex')));

function treeOf(hashes: readonly Hash[]): MemoryTree {
  const tree = new MemoryTree();
  for (const hash of hashes) tree.append(hash);
  return tree;
}

describe('the published test data', () => {
  it.each(roots.map((root, size) => [size, root] as const))('gives the tree of size %i its root', (size, root) => {
    const frontier = Frontier.empty();
    for (const leaf of leaves.slice(0, size)) frontier.appendLeaf(leaf);
    expect(hex(frontier.root())).toBe(root);
    expect(hex(treeOf(leaves.slice(0, size)).root())).toBe(root);
    expect(hex(treeOf(leaves).root(size))).toBe(root);
  });

  it.each(inclusionProofs)('gives leaf %i of the tree of size %i its proof', (position, size, expected) => {
    const tree = treeOf(leaves);
    const proof = proveInclusion(tree.read, position, size);
    expect(proof.map(hex)).toEqual(expected);
    expect(verifyInclusion(leaves[position]!, position, size, proof, tree.root(size))).toBe(true);
  });

  it.each(consistencyProofs)('proves that the tree of size %i begins that of size %i', (oldSize, newSize, expected) => {
    const tree = treeOf(leaves);
    const proof = proveConsistency(tree.read, oldSize, newSize);
    expect(proof.map(hex)).toEqual(expected);
    expect(verifyConsistency(oldSize, tree.root(oldSize), newSize, tree.root(newSize), proof)).toBe(true);
  });
});

describe('the definitions of RFC 6962', () => {
  const anyLeaves = fc
    .array(fc.string(), { minLength: 1, maxLength: 70 })
    .map((texts) => texts.map((t) => leafHash(t)));

  it('give the same root as a tree that grew leaf by leaf', () => {
    fc.assert(
      fc.property(anyLeaves, (hashes) => {
        const frontier = Frontier.empty();
        for (const hash of hashes) frontier.appendLeaf(hash);
        expect(frontier.root()).toBe(treeHash(hashes));
        expect(treeOf(hashes).root()).toBe(treeHash(hashes));
      }),
    );
  });

  it('give the same inclusion proofs', () => {
    fc.assert(
      fc.property(anyLeaves, fc.nat(), (hashes, any) => {
        const position = any % hashes.length;
        expect(proveInclusion(treeOf(hashes).read, position, hashes.length)).toEqual(path(position, hashes));
      }),
    );
  });

  it('give the same consistency proofs', () => {
    fc.assert(
      fc.property(anyLeaves, fc.nat(), (hashes, any) => {
        const oldSize = 1 + (any % hashes.length);
        expect(proveConsistency(treeOf(hashes).read, oldSize, hashes.length)).toEqual(subproof(oldSize, hashes, true));
      }),
    );
  });
});

function splitOf(size: number): number {
  return 2 ** (Math.ceil(Math.log2(size)) - 1);
}

/** MTH */
function treeHash(hashes: readonly Hash[]): Hash {
  if (hashes.length === 0) return emptyRoot;
  if (hashes.length === 1) return hashes[0]!;
  const k = splitOf(hashes.length);
  return nodeHash(treeHash(hashes.slice(0, k)), treeHash(hashes.slice(k)));
}

/** PATH */
function path(m: number, hashes: readonly Hash[]): Hash[] {
  if (hashes.length === 1) return [];
  const k = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, k), hashes.slice(k)];
  return m < k ? [...path(m, left), treeHash(right)] : [...path(m - k, right), treeHash(left)];
}

/** SUBPROOF */
function subproof(m: number, hashes: readonly Hash[], whole: boolean): Hash[] {
  if (m === hashes.length) return whole ? [] : [treeHash(hashes)];
  const k = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, k), hashes.slice(k)];
  return m <= k ? [...subproof(m, left, whole), treeHash(right)] : [...subproof(m - k, right, false), treeHash(left)];
}
