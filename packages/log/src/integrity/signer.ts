// Ed25519 keys that sign: making them, reading them from PKCS#8 PEM or from the form of Go's `note` package, and
// signing.
//
//   signature line = "— " name " " base64(key ID ‖ 64-byte signature) newline
//   Go's form      = "PRIVATE+KEY+" name "+" hex(key ID) "+" base64(0x01 ‖ 32-byte seed)

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { AuditError } from '../base/errors.ts';
import { decodeBase64 } from './base64.ts';
import { createVerifier, ed25519Type, isKeyName, keyIdOf, rawPublicKey, type Verifier } from './key.ts';

const seedBytes = 32;

/** What precedes the 32-byte seed of an Ed25519 key in its PKCS#8 form (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

const goPrefix = 'PRIVATE+KEY+';

/** Signs note texts under one key. */
export interface Signer {
  /** The key's name; the log's origin where the key is a log's root key. */
  readonly name: string;
  /** The public half as text, `name+hash+base64`. */
  readonly vkey: string;
  /** Checks what this signer signs. */
  readonly verifier: Verifier;
  /** The signature line over a note's text (which ends in a newline), newline included. */
  sign(text: string): string;
}

/** A new random Ed25519 private key. */
export function generateSigningKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

/** A private key as PKCS#8 PEM. Whoever writes it to disk sees to its mode. */
export function formatSigningKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * A signer from a private key and the name it signs under.
 * @throws AuditError `invalid_key` if the name cannot be a key's name or the key is not Ed25519.
 */
export function createSigner(name: string, key: KeyObject): Signer {
  const verifier = createVerifier(name, createPublicKey(key));
  const keyId = Buffer.from(verifier.keyId, 'hex');
  return {
    name,
    vkey: verifier.vkey,
    verifier,
    sign: (text) => {
      const signature = sign(null, Buffer.from(text), key);
      return `— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`;
    },
  };
}

/**
 * Reads the text of a key file, PKCS#8 PEM or Go's `PRIVATE+KEY+name+hash+base64`, as the signer called `name`.
 * @throws AuditError `invalid_key` if it is neither, is no Ed25519 key, or (in Go's form) is another name's key.
 * The message never holds any of the text.
 */
export function parseSigningKey(text: string, name: string): Signer {
  return createSigner(name, text.startsWith(goPrefix) ? parseGoKey(text.trimEnd(), name) : parsePem(text));
}

function parsePem(text: string): KeyObject {
  try {
    const key = createPrivateKey({ key: text, format: 'pem' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // OpenSSL's reason is left out: it says nothing that helps, and what it quotes is not ours to bound.
  }
  throw new AuditError('invalid_key', 'Not a signing key: expected an unencrypted Ed25519 private key in PKCS#8 PEM.');
}

function parseGoKey(text: string, expectedName: string): KeyObject {
  const [, name, keyId, encoded] = /^([^+]*)\+([^+]*)\+(.*)$/su.exec(text.slice(goPrefix.length)) ?? [];
  const data = decodeBase64(encoded ?? '');
  if (!name || !isKeyName(name) || data?.[0] !== ed25519Type || data.length !== 1 + seedBytes) {
    throw new AuditError(
      'invalid_key',
      'Not a signing key: expected PRIVATE+KEY+name+hash+base64 with an Ed25519 key.',
    );
  }
  if (name !== expectedName) {
    throw new AuditError('invalid_key', `The signing key is that of ${name}, not of ${expectedName}.`);
  }
  const pkcs8 = Buffer.concat([pkcs8Prefix, data.subarray(1)]);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  if (keyId !== keyIdOf(name, rawPublicKey(createPublicKey(key)))) {
    throw new AuditError('invalid_key', 'The hash in the signing key does not fit its name and key.');
  }
  return key;
}
