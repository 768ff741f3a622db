// Names, identifiers and public forms of the Ed25519 keys that sign checkpoints, as in C2SP signed-note.
//
//   key ID = SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4]
//   vkey   = name "+" hex(key ID) "+" base64(0x01 ‖ public key)

import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { AuditError } from '../base/errors.ts';
import { decodeBase64 } from './base64.ts';
import { isPlainText } from './text.ts';

const publicKeyBytes = 32;

/** The signature type of Ed25519 over the note's text, the only one made and checked here. */
export const ed25519Type = 0x01;

/** What precedes the 32 bytes of an Ed25519 public key in its SubjectPublicKeyInfo (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Checks signatures made under one key. */
export interface Verifier {
  /** The key's name; the log's origin where the key is a log's root key. */
  readonly name: string;
  /** The four bytes of the key ID as eight lower-case hexadecimal digits. */
  readonly keyId: string;
  /** The key as text, `name+hash+base64`. */
  readonly vkey: string;
  /** Whether `signature` (64 bytes, without key ID) was made over the UTF-8 bytes of `text` by this key. */
  verify(text: string, signature: Uint8Array): boolean;
}

/** Whether a name may be a key's name, and so a log's origin: not empty, without blanks, `+` and control characters. */
export function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}+]+$/u.test(name) && isPlainText(name);
}

/**
 * Reads a verifier key of C2SP signed-note, `name+hash+base64`. Blanks around it are not accepted.
 * @throws AuditError `invalid_key` if it is malformed, its hash does not fit, or it is not an Ed25519 key.
 */
export function parseVkey(vkey: string): Verifier {
  // The base64 part may itself hold a plus, so that only the first two separate.
  const [, name, keyId, encoded] = /^([^+]*)\+([^+]*)\+(.*)$/su.exec(vkey) ?? [];
  if (name === undefined || keyId === undefined || encoded === undefined) throw invalidKey('name+hash+base64');
  if (!isKeyName(name)) throw invalidKey('a name without blanks before the first +');
  const data = decodeBase64(encoded);
  if (data === undefined) throw invalidKey('padded standard base64 after the second +');
  if (data[0] !== ed25519Type || data.length !== 1 + publicKeyBytes) throw invalidKey('an Ed25519 key (type 01)');
  const publicKey = data.subarray(1);
  if (keyId !== keyIdOf(name, publicKey)) throw invalidKey('the hash that fits its name and key');
  return verifierOf(name, publicKey);
}

/**
 * The verifier for a public key under a name.
 * @throws AuditError `invalid_key` if the name cannot be a key's name or the key is not Ed25519.
 */
export function createVerifier(name: string, publicKey: KeyObject): Verifier {
  if (!isKeyName(name)) throw invalidKey('a name without blanks, + and control characters');
  return verifierOf(name, rawPublicKey(publicKey));
}

/** The 32 bytes of an Ed25519 public key (RFC 8032). */
export function rawPublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw invalidKey('an Ed25519 key');
  return key.export({ type: 'spki', format: 'der' }).subarray(spkiPrefix.length);
}

/** The key ID as eight lower-case hexadecimal digits. */
export function keyIdOf(name: string, publicKey: Uint8Array): string {
  const named = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ed25519Type), publicKey]);
  return hash('sha256', named, 'hex').slice(0, 8);
}

function verifierOf(name: string, publicKey: Buffer): Verifier {
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' });
  const keyId = keyIdOf(name, publicKey);
  const encoded = Buffer.concat([Buffer.of(ed25519Type), publicKey]).toString('base64');
  return {
    name,
    keyId,
    vkey: `${name}+${keyId}+${encoded}`,
    verify: (text, signature) => verify(null, Buffer.from(text), key, signature),
  };
}

function invalidKey(expected: string): AuditError {
  return new AuditError('invalid_key', `Not a verifier key: expected ${expected}.`);
}
