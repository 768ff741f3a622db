import { describe, expect, it } from 'vitest';
import { signCheckpoint } from './checkpoint.ts';
import { hashToBase64, leafHash } from './hash.ts';
import { proveInclusion } from './inclusion-proof.ts';
import { createSigner, generateSigningKey } from './signer.ts';
import { formatTlogProof, parseTlogProof, type TlogProof, verifyTlogProof } from './tlog-proof.ts';
import { MemoryTree } from './tree-reader.ts';

const origin = 'log.example';
const log = createSigner(origin, generateSigningKey());
const size = 1000;
const index = 642;
const line = (position: number) => `{"seq":${position},"event_type":"system"}`;
const tree = new MemoryTree();
for (let i = 0; i < size; i++) tree.append(leafHash(line(i)));

const checkpoint = signCheckpoint({ origin, size, root: tree.root() }, [log]);
const proof: TlogProof = {
  extra: Buffer.from(line(index)),
  index,
  hashes: proveInclusion(tree.read, index, size),
  checkpoint,
};
const text = formatTlogProof(proof);
const malformed = expect.objectContaining({ code: 'invalid_proof' });

describe('a proof file', () => {
  it('has the form of c2sp.org/tlog-proof', () => {
    const hashes = proof.hashes.map((hash) => `${hashToBase64(hash)}\n`).join('');
    const extra = Buffer.from(line(index)).toString('base64');
    expect(text).toBe(`c2sp.org/tlog-proof@v1\nextra ${extra}\nindex 642\n${hashes}\n${checkpoint}`);
    expect(parseTlogProof(text)).toEqual(proof);
  });

  it('may be without extra and, for a tree of one record, without hashes', () => {
    const bare: TlogProof = { index: 0, hashes: [], checkpoint };
    expect(formatTlogProof(bare)).toBe(`c2sp.org/tlog-proof@v1\nindex 0\n\n${checkpoint}`);
    expect(parseTlogProof(formatTlogProof(bare))).toEqual(bare);
  });

  it('proves that its record is in the log, from a string and from bytes', () => {
    for (const form of [text, Buffer.from(text)]) {
      const verified = verifyTlogProof(form, [log.verifier]);
      expect(verified).toMatchObject({ index, checkpoint: { origin, size, root: tree.root() } });
      expect(verified.extra.toString()).toBe(line(index));
    }
  });

  it('proves every record of the log', () => {
    for (let position = 0; position < size; position += 37) {
      const hashes = proveInclusion(tree.read, position, size);
      const one = formatTlogProof({ extra: Buffer.from(line(position)), index: position, hashes, checkpoint });
      expect(verifyTlogProof(one, [log.verifier]).index).toBe(position);
    }
  });

  it('fails when the record, the position, a hash or the checkpoint is another', () => {
    const verify = (changed: Partial<TlogProof>) =>
      verifyTlogProof(formatTlogProof({ ...proof, ...changed }), [log.verifier]);
    expect(() => verify({ extra: Buffer.from(line(641)) })).toThrow(malformed);
    expect(() => verify({ index: 643 })).toThrow(malformed);
    expect(() => verify({ index: size })).toThrow(malformed);
    expect(() => verify({ hashes: proof.hashes.slice(1) })).toThrow(malformed);
    expect(() => verify({ hashes: proof.hashes.with(3, leafHash('')) })).toThrow(malformed);
    const earlier = signCheckpoint({ origin, size: size - 1, root: tree.root(size - 1) }, [log]);
    expect(() => verify({ checkpoint: earlier })).toThrow(malformed);
  });

  it('fails when the checkpoint is not signed by the log, whoever else signed it', () => {
    const badSignature = expect.objectContaining({ code: 'invalid_signature' });
    const stranger = createSigner(origin, generateSigningKey());
    expect(() => verifyTlogProof(text, [stranger.verifier])).toThrow(badSignature);
    expect(() => verifyTlogProof(text, [])).toThrow(badSignature);
    expect(() => verifyTlogProof(text.replace('\n1000\n', '\n1001\n'), [log.verifier])).toThrow(badSignature);
  });

  it('fails without the record that it is about', () => {
    const { extra: _, ...without } = proof;
    expect(() => verifyTlogProof(formatTlogProof(without), [log.verifier])).toThrow(malformed);
  });

  it('is refused in any other form', () => {
    const hash = hashToBase64(leafHash(''));
    for (const wrong of [
      '',
      'c2sp.org/tlog-proof@v1\n',
      `c2sp.org/tlog-proof@v2\nindex 0\n\n${checkpoint}`,
      `c2sp.org/tlog-proof@v1\n\n${checkpoint}`,
      `c2sp.org/tlog-proof@v1\nindex 00\n\n${checkpoint}`,
      `c2sp.org/tlog-proof@v1\nindex -1\n\n${checkpoint}`,
      `c2sp.org/tlog-proof@v1\nindex\n\n${checkpoint}`,
      `c2sp.org/tlog-proof@v1\nindex 9007199254740992\n\n${checkpoint}`,
      `c2sp.org/tlog-proof@v1\nextra AAA\nindex 0\n\n${checkpoint}`,
      `c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\n${checkpoint}`,
      `c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n${checkpoint}`,
      `c2sp.org/tlog-proof@v1\nindex 0\n${`${hash}\n`.repeat(54)}\n${checkpoint}`,
      `c2sp.org/tlog-proof@v1\r\nindex 0\n\n${checkpoint}`,
      `${text}${'x'.repeat(1_200_000)}`,
    ]) {
      expect(() => parseTlogProof(wrong), wrong.slice(0, 80)).toThrow(malformed);
    }
    expect(() => parseTlogProof(Buffer.concat([Buffer.from(text), Buffer.of(0xff)]))).toThrow(malformed);
  });
});
