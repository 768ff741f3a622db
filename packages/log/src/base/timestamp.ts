// Times as text: `2026-01-28T10:15:23.456789Z`, always UTC, always six decimals, so that they compare as strings.

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * The canonical form of an RFC 3339 time, or undefined if it is none. Digits past the microsecond are cut.
 */
export function normalizeTimestamp(value: string): string | undefined {
  const match = rfc3339.exec(value);
  if (match === null) return undefined;
  const [, date, time, fraction = '', zone] = match;
  const wholeSeconds = `${date}T${time}`;
  const asUtc = new Date(`${wholeSeconds}Z`);
  // Some engines roll 31 February over into March; a time that does not come back as it went in does not exist.
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString().slice(0, 19) !== wholeSeconds) return undefined;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  if (zone === 'Z' || zone === 'z') return `${wholeSeconds}.${micros}Z`;
  const shifted = new Date(`${wholeSeconds}${zone}`);
  return Number.isNaN(shifted.getTime()) ? undefined : `${shifted.toISOString().slice(0, 19)}.${micros}Z`;
}
