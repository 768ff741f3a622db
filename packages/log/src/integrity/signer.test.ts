import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openNote, signNote } from './note.ts';
import { createSigner, formatSigningKey, generateSigningKey, parseSigningKey } from './signer.ts';

const name = 'logs.example/orders';
const wrongKey = expect.objectContaining({ code: 'invalid_key' });

/** The seed 00 01 … 1f: what Go's `note` package makes of it is written below and checked in `test/interop`. */
const seed = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
const knownKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
  format: 'der',
  type: 'pkcs8',
});
const goKey = `PRIVATE+KEY+logs.example/orders+8328a570+${Buffer.concat([Buffer.of(1), seed]).toString('base64')}`;

describe('a signing key', () => {
  it('comes back from its PEM', () => {
    const key = generateSigningKey();
    expect(parseSigningKey(formatSigningKey(key), name).vkey).toBe(createSigner(name, key).vkey);
  });

  it("is read from the form of Go's note package, with and without a newline", () => {
    const signer = createSigner(name, knownKey);
    expect(signer.vkey).toBe('logs.example/orders+8328a570+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4');
    expect(parseSigningKey(goKey, name).vkey).toBe(signer.vkey);
    expect(parseSigningKey(`${goKey}\n`, name).vkey).toBe(signer.vkey);
  });

  it('signs as Ed25519 does: always the same', () => {
    expect(createSigner(name, knownKey).sign('text\n')).toBe(
      '— logs.example/orders gyilcITmrihAhO+Pi0QXT4P6U1OVfjjP5eF1NgIgD86X3RVd81Mac5JwNvZnEkUGyrH9GCIj8A0WuFWTZ41hYz3xlws=\n',
    );
  });

  it('is refused when it is of another name, another kind, encrypted, or damaged, without a word of it in the message', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const encrypted = knownKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
    const secret = goKey.split('+').at(-1)!;
    expect(() => parseSigningKey(goKey, 'other.example')).toThrow(wrongKey);
    for (const text of [
      '',
      'PRIVATE+KEY+',
      'PRIVATE+KEY+a+b',
      goKey.slice(0, -4),
      goKey.replace('orders', 'order'),
      goKey.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
      formatSigningKey(rsa),
      formatSigningKey(knownKey).slice(0, 60),
      encrypted.toString(),
    ]) {
      const read = () => parseSigningKey(text, name);
      expect(read, text).toThrow(wrongKey);
      expect(read).not.toThrow(secret.slice(0, 20));
    }
    expect(() => createSigner('two words', knownKey)).toThrow(wrongKey);
    expect(() => createSigner(name, rsa)).toThrow(wrongKey);
  });

  it('makes signatures that its own verifier accepts', () => {
    const signer = createSigner(name, generateSigningKey());
    expect(openNote(signNote('text\n', [signer]), [signer.verifier]).verifiedBy).toEqual([signer.verifier]);
  });
});
