// The wall clock in microseconds, as canonical text. Between two steps of the wall clock it never goes back; a step of
// more than a tenth of a second (somebody set the clock) is followed, because the record must say what the clock said.

import { performance } from 'node:perf_hooks';

const driftMs = 2;
const stepMs = 100;

let anchorWallMs = Date.now();
let anchorMonotonicMs = performance.now();
let lastMicros = 0;

/** Microseconds since 1970, UTC; not smaller than the last answer unless the wall clock was set back. */
export function nowMicros(): number {
  const monotonicMs = performance.now();
  const wallMs = Date.now();
  let nowMs = anchorWallMs + (monotonicMs - anchorMonotonicMs);
  // Date.now() has whole milliseconds, so up to one of difference is its rounding and no drift.
  if (Math.abs(nowMs - wallMs - 0.5) > driftMs) {
    anchorWallMs = wallMs;
    anchorMonotonicMs = monotonicMs;
    nowMs = wallMs;
  }
  const micros = Math.floor(nowMs * 1000);
  if (micros >= lastMicros || lastMicros - micros > stepMs * 1000) lastMicros = micros;
  return lastMicros;
}

let knownSecond = -1;
let secondPart = '';

/** `2026-01-28T10:15:23.456789Z` for microseconds since 1970. */
export function formatTimestamp(micros: number): string {
  const second = Math.floor(micros / 1_000_000);
  if (second !== knownSecond) {
    secondPart = new Date(second * 1000).toISOString().slice(0, 20);
    knownSecond = second;
  }
  return `${secondPart}${String(1_000_000 + (micros - second * 1_000_000)).slice(1)}Z`;
}

/** The present time as canonical text. */
export function nowTimestamp(): string {
  return formatTimestamp(nowMicros());
}
