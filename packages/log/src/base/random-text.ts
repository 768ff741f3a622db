// Random hex and nonces from a pool: asking the operating system once for many bytes costs a fraction of asking each
// time.

import { randomFillSync } from 'node:crypto';

const poolBytes = 16_384;
const bytes = Buffer.alloc(poolBytes);
let hex = '';
let used = 0;

/** `digits` random hexadecimal digits; none is ever given out twice. */
export function randomHex(digits: number): string {
  if (used + digits > hex.length) {
    hex = randomFillSync(bytes).toString('hex');
    used = 0;
  }
  used += digits;
  return hex.slice(used - digits, used);
}

/** 16 random bytes as base64url, 22 characters. */
export function randomNonce(): string {
  return Buffer.from(randomHex(32), 'hex').toString('base64url');
}
