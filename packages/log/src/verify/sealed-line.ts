// Reads the lines of a log that verification has to understand: seals, and the records that name keys and purges.

import { type CheckpointNote, parseCheckpointNote } from '../integrity/checkpoint.ts';
import { parseSeal } from '../log/line.ts';
import type { Interval } from './part.ts';

export interface ReadSeal {
  readonly timestamp: string;
  readonly monotonicMs: number;
  readonly bootId: string;
  readonly checkpoint: CheckpointNote;
  readonly note: string;
  /**
   * Whether the line is, byte for byte, what the log writes: a seal that no later seal covers has no other protection.
   */
  readonly isCanonical: boolean;
}

/** Reads a seal's line; undefined if it holds no checkpoint. */
export function readSeal(line: string): ReadSeal | undefined {
  const seal = parseSeal(line);
  if (seal === undefined) return undefined;
  try {
    const { monotonic_ms, boot_id, checkpoint: note } = seal.details;
    const checkpoint = parseCheckpointNote(note);
    const isCanonical = JSON.stringify(JSON.parse(line)) === line;
    return { timestamp: seal.timestamp, monotonicMs: monotonic_ms, bootId: boot_id, checkpoint, note, isCanonical };
  } catch {
    return undefined;
  }
}

/** The text within a seal's line that only a checkpoint of this origin, size and root has. */
export function checkpointMark(origin: string, size: number, rootBase64: string): string {
  const text = JSON.stringify(`${origin}\n${size}\n${rootBase64}\n\n`);
  return `"checkpoint":${text.slice(0, -1)}`;
}

export function readDetails(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    const details = isObject(value) ? value.details : undefined;
    return isObject(details) ? details : {};
  } catch {
    return {};
  }
}

/** The positions that a `purged` record says were lawfully removed. */
export function readPurge({ first, end }: Record<string, unknown>): Interval | undefined {
  if (typeof first !== 'number' || typeof end !== 'number' || !(first >= 0 && end > first)) return undefined;
  return { first, end };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
