// Decides whether a stored line answers a query. Most lines do not, so cheap looks at the text come first and JSON is
// parsed only for lines that may match.

import type { TimeRange } from './time-range.ts';

/** All conditions hold together; within one list any value will do; an absent condition is none. */
export interface Query {
  readonly eventTypes?: readonly string[];
  readonly subtypes?: readonly string[];
  readonly users?: readonly string[];
  readonly statuses?: readonly string[];
  /** Stands somewhere in a value of the record, in any case of letters. */
  readonly text?: string;
  /** When it happened, as the source tells it. */
  readonly occurred?: TimeRange;
}

export type Matcher = (line: string) => boolean;

export function createMatcher(query: Query): Matcher {
  const tests = [
    ...occurredTest(query.occurred),
    ...typeTests(query),
    ...memberTest(query.users, 'user_id', (record) => record.actor?.user_id),
    ...memberTest(query.statuses, 'status', (record) => record.result?.status),
    ...textTest(query.text),
  ];
  return (line) => tests.every((test) => test(line));
}

export function isInRange(timestamp: string, range: TimeRange): boolean {
  return (
    (range.from === undefined || timestamp >= range.from) && (range.before === undefined || timestamp < range.before)
  );
}

interface Opening {
  readonly timestamp: string;
  readonly eventType: string;
  readonly subtype: string | undefined;
}

// A record's line opens with these fields in this order. No quote stands unescaped inside a string, so the expression
// cannot be led astray by what a source chose as its event_id.
const opening =
  /^\{"seq":\d+,"event_id":"(?:[^"\\]|\\.)*","timestamp":"([^"\\]*)","event_type":"([^"\\]*)"(?:,"subtype":"((?:[^"\\]|\\.)*)")?/;

function openingOf(line: string): Opening | undefined {
  const match = opening.exec(line);
  if (match === null) return undefined;
  return { timestamp: match[1] ?? '', eventType: match[2] ?? '', subtype: match[3] };
}

function occurredTest(range: TimeRange | undefined): Matcher[] {
  if (range === undefined) return [];
  return [
    (line) => {
      const timestamp = openingOf(line)?.timestamp;
      return timestamp !== undefined && isInRange(timestamp, range);
    },
  ];
}

function typeTests({ eventTypes, subtypes }: Query): Matcher[] {
  const tests: Matcher[] = [];
  if (eventTypes !== undefined) {
    tests.push(containsAny(eventTypes.map((type) => `"event_type":${JSON.stringify(type)}`)));
    tests.push((line) => eventTypes.includes(openingOf(line)?.eventType ?? ''));
  }
  if (subtypes !== undefined) {
    const written = subtypes.map((subtype) => JSON.stringify(subtype).slice(1, -1));
    tests.push(containsAny(written.map((subtype) => `"subtype":"${subtype}"`)));
    tests.push((line) => written.includes(openingOf(line)?.subtype ?? ''));
  }
  return tests;
}

interface ParsedRecord {
  readonly actor?: { readonly user_id?: unknown };
  readonly result?: { readonly status?: unknown };
}

function memberTest(values: readonly string[] | undefined, key: string, read: (r: ParsedRecord) => unknown): Matcher[] {
  if (values === undefined) return [];
  const wanted: ReadonlySet<unknown> = new Set(values);
  return [
    containsAny(values.map((value) => `"${key}":${JSON.stringify(value)}`)),
    (line) => {
      const record = parseRecord(line);
      return record !== undefined && wanted.has(read(record));
    },
  ];
}

function textTest(text: string | undefined): Matcher[] {
  if (text === undefined || text === '') return [];
  const lower = text.toLowerCase();
  // JSON writes each character by itself, so a text within a value is written the same within the line.
  const written = JSON.stringify(lower).slice(1, -1);
  return [
    (line) => line.toLowerCase().includes(written),
    (line) => {
      const record = parseRecord(line);
      return record !== undefined && holdsText(record, lower);
    },
  ];
}

function holdsText(value: unknown, lower: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(lower);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value).includes(lower);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((member) => holdsText(member, lower));
}

function containsAny(needles: readonly string[]): Matcher {
  const [only] = needles;
  if (needles.length === 1 && only !== undefined) return (line) => line.includes(only);
  return (line) => needles.some((needle) => line.includes(needle));
}

/** A line that somebody damaged is no match, and no reason to stop searching; `verify` is who reports it. */
function parseRecord(line: string): ParsedRecord | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? record : undefined;
  } catch {
    return undefined;
  }
}
