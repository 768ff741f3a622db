// Holds a log against checkpoints that were seen of it before and kept elsewhere: it must be as long, and have the same
// root at that size.

import { type CheckpointNote, parseCheckpointNote } from '../integrity/checkpoint.ts';
import type { Hash } from '../integrity/hash.ts';
import { type Finding, findingOf } from './finding.ts';
import { isSignedBy, type KeyJudgement } from './judge-keys.ts';

export interface ReadLog {
  readonly origin: string | undefined;
  /** The position after the newest valid seal. */
  readonly sealedEnd: number;
  readonly roots: ReadonlyMap<number, Hash>;
  readonly keys: KeyJudgement;
}

/** @throws AuditError `invalid_note`, `invalid_checkpoint` for a text that is no checkpoint. */
export function parseKnownHeads(texts: readonly string[]): CheckpointNote[] {
  return texts.map((text) => parseCheckpointNote(text));
}

export function compareKnownHeads(heads: readonly CheckpointNote[], log: ReadLog): Finding[] {
  return heads.flatMap((head) => compareKnownHead(head, log) ?? []);
}

function compareKnownHead(head: CheckpointNote, { origin, sealedEnd, roots, keys }: ReadLog): Finding | undefined {
  const { size } = head;
  const place = { seq: size };
  if (origin !== undefined && head.origin !== origin) {
    const message = `The checkpoint that was kept is of the log ${head.origin}; this log is ${origin}.`;
    return findingOf('origin_changed', {}, message);
  }
  if (size > sealedEnd) {
    const message = `The log was cut: it once had ${size} lines and a seal over them; now its last valid seal ends position ${sealedEnd - 1}.`;
    return findingOf('log_truncated', { seq: sealedEnd, end: size }, message);
  }
  if (keys.chain.length > 0 && !keys.chain.some((key) => isSignedBy(head, key))) {
    const message = `The checkpoint that was kept (size ${size}) is signed by none of the keys of this log.`;
    return findingOf('known_head_mismatch', place, message);
  }
  const root = roots.get(size);
  if (root === undefined) {
    const message = `The checkpoint that was kept (size ${size}) could not be compared: the tree of that size is not known.`;
    return findingOf('known_head_not_checked', place, message);
  }
  if (root === head.root) return undefined;
  const message = `The log is not the one that was seen before: its first ${size} lines do not have the root that was kept.`;
  return findingOf('known_head_mismatch', place, message);
}
