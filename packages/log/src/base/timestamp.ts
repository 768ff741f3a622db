// Times as text: `2026-01-28T10:15:23.456789Z`, always UTC, always six decimals, so that they compare as strings.

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;
const canonicalFraction = /^\.\d{6}Z$/;
const secondLength = '2026-01-28T10:15:23'.length;

// Events come in the order of time, so the second that was last found to exist is nearly always the one asked for next.
let knownSecond = '';

/**
 * The canonical form of an RFC 3339 time, or undefined if it is none. Digits past the microsecond are cut.
 */
export function normalizeTimestamp(value: string): string | undefined {
  if (value.startsWith(knownSecond) && knownSecond !== '' && canonicalFraction.test(value.slice(secondLength)))
    return value;
  const match = rfc3339.exec(value);
  if (match === null) return undefined;
  const [, date, time, fraction = '', zone = ''] = match;
  const second = `${date}T${time}`;
  if (!secondExists(second)) return undefined;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  if (zone === 'Z' || zone === 'z') {
    knownSecond = second;
    return `${second}.${micros}Z`;
  }
  const shifted = new Date(`${second}${zone}`);
  return Number.isNaN(shifted.getTime()) ? undefined : `${shifted.toISOString().slice(0, secondLength)}.${micros}Z`;
}

// Some engines roll 31 February over into March: a time that does not come back as it went in does not exist.
function secondExists(second: string): boolean {
  const asUtc = new Date(`${second}Z`);
  return !Number.isNaN(asUtc.getTime()) && asUtc.toISOString().slice(0, secondLength) === second;
}
