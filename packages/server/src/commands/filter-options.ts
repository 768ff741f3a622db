// The conditions that `search` and `tail` share: their flags, and what is read from them. All are checked before the
// first line is read.

import { AuditError, formatTimestamp, subtypesOf } from '@indelible/log';
import { type Command, Option } from 'commander';
import { parseDuration } from '../config/duration.ts';
import { categories } from '../config/options/categories.ts';
import { createMatcher, type Query } from '../search/matcher.ts';
import type { LineFilter } from '../search/search-lines.ts';
import { isTimeZone, parseTimeRange, type TimeRange } from '../search/time-range.ts';
import { suggestion } from '../text/nearest.ts';
import { addValueOptions, collectList, readValueFlags, type ValueFlags } from './search-conditions.ts';

export interface FilterFlags extends ValueFlags {
  readonly since?: string;
  readonly start?: string;
  readonly end?: string;
  readonly by?: string;
  readonly eventType?: readonly string[];
  readonly text?: string;
  readonly timezone?: string;
}

export interface Filter extends LineFilter {
  /** What `matches` looks for. */
  readonly query: Query;
  /** The zone that days are reckoned in and times are shown in. */
  readonly timeZone: string;
  /** Remarks for the person, such as a subtype that no source of ours makes. */
  readonly notes: readonly string[];
}

/** Adds the flags to a verb. Flags that take several values may be repeated; some also take lists. */
export function addFilterOptions(command: Command): Command {
  command
    .option('--since <duration>', 'only what is at most this old, such as 15m, 1h or 7d')
    .option('--start <time>', 'only from this date or time on')
    .option('--end <time>', 'only before this time; a date counts as its whole day')
    .addOption(new Option('--by <clock>', 'whose time counts').choices(['occurred', 'recorded']).default('occurred'))
    .option('--event-type <types>', 'only these types of event', collectList);
  return addValueOptions(command)
    .option('--text <text>', 'only records with this text in a value, in any case of letters')
    .option('--timezone <zone>', 'zone of dates and of the times shown, such as Europe/Berlin (default: UTC)');
}

/** @throws AuditError `invalid_argument` naming the flag, what is wrong with it, and what is near. */
export function readFilter(flags: FilterFlags, nowMs: number): Filter {
  const timeZone = flags.timezone ?? 'UTC';
  if (!isTimeZone(timeZone)) throw wrong(`--timezone=${timeZone} is no time zone; one is Europe/Berlin`);
  const eventTypes = flags.eventType?.map(readEventType);
  const range = readRange(flags, timeZone, nowMs);
  const byRecorded = flags.by === 'recorded';
  const query = {
    ...readValueFlags(flags),
    ...(eventTypes && { eventTypes }),
    ...(flags.text !== undefined && { text: flags.text }),
    ...(range && !byRecorded && { occurred: range }),
  };
  const notes = (flags.subtype ?? []).flatMap((subtype) => noteOnSubtype(subtype, eventTypes));
  const matches = createMatcher(query);
  return { query, matches, timeZone, notes, ...(range && byRecorded && { recorded: range }) };
}

function readRange(flags: FilterFlags, timeZone: string, nowMs: number): TimeRange | undefined {
  const { since, start, end } = flags;
  if (since === undefined) return start || end ? parseTimeRange(start, end, timeZone) : undefined;
  if (start !== undefined) throw wrong('--since and --start both say when to begin; give one of them');
  const ageMs = parseDuration(since);
  if (ageMs === undefined) throw wrong(`--since=${since} is no duration; write 15m, 1h or 7d, or a date with --start`);
  const from = formatTimestamp(Math.max(0, nowMs - ageMs) * 1000);
  return { ...parseTimeRange(undefined, end, timeZone), from };
}

function readEventType(name: string): string {
  for (const [key, { eventType, aliases }] of Object.entries(categories)) {
    if ([key, eventType, ...aliases].some((known) => known === name)) return eventType;
  }
  const types = Object.values(categories).map(({ eventType }) => eventType);
  throw wrong(`--event-type=${name} is no type of event${suggestion(name, types) || `; they are ${types.join(', ')}`}`);
}

/** A memory may use any subtype, so an unknown one is no error. */
function noteOnSubtype(subtype: string, eventTypes: readonly string[] | undefined): string[] {
  const known = Object.values(categories).flatMap(({ eventType }) => subtypesOf(eventType));
  if (known.includes(subtype) || eventTypes?.includes('memory_operation')) return [];
  return [`no subtype is called ${subtype}${suggestion(subtype, known)}`];
}

function wrong(message: string): AuditError {
  return new AuditError('invalid_argument', message);
}
