// Verifies that a line is the record that a proof is about, under a key that the reader brings. Each step is made by
// itself, so that the reader sees which of them fail; the page's own word counts for none of them. Runs in the page.

import { encodeHex, encodeUtf8 } from './bytes.ts';
import { foldProof, hashLeaf } from './fold-proof.ts';
import type { Proof, SignedCheckpoint } from './parse-proof.ts';
import { parseVkey, type Vkey } from './parse-vkey.ts';
import { checkSignature, type Subtle } from './web-crypto.ts';

export interface Step {
  readonly state: 'passed' | 'failed' | 'unchecked';
  /** One sentence for the reader, with values from the log as they stand. */
  readonly text: string;
}

export interface Claim {
  readonly proof: Proof;
  /** The line as the reader sees it, perhaps edited. */
  readonly line: string;
  /** What the reader pasted as the log's key. */
  readonly vkey: string;
}

/** The steps in their order: place, tree, key, signature. The claim holds if all of them passed. */
export async function verifyRecord({ proof, line, vkey }: Claim, subtle: Subtle): Promise<Step[]> {
  const key = await parseVkey(vkey, subtle);
  return [
    checkPlace(line, proof),
    await checkTree(line, proof, subtle),
    checkKey(key, proof.checkpoint),
    await checkCheckpoint(key, proof.checkpoint, subtle),
  ];
}

function checkPlace(line: string, { index }: Proof): Step {
  return line.startsWith(`{"seq":${index},`)
    ? passed(`The record says of itself that it stands at position ${index}, and so does the proof.`)
    : failed(`The proof is about position ${index}, and the record does not say that it stands there.`);
}

async function checkTree(line: string, { index, hashes, checkpoint }: Proof, subtle: Subtle): Promise<Step> {
  const { root, size } = checkpoint;
  const leaf = await hashLeaf(line, subtle);
  const folded = await foldProof({ leaf, index, size, hashes }, subtle);
  const way = `The record’s hash ${brief(leaf)}, with the ${hashes.length} hashes of the proof,`;
  if (folded === undefined) return failed(`${way} does not fit a log of ${size} lines.`);
  return encodeHex(folded) === encodeHex(root)
    ? passed(`${way} gives the root that the checkpoint names (${brief(root)}).`)
    : failed(`${way} gives ${brief(folded)} and not the root that the checkpoint names (${brief(root)}).`);
}

function checkKey(key: Vkey | string, { origin }: SignedCheckpoint): Step {
  if (typeof key === 'string') return failed(key);
  return key.name === origin
    ? passed(`The key that you pasted is whole, and of the log ${origin}.`)
    : failed(`The key that you pasted is of ${key.name}, and the checkpoint is of the log ${origin}.`);
}

async function checkCheckpoint(
  key: Vkey | string,
  { text, signatures }: SignedCheckpoint,
  subtle: Subtle,
): Promise<Step> {
  if (typeof key === 'string') return unchecked('The signature cannot be checked without a key.');
  const named = `the key that you pasted (${key.keyId})`;
  const found = signatures.find(({ name, keyId }) => name === key.name && keyId === key.keyId);
  if (found === undefined) {
    const signers = signatures.map(({ keyId }) => keyId).join(', ');
    return failed(`The checkpoint is not signed by ${named} but by ${signers}.`);
  }
  const { publicKey } = key;
  const signed = encodeUtf8(text);
  const check = await checkSignature({ publicKey, signature: found.signature, signed }, subtle);
  if (check === 'unsupported') return unchecked('This browser cannot check Ed25519 signatures.');
  return check === 'good'
    ? passed(`The checkpoint is signed by ${named}.`)
    : failed(`The checkpoint’s signature is not one by ${named}.`);
}

/** Enough of a hash to tell it from others by eye; what is compared is the whole of it. */
function brief(hash: Uint8Array): string {
  return `${encodeHex(hash).slice(0, 12)}…`;
}

function passed(text: string): Step {
  return { state: 'passed', text };
}

function failed(text: string): Step {
  return { state: 'failed', text };
}

function unchecked(text: string): Step {
  return { state: 'unchecked', text };
}
