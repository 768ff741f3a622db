// What `search` does once its flags are read: from a log and its index to a table, or to the stored lines byte for
// byte.

import type { Writable } from 'node:stream';
import { formatTimestamp } from '@indelible/log';
import type { QueryEngine } from '../query/engine.ts';
import { createMatcher } from '../search/matcher.ts';
import { countOf } from '../terminal/format.ts';
import { createProgress, type Progress } from '../terminal/progress.ts';
import { sanitizeJson } from '../terminal/sanitize.ts';
import { type Screen, screenOf } from '../terminal/screen.ts';
import { writeTo } from '../terminal/write.ts';
import type { Filter } from './filter-options.ts';
import { createRecordTable } from './record-table.ts';
import { createColumnTable } from './search-columns.ts';
import { createFinder, type FinderOptions, type FoundRecord } from './search-finder.ts';
import { followSearch } from './search-follow.ts';
import { findAround, findInOrder } from './search-order.ts';
import type { SearchPlan } from './search-plan.ts';

export interface SearchRun extends Omit<SearchPlan, 'follows'> {
  /** A data folder, or a bare folder of segments. */
  readonly dataDir: string;
  readonly filter: Filter;
  /** Stored lines instead of a table. */
  readonly json: boolean;
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Go on as the log grows, until this aborts. */
  readonly follows?: AbortSignal;
}

export interface Streams {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** A person does not want a million rows; a pipe gets them all. */
const terminalLimit = 100;

/** Resolves to the number of records shown. @throws AuditError about a flag's value, or about a limit of the engine. */
export async function runSearch(engine: QueryEngine, run: SearchRun, { stdout, stderr }: Streams): Promise<number> {
  const { around, follows, json } = run;
  const screen = screenOf(stdout);
  const show = json ? jsonShower(screen.isTerminal) : tableShower(run, screen);
  const progress = createProgress('Searching', engine.end, { stream: stderr });
  const options = finderOptions(engine, run, progress, stderr);
  const find = createFinder(options);
  const end = engine.end;
  let shown = 0;
  const take = async (records: readonly FoundRecord[]) => {
    progress.finish();
    shown += records.length;
    await writeTo(stdout, show(records));
  };
  let note: string | undefined;
  try {
    if (around === undefined) note = await findInOrder(find, run, limitOf(run, screen), take);
    else await findAround(find, createFinder(withId(options, around.eventId)), around, take);
  } finally {
    progress.finish();
  }
  if (note !== undefined) await writeTo(stderr, note);
  if (follows !== undefined) await followSearch(engine, { ...run, find, from: end, take, signal: follows });
  else if (shown === 0 && !json) await writeTo(stderr, 'No record matches.\n');
  else if (screen.isTerminal) await writeTo(stderr, screen.colours.dim(`${countOf(shown, 'record')}\n`));
  return shown;
}

function finderOptions(engine: QueryEngine, run: SearchRun, progress: Progress, stderr: Writable): FinderOptions {
  const { dataDir, filter, where, signal } = run;
  let doubts = 0;
  return {
    engine,
    dataDir,
    filter,
    now: formatTimestamp(Date.now() * 1000),
    ...(where !== undefined && { where }),
    ...(signal && { signal }),
    onProgress: progress.update,
    onDoubt(seq) {
      doubts += 1;
      if (doubts > doubtsMax) return;
      progress.finish();
      stderr.write(`the index disagrees with the log at position ${seq}: run "indelible verify --index"\n`);
    },
  };
}

/** The same disagreement a thousand times over tells nobody more. */
const doubtsMax = 10;

/** Of the flags, none but the record's own name counts for the record that others are shown around. */
function withId({ where: _, ...options }: FinderOptions, eventId: string): FinderOptions {
  const query = { eventIds: [eventId] };
  return { ...options, filter: { query, matches: createMatcher(query) } };
}

/** A story is told to its end. */
function limitOf({ limit, filter }: SearchRun, { isTerminal }: Screen): number | undefined {
  const { sessions, transactions, traces } = filter.query;
  const isStory = (sessions ?? transactions ?? traces) !== undefined;
  return limit ?? (isTerminal && !isStory ? terminalLimit : undefined);
}

type Show = (records: readonly FoundRecord[]) => string;

/** Byte for byte; only on a terminal what it would obey is written as JSON escapes. */
function jsonShower(isTerminal: boolean): Show {
  const shown = isTerminal ? sanitizeJson : (line: string) => line;
  return (records) => records.map(({ line }) => `${shown(line)}\n`).join('');
}

function tableShower({ columns, filter }: SearchRun, screen: Screen): Show {
  if (columns !== undefined) return createColumnTable(columns, screen).render;
  const table = createRecordTable(screen, filter.timeZone);
  return (records) => table.render(records.map(({ line }) => line));
}
