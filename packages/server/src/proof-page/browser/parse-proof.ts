// Takes a C2SP tlog-proof and the signed checkpoint in it apart, believing neither. Runs in the page, so it knows
// nothing of the rest of Indelible; docs/format.md is what both follow.

import { decodeBase64, decodeUtf8, encodeHex } from './bytes.ts';

export interface Proof {
  /** The record's position, as the proof claims it. */
  readonly index: number;
  /** The record's line, without its newline. */
  readonly line: string;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Uint8Array<ArrayBuffer>[];
  readonly checkpoint: SignedCheckpoint;
}

export interface SignedCheckpoint {
  /** What was signed: three lines, each with its newline. */
  readonly text: string;
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array<ArrayBuffer>;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** Eight lower-case hexadecimal digits. */
  readonly keyId: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

const hashBytes = 32;
const keyIdBytes = 4;

/** The parts of a proof that holds its record, or undefined for any other text. */
export function parseProof(text: string): Proof | undefined {
  const split = text.indexOf('\n\n');
  const [header, extra = '', index = '', ...encoded] = text.slice(0, split).split('\n');
  if (split < 0 || header !== 'c2sp.org/tlog-proof@v1') return undefined;
  if (!extra.startsWith('extra ') || !index.startsWith('index ')) return undefined;
  const record = decodeBase64(extra.slice('extra '.length));
  const line = record && decodeUtf8(record);
  const position = parseDecimal(index.slice('index '.length));
  const hashes = encoded.map(parseHash).filter((hash) => hash !== undefined);
  const checkpoint = parseCheckpoint(text.slice(split + 2));
  if (line === undefined || position === undefined || checkpoint === undefined) return undefined;
  return hashes.length === encoded.length ? { index: position, line, hashes, checkpoint } : undefined;
}

function parseCheckpoint(note: string): SignedCheckpoint | undefined {
  const [, text, signed] = /^([^\n]+\n[^\n]+\n[^\n]+\n)\n((?:[^\n]+\n)+)$/.exec(note) ?? [];
  if (text === undefined || signed === undefined) return undefined;
  const [origin = '', decimal = '', encoded = ''] = text.split('\n');
  const size = parseDecimal(decimal);
  const root = parseHash(encoded);
  const lines = signed.slice(0, -1).split('\n');
  const signatures = lines.map(parseSignature).filter((signature) => signature !== undefined);
  if (size === undefined || root === undefined || signatures.length < lines.length) return undefined;
  return { text, origin, size, root, signatures };
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name, encoded = ''] = /^— ([^ ]+) ([^ ]+)$/u.exec(line) ?? [];
  const bytes = decodeBase64(encoded);
  if (name === undefined || bytes === undefined || bytes.length <= keyIdBytes) return undefined;
  return { name, keyId: encodeHex(bytes.subarray(0, keyIdBytes)), signature: bytes.slice(keyIdBytes) };
}

function parseHash(encoded: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = decodeBase64(encoded);
  return bytes?.length === hashBytes ? bytes : undefined;
}

function parseDecimal(text: string): number | undefined {
  const value = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(value) ? value : undefined;
}
