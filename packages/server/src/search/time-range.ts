// Times as a person gives them on the command line, strictly: a date, which is a whole day of a time zone, or an RFC
// 3339 time with its zone. They become canonical timestamps, which compare as strings.

import { AuditError, formatTimestamp, normalizeTimestamp } from '@indelible/log';

/** Times t with `from` ≤ t < `before`; an absent side is open. */
export interface TimeRange {
  readonly from?: string;
  readonly before?: string;
}

export function isInRange(timestamp: string, { from, before }: TimeRange): boolean {
  return (from === undefined || timestamp >= from) && (before === undefined || timestamp < before);
}

const datePattern = /^(\d{4})-(\d\d)-(\d\d)$/;
const dayMs = 86_400_000;

/** Whether the machine knows a zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/**
 * The range from the start of `start` to the end of `end`: a date counts as its whole day, an instant as an end is
 * excluded.
 * @throws AuditError `invalid_argument` for what is neither, and for an end before its start.
 */
export function parseTimeRange(start: string | undefined, end: string | undefined, timeZone: string): TimeRange {
  const from = start === undefined ? undefined : parseTime('--start', start, 0, timeZone);
  const before = end === undefined ? undefined : parseTime('--end', end, 1, timeZone);
  // A day that ends where the start begins lies before it; an instant equal to the start is an empty range.
  const isEndFirst = (at: string) => at < (from ?? at) || (at === from && datePattern.test(end ?? ''));
  if (before !== undefined && isEndFirst(before)) {
    throw new AuditError('invalid_argument', `--end=${end} is before --start=${start}`);
  }
  return { ...(from !== undefined && { from }), ...(before !== undefined && { before }) };
}

function parseTime(flag: string, text: string, daysAfterDate: 0 | 1, timeZone: string): string {
  const date = datePattern.exec(text);
  const parsed =
    date === null
      ? normalizeTimestamp(text)
      : startOfDay(Number(date[1]), Number(date[2]), Number(date[3]), daysAfterDate, timeZone);
  if (parsed !== undefined) return parsed;
  throw new AuditError(
    'invalid_argument',
    `${flag}=${text} is neither a date (2026-01-31) nor a time with its zone (2026-01-31T10:15:00Z)`,
  );
}

/** The first instant of a day `days` after a date, or undefined if the date does not exist. */
function startOfDay(year: number, month: number, day: number, days: number, timeZone: string): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const midnight = date.getTime() + days * dayMs;
  // The zone's offset may change at this very midnight. Of the two instants that the offsets around it give, the first
  // that lies in the day is its start, also where clocks jump from 23:59 to 01:00.
  const candidates = [midnight - offsetMs(timeZone, midnight - dayMs), midnight - offsetMs(timeZone, midnight + dayMs)];
  const inDay = candidates.filter((at) => at + offsetMs(timeZone, at) >= midnight);
  return formatTimestamp(Math.min(...(inDay.length > 0 ? inDay : candidates)) * 1000);
}

/** How far a zone's clocks are ahead of UTC at an instant. */
function offsetMs(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const asUtc = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return asUtc - Math.floor(at / 1000) * 1000;
}
