import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createVerifier, isKeyName, keyIdOf, parseVkey } from './key.ts';
import { createSigner, generateSigningKey } from './signer.ts';

const name = 'logs.example/orders';
const { vkey } = createSigner(name, generateSigningKey());
const [, keyId, encoded] = /^[^+]+\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];

describe('a verifier key', () => {
  it('comes back from its text', () => {
    const verifier = parseVkey(vkey);
    expect(verifier).toMatchObject({ name, keyId, vkey });
  });

  it('is refused when its text is not exactly name, hash and key', () => {
    const ecdsaType = Buffer.from(encoded!, 'base64');
    ecdsaType[0] = 2;
    for (const wrong of [
      '',
      name,
      `${name}+${keyId}`,
      `${vkey}\n`,
      ` ${vkey}`,
      `+${keyId}+${encoded}`,
      `logs example+${keyId}+${encoded}`,
      `other.example+${keyId}+${encoded}`,
      `${name}+${keyId!.toUpperCase()}x+${encoded}`,
      `${name}+00000000+${encoded}`,
      `${name}+${keyId}+${encoded!.replace(/=*$/, '')}x`,
      `${name}+${keyId}+${encoded!.slice(0, -4)}`,
      `${name}+${keyId}+${ecdsaType.toString('base64')}`,
    ]) {
      expect(() => parseVkey(wrong), wrong).toThrow(expect.objectContaining({ code: 'invalid_key' }));
    }
  });

  it('is refused for a wrong name or length of key even where the hash fits', () => {
    const vkeyOf = (anyName: string, key: Buffer) =>
      `${anyName}+${keyIdOf(anyName, key)}+${Buffer.concat([Buffer.of(1), key]).toString('base64')}`;
    expect(parseVkey(vkeyOf(name, randomBytes(32))).name).toBe(name);
    for (const wrong of [
      vkeyOf('two words', randomBytes(32)),
      vkeyOf('', randomBytes(32)),
      vkeyOf('a\0', randomBytes(32)),
    ]) {
      expect(() => parseVkey(wrong)).toThrow(expect.objectContaining({ code: 'invalid_key' }));
    }
    for (const length of [0, 31, 33, 64]) {
      expect(() => parseVkey(vkeyOf(name, randomBytes(length)))).toThrow(
        expect.objectContaining({ code: 'invalid_key' }),
      );
    }
  });

  it('is made of Ed25519 keys under proper names only', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    expect(() => createVerifier(name, rsa)).toThrow(expect.objectContaining({ code: 'invalid_key' }));
    const key = createPublicKey(generateSigningKey());
    expect(() => createVerifier('two words', key)).toThrow(expect.objectContaining({ code: 'invalid_key' }));
    expect(createVerifier(name, key).name).toBe(name);
  });

  it('takes a signature of another length for a wrong one', () => {
    const verifier = parseVkey(vkey);
    for (const length of [0, 1, 63, 65, 4096]) expect(verifier.verify('x\n', Buffer.alloc(length))).toBe(false);
  });
});

describe('a key name', () => {
  it('may be any text without blanks, plus and control characters', () => {
    for (const good of ['a', 'indelible.local/4f2a', 'журнал.example', 'log.example/🧾', '—']) {
      expect(isKeyName(good), good).toBe(true);
    }
    for (const bad of ['', ' ', 'a b', 'a+b', 'a\nb', 'a\tb', 'a\0b', 'a\u0085b', 'a\u00a0b', 'a\u3000b', 'a\ud800b']) {
      expect(isKeyName(bad), JSON.stringify(bad)).toBe(false);
    }
  });
});
