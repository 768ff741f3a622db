// Counts what did not get into the log, by reason, until it can be said in the log.

import { nowTimestamp } from '../base/clock.ts';

export interface Count {
  readonly count: number;
  /** Times of the first and the last. */
  readonly from: string;
  readonly to: string;
}

export class Tally<Key> {
  #counts = new Map<Key, Count>();

  add(key: Key, at: string = nowTimestamp()): void {
    this.putBack(key, { count: 1, from: at, to: at });
  }

  /** All counts, which are then forgotten. */
  take(): [Key, Count][] {
    const counts = [...this.#counts];
    this.#counts = new Map();
    return counts;
  }

  /** Adds a count, for instance one that was taken and could not be recorded. */
  putBack(key: Key, more: Count): void {
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, more);
    else this.#counts.set(key, add(known, more));
  }
}

function add(a: Count, b: Count): Count {
  // Canonical times compare as text.
  const [from = a.from] = [a.from, b.from].sort();
  const [to = a.to] = [a.to, b.to].sort().reverse();
  return { count: a.count + b.count, from, to };
}
