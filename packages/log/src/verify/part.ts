// A part is one file that verification reads alone: a segment of the log, or a copy of lines. What is asked of it and
// what is found are plain data, so that a worker thread can do it.

import type { Hash } from '../integrity/hash.ts';
import type { Finding } from './finding.ts';

/** A tree as its frontier: what has to be known of all that went before. */
export interface TreeState {
  readonly size: number;
  readonly nodes: readonly Hash[];
}

/** Which lines are asked for. Both ends of time are canonical timestamps; `end` is always excluded. */
export type Range =
  | { readonly by: 'position'; readonly start: number; readonly end: number }
  | { readonly by: 'time'; readonly start: string; readonly end: string };

export interface PartTask {
  readonly path: string;
  readonly name: string;
  /** How many bytes of the file to read. */
  readonly bytes: number;
  /** A `segment` of the log itself begins with a gap from 0 and holds no other; a `copy` may hold gaps anywhere. */
  readonly role: 'segment' | 'copy';
  /** The position that the segment's name gives. */
  readonly first?: number;
  /** The tree before the first line, where the part's own gap is not to be believed. */
  readonly startTree?: TreeState;
  /** Tree sizes whose roots are wanted, ascending. */
  readonly wantedSizes: readonly number[];
  readonly range?: Range;
  /** `<data>/tree/0`, where there is one: leaf hashes from before any tampering. */
  readonly leafFile?: string;
  readonly vkeys: readonly string[];
  readonly allSignatures: boolean;
}

/** A seal whose signature has to be checked by whoever knows all keys. */
export interface SealToCheck {
  readonly seq: number;
  readonly line: number;
  /** The first line that it covers and the seal before it does not. */
  readonly commitFirst: number;
  readonly commitLine: number;
  readonly checkpoint: string;
}

/** A record that says which key signs from here on. */
export interface KeyRecord {
  readonly seq: number;
  readonly line: number;
  readonly oldVkey?: string;
  readonly newVkey: string;
}

export interface Interval {
  readonly first: number;
  readonly end: number;
}

export interface PartReport {
  readonly name: string;
  /** The position of the first line. */
  readonly first: number;
  /** The position after the last line read. */
  readonly end: number;
  /** The position after the last seal that fits the lines before it; `first` if there is none. */
  readonly sealedEnd: number;
  /** The tree that the part's leading gap claims; absent if it has none, or none that can be read. */
  readonly startTree?: TreeState;
  /** The tree at `sealedEnd`; absent once it could not be followed. */
  readonly endTree?: TreeState;
  /** Records in the range asked for, without seals. */
  readonly entries: number;
  /** Those of them under a seal that fits. */
  readonly signed: number;
  readonly seals: number;
  /** Lines that gaps after the first line stand for, and in a copy those of the first too. */
  readonly withheld: number;
  /** Stretches proved to be complete and unchanged, ascending; long lists are cut. */
  readonly proved: readonly Interval[];
  readonly roots: readonly (readonly [size: number, root: Hash])[];
  readonly sealsToCheck: readonly SealToCheck[];
  readonly keyRecords: readonly KeyRecord[];
  readonly purges: readonly Interval[];
  readonly gapsInside: readonly (Interval & { readonly line: number })[];
  readonly origin?: string;
  /** The position from which lines were in a range of time. */
  readonly rangeStart?: number;
  readonly findings: readonly Finding[];
  readonly findingsTotal: number;
}
