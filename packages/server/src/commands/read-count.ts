// Reads a flag whose value is a number of things.

import { AuditError } from '@indelible/log';

/** @throws AuditError `invalid_argument` for anything but a whole number of at least `min`. */
export function readCount(flag: string, text: string, min = 1): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= min) return count;
  throw new AuditError('invalid_argument', `${flag}=${text} is not a whole number of at least ${min}`);
}
