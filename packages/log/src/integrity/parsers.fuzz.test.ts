// Every parser of bytes that others wrote, against arbitrary ones and against mutations of good ones: it returns, or
// throws an AuditError of an `invalid_` code, soon.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditError } from '../base/errors.ts';
import {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  parseCheckpointNote,
  signCheckpoint,
} from './checkpoint.ts';
import { leafHash } from './hash.ts';
import { parseVkey } from './key.ts';
import { parseNote } from './note.ts';
import { createSigner, formatSigningKey, generateSigningKey, parseSigningKey } from './signer.ts';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.ts';

const name = 'log.example';
const key = generateSigningKey();
const log = createSigner(name, key);
const seed = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
const goKey = `PRIVATE+KEY+logs.example/orders+8328a570+${Buffer.concat([Buffer.of(1), seed]).toString('base64')}`;
const checkpoint = { origin: name, size: 1, root: leafHash('record') };
const note = signCheckpoint(checkpoint, [log, createSigner('witness.example', generateSigningKey())]);
const proof = formatTlogProof({ extra: Buffer.from('record'), index: 0, hashes: [], checkpoint: note });

type Parser<Input> = [name: string, good: string, parse: (input: Input) => unknown];

const ofText: Parser<string>[] = [
  ['parseVkey', log.vkey, parseVkey],
  ['parseSigningKey', formatSigningKey(key), (text) => parseSigningKey(text, name)],
  ["parseSigningKey, Go's form", goKey, (text) => parseSigningKey(text, 'logs.example/orders')],
  ['parseCheckpoint', formatCheckpoint(checkpoint), parseCheckpoint],
];

const ofTextAndBytes: Parser<string | Uint8Array>[] = [
  ['parseNote', note, parseNote],
  ['parseCheckpointNote', note, parseCheckpointNote],
  ['openCheckpoint', note, (input) => openCheckpoint(input, [log.verifier])],
  ['parseTlogProof', proof, parseTlogProof],
  ['verifyTlogProof', proof, (input) => verifyTlogProof(input, [log.verifier])],
];

/** Pieces that the formats are made of, so that nonsense gets past the first check. */
const piece = fc.oneof(
  fc.constantFrom(
    '\n',
    '\n\n',
    ' ',
    '+',
    '— ',
    '=',
    '\0',
    '\r',
    '\ud800',
    'extra ',
    'index ',
    'PRIVATE+KEY+',
    '0',
    '-1',
  ),
  fc.constantFrom('c2sp.org/tlog-proof@v1\n', 'log.example', '9'.repeat(30), '-----BEGIN PRIVATE KEY-----\n'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.base64String({ maxLength: 48 }),
);

const mutation = fc.record({ at: fc.nat(), cut: fc.nat({ max: 40 }), insert: fc.oneof(fc.constant(''), piece) });

function mutate(good: string, { at, cut, insert }: { at: number; cut: number; insert: string }): string {
  const position = at % (good.length + 1);
  return good.slice(0, position) + insert + good.slice(position + cut);
}

function expectDefinedOutcome(run: () => unknown): void {
  const start = performance.now();
  try {
    run();
  } catch (error) {
    if (!(error instanceof AuditError) || !error.code.startsWith('invalid_')) throw error;
  }
  expect(performance.now() - start).toBeLessThan(3000);
}

describe.each<Parser<string>>([...ofText, ...ofTextAndBytes])('%s', (_parser, good, parse) => {
  it('accepts the good text that the mutations start from', () => {
    expect(() => parse(good)).not.toThrow();
  });

  it('answers to any text, or refuses it as invalid', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => expectDefinedOutcome(() => parse(pieces.join('')))),
    );
  });

  it('answers to any mutation of a good text, or refuses it as invalid', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) =>
        expectDefinedOutcome(() => parse(mutations.reduce(mutate, good))),
      ),
    );
  });

  it.each(['\n', '+', ' ', '—', 'A', '\n\n', '— a AAAAAAAA\n', 'AAAA\n'])(
    'is not slowed down by a million of %j',
    (unit) => {
      expectDefinedOutcome(() => parse(unit.repeat(1_000_000 / unit.length)));
      expectDefinedOutcome(() => parse(good + unit.repeat(1_000_000 / unit.length)));
    },
  );
});

describe.each(ofTextAndBytes)('%s, of bytes', (_parser, good, parse) => {
  it('answers to any bytes, or refuses them as invalid', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => expectDefinedOutcome(() => parse(bytes))));
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 255 }), (at, byte) => {
        const bytes = Buffer.from(good);
        bytes[at % bytes.length] = byte;
        expectDefinedOutcome(() => parse(bytes));
      }),
    );
  });
});

it('a note with a byte changed anywhere but within the signatures of others opens for nobody', () => {
  const line = note.split('\n').at(-2)!;
  const end = Buffer.from(note).indexOf(Buffer.from(line));
  fc.assert(
    fc.property(fc.nat({ max: end - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = Buffer.from(note);
      bytes[at]! ^= flip;
      expect(() => openCheckpoint(bytes, [log.verifier])).toThrow(AuditError);
    }),
  );
});
