// Event ids: `evt_` and a UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 random bits, so that ids sort roughly by
// time and none can be guessed.

import { randomHex } from '../base/random-text.ts';

let knownMs = -1;
let timePart = '';

/** A new id, 40 characters. */
export function createEventId(): string {
  const now = Date.now();
  if (now !== knownMs) {
    const digits = now.toString(16).padStart(12, '0');
    timePart = `evt_${digits.slice(0, 8)}-${digits.slice(8)}-7`;
    knownMs = now;
  }
  const random = randomHex(19);
  return `${timePart}${random.slice(0, 3)}-${variantDigit(random)}${random.slice(4, 7)}-${random.slice(7)}`;
}

// The variant of RFC 9562 is the two high bits `10`: of the fourth random digit two bits are kept.
function variantDigit(random: string): string {
  return '89ab'.charAt(random.charCodeAt(3) & 3);
}
