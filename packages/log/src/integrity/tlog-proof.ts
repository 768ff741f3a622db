// C2SP tlog-proof: a file that shows, offline, that one record is in a log.
//
//   c2sp.org/tlog-proof@v1
//   extra <base64>             optional; here: the record's line, without its newline
//   index <decimal>
//   <base64 hash>              the inclusion proof, from the leaf's sibling up
//   an empty line
//   the signed checkpoint

import { AuditError } from '../base/errors.ts';
import { decodeBase64 } from './base64.ts';
import { openCheckpoint, type VerifiedCheckpoint } from './checkpoint.ts';
import { type Hash, hashFromBase64, hashToBase64, leafHash } from './hash.ts';
import { verifyInclusion } from './inclusion-proof.ts';
import type { Verifier } from './key.ts';
import { decodeText, parseDecimal } from './text.ts';

const header = 'c2sp.org/tlog-proof@v1';

/** A proof has a hash for each level of the tree at most, and a position is below 2^53. */
const hashesMax = 53;

/** Room for a record of 65,535 bytes, its proof, and a checkpoint of the size that a note may have. */
const proofLengthMax = 1_200_000;

export interface TlogProof {
  /** Opaque bytes, in no way signed by themselves. Ours are the record's line. */
  readonly extra?: Buffer;
  /** The record's position. */
  readonly index: number;
  readonly hashes: readonly Hash[];
  /** The signed note of a checkpoint that covers the position. */
  readonly checkpoint: string;
}

export interface VerifiedProof {
  readonly index: number;
  /** The record's line, without its newline: proved to stand at `index` under `checkpoint`. */
  readonly extra: Buffer;
  readonly checkpoint: VerifiedCheckpoint;
}

/** The text of a `.tlog-proof` file. */
export function formatTlogProof({ extra, index, hashes, checkpoint }: TlogProof): string {
  const lines = [header];
  if (extra !== undefined) lines.push(`extra ${extra.toString('base64')}`);
  lines.push(`index ${index}`, ...hashes.map(hashToBase64));
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/**
 * Reads a `.tlog-proof` file. Nothing is checked but its form; the checkpoint is passed on as it stands.
 * @throws AuditError `invalid_proof` if it is malformed.
 */
export function parseTlogProof(proof: string | Uint8Array): TlogProof {
  if (proof.length > proofLengthMax) throw invalidProof(`it is longer than ${proofLengthMax}`);
  const text = decodeText(proof);
  const split = text?.indexOf('\n\n') ?? -1;
  if (text === undefined || split < 0) throw invalidProof('no empty line stands between proof and checkpoint');
  const [first, ...lines] = text.slice(0, split).split('\n');
  if (first !== header) throw invalidProof(`its first line is not ${header}`);
  const extra = lines[0]?.startsWith('extra ') ? parseExtra(lines.shift()) : undefined;
  const index = parseIndex(lines.shift());
  if (lines.length > hashesMax) throw invalidProof(`it has more than ${hashesMax} hashes`);
  const hashes = lines.map(parseHash);
  return { ...(extra && { extra }), index, hashes, checkpoint: text.slice(split + 2) };
}

/**
 * Verifies a proof whose `extra` is the logged record: that the checkpoint is signed by the log it names, under one of
 * `verifiers`, and that the record stands at the proof's index in its tree.
 * @throws AuditError `invalid_proof` if it is malformed, has no record or does not lead from the record to the root;
 * `invalid_note`, `invalid_checkpoint`, `invalid_signature` as {@link openCheckpoint} does.
 */
export function verifyTlogProof(proof: string | Uint8Array, verifiers: readonly Verifier[]): VerifiedProof {
  const { extra, index, hashes, checkpoint: note } = parseTlogProof(proof);
  if (extra === undefined) throw invalidProof('it does not hold the record that it is about (a line "extra")');
  const checkpoint = openCheckpoint(note, verifiers);
  if (!verifyInclusion(leafHash(extra), index, checkpoint.size, hashes, checkpoint.root)) {
    throw new AuditError('invalid_proof', `The record is not at position ${index} of the log ${checkpoint.origin}.`, {
      details: { index, size: checkpoint.size },
    });
  }
  return { index, extra, checkpoint };
}

function parseExtra(line: string | undefined): Buffer {
  const extra = decodeBase64(line?.slice('extra '.length) ?? '');
  if (extra === undefined) throw invalidProof('its line "extra" does not hold base64');
  return extra;
}

function parseIndex(line: string | undefined): number {
  const index = line?.startsWith('index ') ? parseDecimal(line.slice('index '.length)) : undefined;
  if (index === undefined) throw invalidProof('it has no line "index" with a decimal');
  return index;
}

function parseHash(line: string): Hash {
  const hash = hashFromBase64(line);
  if (hash === undefined) throw invalidProof('a line of it is not a base64 SHA-256 hash');
  return hash;
}

function invalidProof(reason: string): AuditError {
  return new AuditError('invalid_proof', `Not a proof of inclusion: ${reason}.`);
}
