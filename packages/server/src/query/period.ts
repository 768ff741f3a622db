// Reads a period as a person names it: a time back from now, a day, month, quarter or year of the calendar in UTC, or
// two of these with the first as its start and the second as its end. No period is the whole log.

import { AuditError, formatTimestamp, normalizeTimestamp } from '@indelible/log';

/** Times t with `from` ≤ t < `before`, as canonical timestamps; an absent side is open. */
export interface Period {
  readonly from?: string;
  readonly before?: string;
}

interface PeriodContext {
  readonly nowMs: number;
  /** Milliseconds of a text such as `24h`, or undefined. */
  readonly parseDuration: (text: string) => number | undefined;
}

type Span = Required<Period>;

const dayMs = 86_400_000;

/** @throws AuditError `invalid_argument` for what is no period, and for an end that is before its start. */
export function parsePeriod(text: string, { nowMs, parseDuration }: PeriodContext): Period {
  const ageMs = parseDuration(text);
  if (ageMs !== undefined) return { from: timestampOf(Math.max(0, nowMs - ageMs)) };
  const [start = '', end, ...more] = text.split('..');
  if (end === undefined) return calendarSpan(text) ?? notAPeriod(text);
  if (more.length > 0 || (start === '' && end === '')) notAPeriod(text);
  const from = start === '' ? undefined : (sideOf(start)?.from ?? notAPeriod(text));
  const before = end === '' ? undefined : (sideOf(end)?.before ?? notAPeriod(text));
  if (from !== undefined && before !== undefined && before < from) {
    throw new AuditError('invalid_argument', `--period=${text} ends before it starts`);
  }
  return { ...(from !== undefined && { from }), ...(before !== undefined && { before }) };
}

/** One side of `A..B`. As an end, an instant is excluded, and of the calendar the whole unit counts. */
function sideOf(text: string): Span | undefined {
  const instant = normalizeTimestamp(text);
  return instant === undefined ? calendarSpan(text) : { from: instant, before: instant };
}

function calendarSpan(text: string): Span | undefined {
  const [, quarter, quarterYear] = /^Q([1-4])-([12]\d{3})$/i.exec(text) ?? [];
  if (quarter !== undefined) return monthsFrom(Number(quarterYear), (Number(quarter) - 1) * 3, 3);
  const [, year, month] = /^([12]\d{3})(?:-(0[1-9]|1[0-2]))?$/.exec(text) ?? [];
  if (year !== undefined)
    return month === undefined ? monthsFrom(Number(year), 0, 12) : monthsFrom(+year, +month - 1, 1);
  const midnight = /^[12]\d{3}-\d\d-\d\d$/.test(text) ? normalizeTimestamp(`${text}T00:00:00Z`) : undefined;
  if (midnight === undefined) return undefined;
  return { from: midnight, before: timestampOf(Date.parse(midnight) + dayMs) };
}

function monthsFrom(year: number, month: number, count: number): Span {
  return { from: timestampOf(Date.UTC(year, month)), before: timestampOf(Date.UTC(year, month + count)) };
}

function timestampOf(ms: number): string {
  return formatTimestamp(ms * 1000);
}

function notAPeriod(text: string): never {
  throw new AuditError(
    'invalid_argument',
    `--period=${text} is no period; write 24h, 2025-10-31, 2025-10, Q4-2025, 2025 or two of them as 2025-10..2025-12`,
  );
}
