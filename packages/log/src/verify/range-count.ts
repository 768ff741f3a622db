// Counts records, and keeps which stretches of positions are proved, for the range that was asked for.

import type { Interval, Range } from './part.ts';

export interface ClosedCommit {
  /** The position of its first record. */
  readonly first: number;
  /** The position of its seal. */
  readonly seal: number;
  readonly records: number;
  readonly timestamp: string;
  /** `whole`: all lines have the signed root. Or how many of its records are as they were sealed. */
  readonly proved: 'whole' | number;
}

const provedMax = 1000;

export class RangeCount {
  readonly #range: Range | undefined;
  readonly #proved: { first: number; end: number }[] = [];
  #entries = 0;
  #signed = 0;
  #seals = 0;
  #pending = 0;
  #rangeStart: number | undefined;

  constructor(range: Range | undefined) {
    this.#range = range;
  }

  /** Records that stand before a gap within a commit, or after the last seal. */
  add(records: number): void {
    this.#pending += Math.max(0, records);
  }

  /** Takes a commit in. True when nothing after it was asked for. */
  close(commit: ClosedCommit): boolean {
    const records = this.#recordsInRange(commit);
    const isAsked = records !== undefined;
    this.#pending = 0;
    if (isAsked) {
      this.#entries += records;
      this.#seals += 1;
      this.#signed += commit.proved === 'whole' ? records : Math.min(records, commit.proved);
      if (commit.proved === 'whole') this.#prove(commit);
    }
    return this.#isPast(commit);
  }

  result(): { entries: number; signed: number; seals: number; proved: Interval[]; rangeStart?: number } {
    const unsealed = this.#range === undefined ? this.#pending : 0;
    return {
      entries: this.#entries + unsealed,
      signed: this.#signed,
      seals: this.#seals,
      proved: this.#proved,
      ...(this.#rangeStart !== undefined && { rangeStart: this.#rangeStart }),
    };
  }

  /** How many records of the commit were asked for; undefined if the commit lies outside the range. */
  #recordsInRange({ first, seal, records, timestamp }: ClosedCommit): number | undefined {
    const all = records + this.#pending;
    const range = this.#range;
    if (range === undefined) return all;
    if (range.by === 'time') {
      if (timestamp < range.start || timestamp >= range.end) return undefined;
      this.#rangeStart ??= first;
      return all;
    }
    if (seal < range.start || first >= range.end) return undefined;
    const outside = Math.max(0, range.start - first) + Math.max(0, seal - range.end);
    return Math.max(0, all - outside);
  }

  #isPast({ seal, timestamp }: ClosedCommit): boolean {
    if (this.#range === undefined) return false;
    return this.#range.by === 'time' ? timestamp >= this.#range.end : seal >= this.#range.end;
  }

  #prove({ first, seal }: ClosedCommit): void {
    const last = this.#proved.at(-1);
    // A seal proves what stands before it, not itself; but the next commit's seal proves it together with its lines.
    if (last !== undefined && first <= last.end + 1) last.end = seal;
    else if (this.#proved.length < provedMax) this.#proved.push({ first, end: seal });
  }
}
