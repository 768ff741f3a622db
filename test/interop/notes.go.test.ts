// Checkpoints, signed notes and keys, between our implementation and Go's, in both directions.

import {
  type Checkpoint,
  createSigner,
  formatCheckpoint,
  formatSigningKey,
  generateSigningKey,
  leafHash,
  openCheckpoint,
  openNote,
  parseSigningKey,
  parseVkey,
  signCheckpoint,
  signNote,
} from '@indelible/log';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGoPeer, type GoAnswer, type GoPeer, type GoRequest, reasonWithoutGo } from './go-peer.ts';

const reason = reasonWithoutGo();
const suite = `notes between Indelible and Go${reason ? ` (skipped: ${reason})` : ''}`;

describe.skipIf(reason !== undefined)(suite, () => {
  let go: GoPeer;
  const ask = (request: GoRequest): GoAnswer => go.ask([request])[0]!;
  const signerOf = (name: string) => createSigner(name, generateSigningKey());
  const idOf = (vkey: string) => vkey.split('+', 2).join('+');

  beforeAll(() => {
    go = buildGoPeer();
  });
  afterAll(() => go?.remove());

  const log = signerOf('indelible.local/4f2a');
  const checkpoint: Checkpoint = { origin: log.name, size: 70_000, root: leafHash('a record') };

  it('lets Go open our checkpoint with our verifier key', () => {
    const opened = ask({ op: 'openNote', note: signCheckpoint(checkpoint, [log]), vkeys: [log.vkey] });
    expect(opened).toEqual({ text: formatCheckpoint(checkpoint), signers: [idOf(log.vkey)] });
  });

  it('lets Go refuse our checkpoint once a character of it is another', () => {
    const note = signCheckpoint(checkpoint, [log]).replace('\n70000\n', '\n70001\n');
    expect(ask({ op: 'openNote', note, vkeys: [log.vkey] }).error).toMatch(/invalid signature/);
  });

  it('lets Go open what an old and a new key signed with either key, and with both', () => {
    const next = signerOf(log.name);
    const note = signCheckpoint(checkpoint, [log, next]);
    const text = formatCheckpoint(checkpoint);
    const [byOld, byNew, byBoth] = go.ask(
      [[log.vkey], [next.vkey], [log.vkey, next.vkey]].map((vkeys) => ({ op: 'openNote', note, vkeys })),
    );
    expect(byOld).toEqual({ text, signers: [idOf(log.vkey)], unknown: 1 });
    expect(byNew).toEqual({ text, signers: [idOf(next.vkey)], unknown: 1 });
    expect(byBoth).toEqual({ text, signers: [idOf(log.vkey), idOf(next.vkey)] });
  });

  it('opens what Go signed, with the verifier key that Go made', () => {
    const { skey = '', vkey = '' } = ask({ op: 'generateKey', name: 'go.example/log' });
    const { skey: witnessKey = '', vkey: witnessVkey = '' } = ask({ op: 'generateKey', name: 'witness.example' });
    const ofGo: Checkpoint = { ...checkpoint, origin: 'go.example/log' };
    const { note = '' } = ask({ op: 'signNote', text: formatCheckpoint(ofGo), skeys: [skey, witnessKey] });
    const [logVerifier, witnessVerifier] = [parseVkey(vkey), parseVkey(witnessVkey)];
    expect(openCheckpoint(note, [logVerifier])).toEqual({ ...ofGo, verifiedBy: [logVerifier] });
    expect(openCheckpoint(note, [logVerifier, witnessVerifier]).verifiedBy).toHaveLength(2);
    expect(() => openCheckpoint(note, [log.verifier])).toThrow(expect.objectContaining({ code: 'invalid_signature' }));
  });

  it('signs with a key that Go made exactly as Go does', () => {
    const { skey = '', vkey } = ask({ op: 'generateKey', name: 'go.example/log' });
    const signer = parseSigningKey(skey, 'go.example/log');
    expect(signer.vkey).toBe(vkey);
    const text = 'Text with an umlaut: ü.\n\nAnd an empty line.\n';
    expect(signNote(text, [signer])).toBe(ask({ op: 'signNote', text, skeys: [skey] }).note);
  });

  it('agrees with Go on names and texts beyond ASCII, read back from our PEM', () => {
    const key = generateSigningKey();
    const signer = parseSigningKey(formatSigningKey(key), 'журнал.example/🧾');
    const note = signNote('Ein Prüfpfad — 監査証跡\n', [signer]);
    const opened = ask({ op: 'openNote', note, vkeys: [signer.vkey] });
    expect(opened).toEqual({ text: 'Ein Prüfpfad — 監査証跡\n', signers: [idOf(signer.vkey)] });
  });

  it('refuses each malformed note that Go refuses', () => {
    const line = log.sign('a\n');
    const notes = [
      '',
      'a\n',
      'a\n\n',
      `a\n${line}`,
      `a\n\n${line.slice(0, -1)}`,
      `a\n\n${line}\n`,
      `a\n\n${line.replace('—', '-')}`,
      `a\n\n${line.replace(' indelible', '  indelible')}`,
      `a\n\n${line.replace('indelible.local', 'indelible+local')}`,
      `a\n\n${line.replace('indelible.local', 'indelible\u00a0local')}`,
      `a\n\n${line.replace(/=*\n$/, '\n')}`,
      `a\r\n\n${line}`,
      `a\n\n${line}${'— x AAAAAA==\n'}`,
      signNote('a\n', Array(100).fill(log)) + line,
      `${'a'.repeat(1_000_000)}\n\n${line}`,
    ];
    const answers = go.ask(notes.map((note) => ({ op: 'openNote', note, vkeys: [log.vkey] })));
    for (const [i, note] of notes.entries()) {
      expect(answers[i]!.error, JSON.stringify(note.slice(0, 200))).toBeDefined();
      expect(() => openNote(note, [log.verifier]), JSON.stringify(note.slice(0, 200))).toThrow();
    }
    expect(ask({ op: 'openNote', note: `a\n\n${line}`, vkeys: [log.vkey] }).text).toBe('a\n');
  });
});
