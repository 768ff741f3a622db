// What the page asks of the browser's WebCrypto: SHA-256, and whether an Ed25519 signature is good. A browser that
// cannot say is told from a signature that is wrong. Runs in the page.

import type { webcrypto } from 'node:crypto';

export type Subtle = Pick<webcrypto.SubtleCrypto, 'digest' | 'importKey' | 'verify'>;

export type SignatureCheck = 'good' | 'wrong' | 'unsupported';

export async function checkSignature(
  { publicKey, signature, signed }: Record<'publicKey' | 'signature' | 'signed', Uint8Array<ArrayBuffer>>,
  subtle: Subtle,
): Promise<SignatureCheck> {
  try {
    const key = await subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify']);
    return (await subtle.verify({ name: 'Ed25519' }, key, signature, signed)) ? 'good' : 'wrong';
  } catch (error) {
    // Any other complaint is about the bytes: a key that is no point of the curve signed nothing.
    return error instanceof DOMException && error.name === 'NotSupportedError' ? 'unsupported' : 'wrong';
  }
}
