// Reads the key that somebody pasted: a verifier key of C2SP signed-note, whose middle part must be the beginning of
// the hash of its name and key, so that a slip in copying is found. Runs in the page.

import { concatBytes, decodeBase64, encodeHex, encodeUtf8 } from './bytes.ts';
import type { Subtle } from './web-crypto.ts';

export interface Vkey {
  readonly name: string;
  /** Eight lower-case hexadecimal digits. */
  readonly keyId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}

const ed25519Type = 0x01;
const publicKeyBytes = 32;

/** The key, or what is wrong with the text. Blanks and line breaks around it come with copying and are passed over. */
export async function parseVkey(pasted: string, subtle: Subtle): Promise<Vkey | string> {
  const [, name, keyId, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(pasted.trim()) ?? [];
  if (name === undefined || keyId === undefined || encoded === undefined) {
    return 'What was pasted is not a key of the form name+hash+base64.';
  }
  const typed = decodeBase64(encoded);
  if (typed?.length !== 1 + publicKeyBytes || typed[0] !== ed25519Type) {
    return 'What was pasted does not hold an Ed25519 key: characters are missing, added or wrong at its end.';
  }
  const hash = await subtle.digest('SHA-256', concatBytes(encodeUtf8(`${name}\n`), typed));
  if (encodeHex(new Uint8Array(hash)).slice(0, 8) !== keyId) {
    return 'The name, the hash and the key that were pasted do not belong together: a character of them is wrong.';
  }
  return { name, keyId, publicKey: typed.slice(1) };
}
