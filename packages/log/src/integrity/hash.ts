// RFC 6962 hashing. A hash is kept as a string of 32 latin1 characters, one a byte: of all forms that node:crypto
// gives, this one costs least to make (about three times less than a Buffer), and two of them compare with `===`.

import { hash } from 'node:crypto';

/** 32 bytes as a latin1 string. */
export type Hash = string;

export const hashBytes = 32;

/** The root of the tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Hash = hash('sha256', '', 'binary');

/** SHA-256(0x00 ‖ entry). A string is hashed as its UTF-8 bytes. */
export function leafHash(entry: string | Uint8Array): Hash {
  if (typeof entry === 'string') return hash('sha256', `\0${entry}`, 'binary');
  const bytes = new Uint8Array(entry.length + 1);
  bytes.set(entry, 1);
  return hash('sha256', bytes, 'binary');
}

/** The leaf hash of an entry that already has its 0x00 before it: for callers that lay bytes out themselves. */
export function hashPrefixedLeaf(prefixedEntry: Uint8Array): Hash {
  return hash('sha256', prefixedEntry, 'binary');
}

declare global {
  interface Buffer {
    /** What `write(text, offset, 'latin1')` ends in; without its checks a node is hashed a fifth faster. */
    latin1Write(text: string, offset: number): number;
  }
}

// One buffer serves every call: hashing is synchronous, so that nobody else can hold it.
const node = Buffer.alloc(1 + 2 * hashBytes);
node[0] = 1;

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  node.latin1Write(left, 1);
  node.latin1Write(right, 1 + hashBytes);
  return hash('sha256', node, 'binary');
}

export function hashToBuffer(value: Hash): Buffer {
  return Buffer.from(value, 'latin1');
}

export function hashToBase64(value: Hash): string {
  return Buffer.from(value, 'latin1').toString('base64');
}

/** The hash that 44 characters of padded standard base64 stand for, or undefined for any other text. */
export function hashFromBase64(text: string): Hash | undefined {
  if (text.length !== 44) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === hashBytes && bytes.toString('base64') === text ? bytes.toString('latin1') : undefined;
}

/**
 * Whether a string is a hash by its form: 32 characters of one byte each. For hashes that a caller outside hands in.
 */
export function isHash(value: string): boolean {
  return value.length === hashBytes && !/[\u0100-\uffff]/.test(value);
}
