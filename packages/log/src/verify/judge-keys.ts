// Judges the signatures: follows the log's key from its first record through each rotation, checks the seals that
// matter under the key that was due, and says whether the key that is trusted is one of them.
//
// Trust goes both ways. Forwards: the trusted key signed the seal that covers its successor. Backwards: the root that a
// later trusted key signed covers every line before it.

import { type CheckpointNote, parseCheckpointNote } from '../integrity/checkpoint.ts';
import { parseVkey, type Verifier } from '../integrity/key.ts';
import { type Finding, findingOf } from './finding.ts';
import type { KeyRecord, PartReport, SealToCheck } from './part.ts';

/**
 * `given`: by the caller. `pinned`: kept for this origin since the log was made or first trusted. `own`: the log's
 * word.
 */
export type KeyStatus = 'given' | 'pinned' | 'own';

export interface TrustedKeys {
  /** Any of them will do. */
  readonly vkeys: readonly string[];
  readonly status: 'given' | 'pinned';
}

export interface KeyJudgement {
  readonly status: KeyStatus;
  /** The key of the newest seal; undefined if none is known that signed it. */
  readonly vkey: string | undefined;
  /** Every key of the log, each tied to the next by a seal that both signed. */
  readonly chain: readonly Verifier[];
  /** The newest seal with a good signature. */
  readonly newest: CheckpointNote | undefined;
  readonly newestNote: string | undefined;
  /** Names of parts whose seals are not under a good signature. */
  readonly distrusted: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

export function judgeKeys(
  reports: readonly PartReport[],
  candidates: readonly string[],
  trusted: TrustedKeys | undefined,
): KeyJudgement {
  const judge = new KeyJudge(candidates.flatMap(verifierOf));
  for (const report of reports) {
    for (const item of itemsOf(report)) {
      if ('newVkey' in item) judge.keyRecord(item, report.name);
      else judge.seal(item, report.name);
    }
  }
  return judge.conclude(trusted, reports);
}

class KeyJudge {
  readonly #candidates: readonly Verifier[];
  readonly #findings: Finding[] = [];
  readonly #chain: Verifier[] = [];
  readonly #distrusted = new Set<string>();
  #active: Verifier | undefined;
  #rotation: KeyRecord | undefined;
  #newest: CheckpointNote | undefined;
  #newestNote: string | undefined;

  constructor(candidates: readonly Verifier[]) {
    this.#candidates = candidates;
  }

  keyRecord(record: KeyRecord, segment: string): void {
    const [verifier] = verifierOf(record.newVkey);
    if (verifier === undefined) {
      const place = { segment, line: record.line, seq: record.seq };
      this.#findings.push(findingOf('key_rotation_invalid', place, 'The key that this record names cannot be read.'));
      return;
    }
    if (record.oldVkey !== undefined) this.#rotation = record;
    else if (this.#active === undefined) this.#use(verifier);
  }

  seal({ seq, commitFirst, commitLine, checkpoint: note }: SealToCheck, segment: string): void {
    const place = { segment, line: commitLine, seq: commitFirst, end: seq + 1 };
    const checkpoint = parseCheckpointNote(note);
    let isGood: boolean;
    if (this.#rotation !== undefined) {
      isGood = this.#rotate(this.#rotation, checkpoint);
      this.#rotation = undefined;
      if (!isGood) {
        const message = `The seal at position ${seq}, after the change of keys, is not signed by both old and new key.`;
        this.#findings.push(findingOf('key_rotation_invalid', place, message));
      }
    } else {
      this.#active ?? this.#findKey(checkpoint);
      isGood = this.#active !== undefined && isSignedBy(checkpoint, this.#active);
      if (!isGood && this.#active !== undefined) {
        const message = `The seal at position ${seq} is not signed by the log’s key ${nameOf(this.#active)}.`;
        this.#findings.push(findingOf('signature_invalid', place, message));
      }
    }
    if (!isGood) {
      this.#distrusted.add(segment);
      return;
    }
    this.#newest = checkpoint;
    this.#newestNote = note;
  }

  conclude(trusted: TrustedKeys | undefined, reports: readonly PartReport[]): KeyJudgement {
    const status = trusted?.status ?? 'own';
    const hasSeals = reports.some((report) => report.sealsToCheck.length > 0);
    if (hasSeals && this.#active === undefined) {
      const message = 'No key is known that signed these lines: give the log’s key with --key.';
      this.#findings.push(findingOf('key_unknown', {}, message));
    } else if (hasSeals && trusted !== undefined && !this.#chain.some(({ vkey }) => trusted.vkeys.includes(vkey))) {
      const ours = trusted.status === 'given' ? 'the key that was given' : 'the key pinned for this log';
      const message =
        `The log is signed by ${this.#active === undefined ? 'an unknown key' : nameOf(this.#active)}, which ${ours}, ` +
        `${trusted.vkeys.map(nameOfVkey).join(' or ')}, did not hand over to: it may have been written anew under another key.`;
      this.#findings.push(findingOf('key_mismatch', {}, message));
      for (const { name } of reports) this.#distrusted.add(name);
    }
    return {
      status,
      vkey: this.#active?.vkey,
      chain: this.#chain,
      newest: this.#newest,
      newestNote: this.#newestNote,
      distrusted: this.#distrusted,
      findings: this.#findings,
    };
  }

  #rotate({ oldVkey, newVkey }: KeyRecord, checkpoint: CheckpointNote): boolean {
    const [old] = verifierOf(oldVkey ?? '');
    const [next] = verifierOf(newVkey);
    if (old === undefined || next === undefined) return false;
    const isDue = this.#active === undefined || this.#active.vkey === old.vkey;
    const isGood = isDue && isSignedBy(checkpoint, old) && isSignedBy(checkpoint, next);
    if (!isGood) return false;
    if (this.#active === undefined) this.#use(old);
    this.#use(next);
    return true;
  }

  #findKey(checkpoint: CheckpointNote): void {
    const found = this.#candidates.find((key) => key.name === checkpoint.origin && isSignedBy(checkpoint, key));
    if (found !== undefined) this.#use(found);
  }

  #use(verifier: Verifier): void {
    this.#active = verifier;
    this.#chain.push(verifier);
  }
}

export function isSignedBy({ note, origin }: CheckpointNote, { name, keyId, verify }: Verifier): boolean {
  const signature = note.signatures.find((line) => line.name === name && line.keyId === keyId);
  return name === origin && signature !== undefined && verify(note.text, signature.signature);
}

function itemsOf({ keyRecords, sealsToCheck }: PartReport): (KeyRecord | SealToCheck)[] {
  return [...keyRecords, ...sealsToCheck].sort((a, b) => a.seq - b.seq);
}

function verifierOf(vkey: string): Verifier[] {
  try {
    return [parseVkey(vkey)];
  } catch {
    return [];
  }
}

function nameOf({ name, keyId }: Verifier): string {
  return `${name}+${keyId}`;
}

/** The part of a vkey that people compare: its name and key ID. */
export function nameOfVkey(vkey: string): string {
  return vkey.split('+', 2).join('+');
}
