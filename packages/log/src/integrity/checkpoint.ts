// C2SP tlog-checkpoint: what a log says of its tree at one size, as three lines, and the signed note that carries it.
// Extension lines, which the specification allows and advises against, are refused.
//
//   origin
//   size, decimal
//   root hash, base64

import { AuditError } from '../base/errors.ts';
import { emptyRoot, type Hash, hashFromBase64, hashToBase64 } from './hash.ts';
import type { Verifier } from './key.ts';
import { type Note, openNote, parseNote, signNote } from './note.ts';
import type { Signer } from './signer.ts';
import { isPlainText, parseDecimal } from './text.ts';

export interface Checkpoint {
  /** The log's name, which is its key's name too. */
  readonly origin: string;
  /** How many leaves the tree has. */
  readonly size: number;
  /** The RFC 6962 root over them. */
  readonly root: Hash;
}

/** A checkpoint and the note it came from. */
export interface CheckpointNote extends Checkpoint {
  readonly note: Note;
}

/** A checkpoint whose note was signed by the log it names. */
export interface VerifiedCheckpoint extends Checkpoint {
  /** The given verifiers whose signatures are good. At least one of them bears the origin as its name. */
  readonly verifiedBy: readonly Verifier[];
}

/** The three lines of a checkpoint: the text that is signed. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${hashToBase64(root)}\n`;
}

/**
 * Reads the three lines of a checkpoint.
 * @throws AuditError `invalid_checkpoint` for anything but exactly them, and for an empty tree with another root.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n', 5);
  const [origin, decimal, base64, end] = lines;
  if (lines.length !== 4 || end !== '') throw invalidCheckpoint('three lines, each ending in a newline');
  if (!origin || !isPlainText(origin)) throw invalidCheckpoint('an origin in its first line');
  const size = parseDecimal(decimal ?? '');
  if (size === undefined) throw invalidCheckpoint('a decimal size in its second line');
  const root = hashFromBase64(base64 ?? '');
  if (root === undefined) throw invalidCheckpoint('a base64 root hash in its third line');
  if (size === 0 && root !== emptyRoot) throw invalidCheckpoint('the root of the empty tree for the size 0');
  return { origin, size, root };
}

/** Signs a checkpoint: the signed note that a seal carries. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly Signer[]): string {
  return signNote(formatCheckpoint(checkpoint), signers);
}

/**
 * Reads a checkpoint out of its signed note without checking any signature.
 * @throws AuditError `invalid_note`, `invalid_checkpoint`.
 */
export function parseCheckpointNote(note: string | Uint8Array): CheckpointNote {
  const parsed = parseNote(note);
  return { ...parseCheckpoint(parsed.text), note: parsed };
}

/**
 * Reads a checkpoint out of its signed note and checks that its log signed it: that a good signature is there by one of
 * `verifiers` that bears the origin as its name.
 * @throws AuditError `invalid_note` and `invalid_checkpoint` if it is malformed, `invalid_signature` if a known key's
 * signature is wrong or the origin's is missing.
 */
export function openCheckpoint(note: string | Uint8Array, verifiers: readonly Verifier[]): VerifiedCheckpoint {
  const { text, verifiedBy } = openNote(note, verifiers);
  const checkpoint = parseCheckpoint(text);
  if (!verifiedBy.some(({ name }) => name === checkpoint.origin)) {
    throw new AuditError('invalid_signature', `The checkpoint of ${checkpoint.origin} is signed by others only.`);
  }
  return { ...checkpoint, verifiedBy };
}

function invalidCheckpoint(expected: string): AuditError {
  return new AuditError('invalid_checkpoint', `Not a checkpoint: expected ${expected}.`);
}
