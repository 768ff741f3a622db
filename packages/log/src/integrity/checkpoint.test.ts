import { describe, expect, it } from 'vitest';
import {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  parseCheckpointNote,
  signCheckpoint,
} from './checkpoint.ts';
import { emptyRoot, hashToBase64, leafHash } from './hash.ts';
import { signNote } from './note.ts';
import { createSigner, generateSigningKey } from './signer.ts';

const origin = 'log.example/orders';
const checkpoint: Checkpoint = { origin, size: 70_000, root: leafHash('a record') };
const root = hashToBase64(checkpoint.root);
const log = createSigner(origin, generateSigningKey());
const witness = createSigner('witness.example', generateSigningKey());

describe('a checkpoint', () => {
  it('is three lines: origin, size, root', () => {
    expect(formatCheckpoint(checkpoint)).toBe(`log.example/orders\n70000\n${root}\n`);
    expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint);
  });

  it('may be of the empty tree and of the largest', () => {
    for (const edge of [
      { origin, size: 0, root: emptyRoot },
      { origin, size: Number.MAX_SAFE_INTEGER, root: checkpoint.root },
    ]) {
      expect(parseCheckpoint(formatCheckpoint(edge))).toEqual(edge);
    }
  });

  it('is refused in any other form', () => {
    for (const wrong of [
      '',
      '\n\n\n',
      `${origin}\n1\n${root}`,
      `${origin}\n1\n${root}\nx`,
      `${origin}\n1\n${root}\n\n`,
      `${origin}\n1\n${root}\nextension\n`,
      `\n1\n${root}\n`,
      `${origin}\n\n${root}\n`,
      `${origin}\n01\n${root}\n`,
      `${origin}\n+1\n${root}\n`,
      `${origin}\n-1\n${root}\n`,
      `${origin}\n1e3\n${root}\n`,
      `${origin}\n 1\n${root}\n`,
      `${origin}\n1.0\n${root}\n`,
      `${origin}\n١\n${root}\n`,
      `${origin}\n9007199254740992\n${root}\n`,
      `${origin}\n10000000000000000000000\n${root}\n`,
      `${origin}\n0\n${root}\n`,
      `${origin}\n1\n${root.replace('=', '')}\n`,
      `${origin}\n1\n${root} \n`,
      `${origin}\n1\nAAAA\n`,
      `${origin}\r\n1\n${root}\n`,
    ]) {
      expect(() => parseCheckpoint(wrong), JSON.stringify(wrong)).toThrow(
        expect.objectContaining({ code: 'invalid_checkpoint' }),
      );
    }
  });
});

describe('a signed checkpoint', () => {
  it('opens with the key of the log that it names', () => {
    const note = signCheckpoint(checkpoint, [log, witness]);
    expect(openCheckpoint(note, [log.verifier])).toEqual({ ...checkpoint, verifiedBy: [log.verifier] });
    expect(openCheckpoint(note, [witness.verifier, log.verifier]).verifiedBy).toHaveLength(2);
  });

  it('does not open with the signature of another alone', () => {
    const note = signCheckpoint(checkpoint, [witness]);
    expect(() => openCheckpoint(note, [witness.verifier, log.verifier])).toThrow(
      expect.objectContaining({ code: 'invalid_signature' }),
    );
  });

  it('can be read before it is trusted, with all its signatures', () => {
    const note = signCheckpoint(checkpoint, [log, witness]);
    const read = parseCheckpointNote(note);
    expect(read).toMatchObject(checkpoint);
    expect(read.note.signatures.map(({ name }) => name)).toEqual([origin, 'witness.example']);
  });

  it('is refused when what was signed is not a checkpoint', () => {
    const note = signNote('something else\n', [log]);
    expect(() => openCheckpoint(note, [log.verifier])).toThrow(expect.objectContaining({ code: 'invalid_checkpoint' }));
  });
});
