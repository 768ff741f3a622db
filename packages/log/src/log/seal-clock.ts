// The clocks that a seal carries: the wall clock, which can be set, and one that cannot, so that setting it shows.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { nowTimestamp } from '../base/clock.ts';

export interface SealClock {
  /** The time of day, RFC 3339 in UTC with microseconds. */
  timestamp(): string;
  /** The same time in milliseconds since 1970. */
  wallMs(): number;
  /** Milliseconds since the machine's start, of a clock that is never set. Comparable within one `bootId`. */
  monotonicMs(): number;
  readonly bootId: string;
}

export function createSealClock(): SealClock {
  return {
    timestamp: nowTimestamp,
    wallMs: Date.now,
    monotonicMs: () => Number(process.hrtime.bigint() / 1_000_000n),
    bootId: readBootId(),
  };
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    // Elsewhere the monotonic clock is only known to go on within this process.
    return randomUUID();
  }
}
