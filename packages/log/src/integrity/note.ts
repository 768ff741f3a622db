// C2SP signed-note: a text, and the signatures of any number of keys under it.
//
//   text, ending in a newline (it may hold empty lines)
//   an empty line
//   "— " name " " base64(key ID ‖ signature)        one line a signature

import { AuditError } from '../base/errors.ts';
import { decodeBase64 } from './base64.ts';
import { isKeyName, type Verifier } from './key.ts';
import type { Signer } from './signer.ts';
import { decodeText, isPlainText } from './text.ts';

/** The bounds of Go's `note` package; the specification asks for at least 16 signatures. */
const noteLengthMax = 1_000_000;
const signaturesMax = 100;

const keyIdBytes = 4;

export interface NoteSignature {
  readonly name: string;
  /** Eight lower-case hexadecimal digits. */
  readonly keyId: string;
  /** What follows the key ID: 64 bytes for Ed25519. */
  readonly signature: Buffer;
}

export interface Note {
  /** What was signed, with its final newline. */
  readonly text: string;
  /** All signatures as they stand, checked or not, known or not. */
  readonly signatures: readonly NoteSignature[];
}

export interface OpenedNote extends Note {
  /** Those of the given verifiers whose signature is there and good; at least one. */
  readonly verifiedBy: readonly Verifier[];
}

/**
 * Signs a text with one or more keys, in their order.
 * @throws AuditError `invalid_note` if the text does not end in a newline or holds control characters, or no signer is
 * given.
 */
export function signNote(text: string, signers: readonly Signer[]): string {
  if (signers.length === 0) throw invalidNote('nobody signs it');
  if (!text.endsWith('\n')) throw invalidNote('its text does not end in a newline');
  if (!isPlainText(text)) throw invalidNote('its text holds control characters or is not well-formed');
  return `${text}\n${signers.map((signer) => signer.sign(text)).join('')}`;
}

/**
 * Takes a signed note apart without checking any signature: the text must not be trusted yet, see {@link openNote}.
 * @throws AuditError `invalid_note` if it is malformed, longer than 1,000,000 characters or has over 100 signatures.
 */
export function parseNote(note: string | Uint8Array): Note {
  if (note.length > noteLengthMax) throw invalidNote(`it is longer than ${noteLengthMax}`);
  const decoded = decodeText(note);
  if (decoded === undefined || !isPlainText(decoded)) throw invalidNote('it holds control characters or is not UTF-8');
  const split = decoded.lastIndexOf('\n\n');
  if (split < 0) throw invalidNote('no empty line stands between text and signatures');
  if (!decoded.endsWith('\n')) throw invalidNote('no signature line ends it');
  const lines = decoded.slice(split + 2, -1).split('\n');
  if (lines.length > signaturesMax) throw invalidNote(`it has more than ${signaturesMax} signatures`);
  return { text: decoded.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

/**
 * Takes a signed note apart and checks it: signatures of unknown keys are passed over, each signature of a known key
 * must be good, and at least one must be there.
 * @throws AuditError `invalid_note` if it is malformed, `invalid_signature` if a known key's signature is wrong or no
 * known key signed.
 */
export function openNote(note: string | Uint8Array, verifiers: readonly Verifier[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const verifiedBy = new Set<Verifier>();
  for (const { name, keyId, signature } of signatures) {
    const verifier = verifiers.find((known) => known.name === name && known.keyId === keyId);
    if (verifier === undefined || verifiedBy.has(verifier)) continue;
    if (!verifier.verify(text, signature)) {
      throw new AuditError('invalid_signature', `The signature of ${name} (key ${keyId}) is wrong.`, {
        details: { name, keyId },
      });
    }
    verifiedBy.add(verifier);
  }
  if (verifiedBy.size === 0) {
    const known = verifiers.map(({ name, keyId }) => `${name} (key ${keyId})`).join(', ') || 'nobody';
    throw new AuditError('invalid_signature', `Not signed by any known key; known: ${known}.`);
  }
  return { text, signatures, verifiedBy: [...verifiedBy] };
}

function parseSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = /^— ([^ ]+) ([^ ]+)$/u.exec(line) ?? [];
  const bytes = encoded === undefined ? undefined : decodeBase64(encoded);
  if (name === undefined || !isKeyName(name) || bytes === undefined || bytes.length <= keyIdBytes) {
    throw invalidNote('a signature line is not "— name base64"');
  }
  return { name, keyId: bytes.toString('hex', 0, keyIdBytes), signature: bytes.subarray(keyIdBytes) };
}

function invalidNote(reason: string): AuditError {
  return new AuditError('invalid_note', `Not a signed note: ${reason}.`);
}
