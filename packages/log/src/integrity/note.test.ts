import { describe, expect, it } from 'vitest';
import { openNote, parseNote, signNote } from './note.ts';
import { createSigner, generateSigningKey } from './signer.ts';

const signerOf = (name: string) => createSigner(name, generateSigningKey());
const [log, oldKey, witness] = [signerOf('log.example'), signerOf('log.example'), signerOf('witness.example')];
const malformed = expect.objectContaining({ code: 'invalid_note' });
const badSignature = expect.objectContaining({ code: 'invalid_signature' });

const text = 'One line.\n\nAnother, after an empty one.\n';
const note = signNote(text, [log, witness]);

describe('a signed note', () => {
  it('ends in a line a signature, after an empty line', () => {
    const [, signatures] = /^One line\.\n\nAnother, after an empty one\.\n\n((?:— .*\n){2})$/.exec(note) ?? [];
    expect(signatures).toMatch(/^— log\.example [A-Za-z0-9+/]{91}=\n— witness\.example [A-Za-z0-9+/]{91}=\n$/);
  });

  it('gives its text to those who know a key of it, from a string and from bytes', () => {
    for (const form of [note, Buffer.from(note)]) {
      expect(openNote(form, [log.verifier])).toMatchObject({ text, verifiedBy: [log.verifier] });
      expect(openNote(form, [witness.verifier, log.verifier]).verifiedBy).toEqual([log.verifier, witness.verifier]);
    }
  });

  it('passes over signatures of unknown keys, also of one that bears a known name', () => {
    const rotated = signNote(text, [oldKey, log]);
    expect(openNote(rotated, [log.verifier]).verifiedBy).toEqual([log.verifier]);
    expect(openNote(rotated, [oldKey.verifier]).verifiedBy).toEqual([oldKey.verifier]);
    expect(openNote(rotated, [oldKey.verifier, log.verifier]).verifiedBy).toHaveLength(2);
  });

  it('passes over signatures of lengths that Ed25519 does not have', () => {
    const postQuantum = `— pq.example ${Buffer.alloc(4 + 2420).toString('base64')}\n`;
    expect(openNote(`${note}${postQuantum}`, [log.verifier]).signatures).toHaveLength(3);
  });

  it('is refused when no known key signed it', () => {
    expect(() => openNote(note, [])).toThrow(badSignature);
    expect(() => openNote(note, [oldKey.verifier])).toThrow(badSignature);
  });

  it('is refused when any known key signed it wrongly, even if another did so rightly', () => {
    const wrong = signNote('Something else.\n', [witness]).split('\n').at(-2);
    const mixed = `${signNote(text, [log])}${wrong}\n`;
    expect(openNote(mixed, [log.verifier]).text).toBe(text);
    expect(() => openNote(mixed, [log.verifier, witness.verifier])).toThrow(badSignature);
  });

  it('is refused when any character of its text is another', () => {
    for (let i = 0; i < text.length - 1; i++) {
      const changed = `${note.slice(0, i)}${note[i] === 'x' ? 'y' : 'x'}${note.slice(i + 1)}`;
      expect(() => openNote(changed, [log.verifier]), changed).toThrow();
    }
  });

  it('counts a key that signed twice once', () => {
    const twice = signNote(text, [log, log]);
    expect(openNote(twice, [log.verifier]).verifiedBy).toEqual([log.verifier]);
  });

  it('may have a hundred signatures and no more', () => {
    const hundred = signNote(text, Array(100).fill(log));
    expect(parseNote(hundred).signatures).toHaveLength(100);
    expect(() => parseNote(`${hundred}${log.sign(text)}`)).toThrow(malformed);
  });

  it('is refused past a million characters', () => {
    expect(() => parseNote(signNote(`${'x'.repeat(1_000_000)}\n`, [log]))).toThrow(malformed);
  });

  it('is refused when it is malformed', () => {
    const line = log.sign('a\n');
    const encoded = line.trim().split(' ').at(-1)!;
    for (const wrong of [
      '',
      '\n',
      '\n\n',
      'a\n',
      'a\n\n',
      `a\n${line}`,
      `a\n\n${line.slice(0, -1)}`,
      `a\n\n${line.slice(0, -1)}x`,
      `a\n\n${line}\n`,
      `a\n\n${line}x\n`,
      `a\n\n- log.example ${encoded}\n`,
      `a\n\n—log.example ${encoded}\n`,
      `a\n\n— ${encoded}\n`,
      `a\n\n—  ${encoded}\n`,
      `a\n\n— log.example  ${encoded}\n`,
      `a\n\n— log.example ${encoded} \n`,
      `a\n\n— log+example ${encoded}\n`,
      `a\n\n— log\u00a0example ${encoded}\n`,
      `a\n\n— log.example ${encoded.replace(/=+$/, '')}\n`,
      `a\n\n— log.example ${encoded.slice(0, -2)}-=\n`,
      '— log.example AAAAAA==\n',
      'a\n\n— log.example AAAAAA==\n',
      `a\r\n\n${line}`,
      `a\0\n\n${line}`,
      `a\ud800\n\n${line}`,
    ]) {
      expect(() => parseNote(wrong), JSON.stringify(wrong)).toThrow(malformed);
    }
    expect(() => parseNote(Buffer.concat([Buffer.of(0xff), Buffer.from(note)]))).toThrow(malformed);
  });

  it('is not made of a text that no note could hold, or by nobody', () => {
    expect(() => signNote('no newline', [log])).toThrow(malformed);
    expect(() => signNote('a\tb\n', [log])).toThrow(malformed);
    expect(() => signNote('\udc00\n', [log])).toThrow(malformed);
    expect(() => signNote(text, [])).toThrow(malformed);
  });
});
