import { webcrypto } from 'node:crypto';
import { createSigner, formatTlogProof, generateSigningKey, parseTlogProof, proveRecord } from '@indelible/log';
import { afterAll, describe, expect, it } from 'vitest';
import { makeLog } from '../../../../../test/drill/make-log.ts';
import { type Proof, parseProof } from './parse-proof.ts';
import { judge } from './verdict.ts';
import { type Claim, type Step, verifyRecord } from './verify-record.ts';

const { subtle } = webcrypto;
const log = makeLog({ commits: 90 });
afterAll(() => log.remove());

async function claimOf(record: number): Promise<Claim & { text: string }> {
  const { proof: text, line } = await proveRecord(log.dataDir, record);
  const proof = parseProof(text);
  expect(proof?.line).toBe(line);
  return { proof: proof!, line, vkey: log.signer.vkey, text };
}

const claim = await claimOf(33);

/** The states of place, tree, key and signature, and what they come to. */
async function outcome(change: Partial<Claim>): Promise<string> {
  const changed = { ...claim, ...change };
  const steps = await verifyRecord(changed, subtle);
  return [...steps.map(({ state }: Step) => state), judge(steps, changed.proof).state].join(' ');
}

function withCheckpoint(change: Partial<Proof['checkpoint']>): Proof {
  return { ...claim.proof, checkpoint: { ...claim.proof.checkpoint, ...change } };
}

describe('a true record under its log’s key', () => {
  it.each([0, 1, 2, 33, 255, 256, 448, 449])('is verified at position %i', async (position) => {
    expect(await outcome(await claimOf(position))).toBe('passed passed passed passed holds');
  });

  it('is verified with what copying leaves around a key', async () => {
    expect(await outcome({ vkey: `  ${log.signer.vkey}\r\n` })).toBe('passed passed passed passed holds');
  });

  it('is told with its position, its log and its checkpoint', async () => {
    const { text } = judge(await verifyRecord(claim, subtle), claim.proof);
    expect(text).toContain(`position 33 of the log indelible.test/log`);
    expect(text).toContain(`first ${claim.proof.checkpoint.size} lines`);
  });
});

describe('what was changed is found where it was changed', () => {
  it('in any character of the record', async () => {
    for (let i = 0; i < claim.line.length; i += 7) {
      const other = claim.line[i] === 'x' ? 'y' : 'x';
      const line = claim.line.slice(0, i) + other + claim.line.slice(i + 1);
      expect((await verifyRecord({ ...claim, line }, subtle))[1]?.state).toBe('failed');
    }
  });

  it('in the position', async () => {
    for (const index of [32, 34, 1_000_000]) {
      expect(await outcome({ proof: { ...claim.proof, index } })).toBe('failed failed passed passed fails');
    }
  });

  it('in a hash of the proof, or their number', async () => {
    const [first, ...others] = claim.proof.hashes;
    const flipped = first!.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
    for (const hashes of [[flipped, ...others], others, [first!, first!, ...others], [...others, first!]]) {
      expect(await outcome({ proof: { ...claim.proof, hashes } })).toBe('passed failed passed passed fails');
    }
  });

  it('in the root, which then is not what was signed either', async () => {
    const root = claim.proof.checkpoint.root.map((byte) => byte ^ 0x80);
    expect(await outcome({ proof: withCheckpoint({ root }) })).toBe('passed failed passed passed fails');
    const { origin, size } = claim.proof.checkpoint;
    const text = `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
    expect(await outcome({ proof: withCheckpoint({ root, text }) })).toBe('passed failed passed failed fails');
  });

  it('in the signature', async () => {
    const signatures = claim.proof.checkpoint.signatures.map((signed) => ({
      ...signed,
      signature: signed.signature.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
    }));
    expect(await outcome({ proof: withCheckpoint({ signatures }) })).toBe('passed passed passed failed fails');
  });
});

describe('a key', () => {
  it('of the same name that did not sign is refused', async () => {
    const { vkey } = createSigner('indelible.test/log', generateSigningKey());
    expect(await outcome({ vkey })).toBe('passed passed passed failed fails');
  });

  it('of another log is refused', async () => {
    const { vkey } = createSigner('indelible.test/other', generateSigningKey());
    expect(await outcome({ vkey })).toBe('passed passed failed failed fails');
  });

  it('with a slip in its name, its hash or its end is refused, and nothing is checked with it', async () => {
    const [name, hash, encoded] = /^(.*?)\+(.*?)\+(.*)$/.exec(log.signer.vkey)!.slice(1);
    const slips = [
      `${name}x+${hash}+${encoded}`,
      `${name}+00000000+${encoded}`,
      `${name}+${hash}+${encoded!.slice(0, -4)}`,
      `${name}+${hash}+${encoded!.replace(/.(.{9})$/, '~$1')}`,
      `${name}+${hash}`,
      'not a key',
    ];
    for (const vkey of slips) expect(await outcome({ vkey })).toBe('passed passed failed unchecked fails');
  });
});

describe('a browser without Ed25519', () => {
  const without = {
    digest: subtle.digest.bind(subtle),
    verify: subtle.verify.bind(subtle),
    importKey: () => Promise.reject(new DOMException('unknown algorithm', 'NotSupportedError')),
  };

  it('is named as the reason, and nothing is called proved', async () => {
    const steps = await verifyRecord(claim, without);
    expect(steps.map(({ state }) => state)).toEqual(['passed', 'passed', 'passed', 'unchecked']);
    expect(judge(steps, claim.proof)).toMatchObject({
      state: 'impossible',
      text: expect.stringContaining('Firefox from 129'),
    });
  });

  it('still finds a changed record', async () => {
    const steps = await verifyRecord({ ...claim, line: `${claim.line} ` }, without);
    expect(judge(steps, claim.proof).state).toBe('fails');
  });
});

describe('the text of a proof', () => {
  it('is not taken for one when a part of it is missing or malformed', () => {
    const { text } = claim;
    const wrong = [
      '',
      text.replace('@v1', '@v2'),
      text.replace(/^extra .*\n/m, ''),
      text.replace(/^index 33$/m, 'index 033'),
      text.replace('\n\n', '\n'),
      text.replace(/^index 33\n(.)/m, 'index 33\n~'),
      text.slice(0, -1),
      text.replace(/— .*\n/u, ''),
    ];
    for (const proof of wrong) expect(parseProof(proof)).toBeUndefined();
  });

  it('without its record is not a proof that can be shown', () => {
    const { index, hashes, checkpoint } = parseTlogProof(claim.text);
    expect(parseProof(formatTlogProof({ index, hashes, checkpoint }))).toBeUndefined();
  });

  it('proves nothing without a step', () => {
    expect(judge([], claim.proof).state).toBe('impossible');
  });
});
