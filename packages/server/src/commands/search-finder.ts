// Finds records through the index and reads them from the log: what is shown are stored lines, each looked at once
// more, so that the index can leave something out when it is wrong but never make something up.

import { type RecordLine, readRecordsAt } from '@indelible/log';
import { conditionsOf } from '../query/conditions.ts';
import type { QueryEngine } from '../query/engine.ts';
import { type IndexedRecord, type Sorting, searchRecords } from '../query/search-records.ts';
import { createMatcher } from '../search/matcher.ts';
import type { Filter } from './filter-options.ts';

export interface FoundRecord extends RecordLine {
  /** Canonical; the time of the seal, where the index was asked. */
  readonly recordedAt?: string;
}

export interface FinderOptions {
  readonly engine: QueryEngine;
  readonly dataDir: string;
  readonly filter: Pick<Filter, 'query' | 'matches' | 'recorded'>;
  /** An SQL expression, as a person wrote it. */
  readonly where?: string;
  /** What `now()` is in it: a canonical timestamp. */
  readonly now: string;
  readonly signal?: AbortSignal;
  /** Told of each position at which the log has no such record as the index says. */
  onDoubt(seq: number): void;
  /** Told how many records have been looked at in all. */
  onProgress(done: number): void;
}

export interface Wanted {
  readonly sorting: Sorting;
  readonly isDescending: boolean;
  readonly limit?: number;
  /** Positions, both excluded. */
  readonly after?: number;
  readonly before?: number;
}

/** Gives records to `take` in batches, in the order wanted; resolves to whether the limit left some out. */
export type Find = (wanted: Wanted, take: (records: FoundRecord[]) => Promise<void>) => Promise<boolean>;

export function createFinder(options: FinderOptions): Find {
  const { engine, dataDir, filter, where, now, signal } = options;
  const { text, statements, ...exact } = filter.query;
  const isAsIndexed = createMatcher(exact);
  // Only then does the index know how many records there are.
  const isExact = text === undefined && statements === undefined;
  let done = 0;

  async function read(indexed: readonly IndexedRecord[]): Promise<FoundRecord[]> {
    const lines = await readLinesAt(dataDir, indexed, signal);
    done += indexed.length;
    options.onProgress(done);
    return indexed.flatMap(({ seq, recordedAt }) => {
      const line = lines.get(seq);
      if (line !== undefined && isAsIndexed(line))
        return isExact || filter.matches(line) ? [{ seq, line, recordedAt }] : [];
      options.onDoubt(seq);
      return [];
    });
  }

  return async ({ sorting, isDescending, limit = Number.POSITIVE_INFINITY, after, before }, take) => {
    const range = { ...(after !== undefined && { after }), ...(before !== undefined && { before }) };
    const recorded = filter.recorded && { recorded: filter.recorded };
    const conditions = conditionsOf({ ...filter.query, ...recorded, ...range });
    let room = limit;
    let hasMore = false;
    const request = {
      conditions,
      sorting,
      isDescending,
      now,
      ...(where !== undefined && { where }),
      ...(signal && { signal }),
      ...(isExact && Number.isFinite(limit) && { limit: limit + 1 }),
    };
    await searchRecords(engine, request, async (indexed) => {
      const found = await read(indexed);
      hasMore = found.length > room;
      const shown = found.slice(0, room);
      room -= shown.length;
      if (shown.length > 0) await take(shown);
      return !hasMore;
    });
    return hasMore;
  };
}

async function readLinesAt(
  dataDir: string,
  indexed: readonly IndexedRecord[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, string>> {
  const positions = indexed.map(({ seq }) => seq).sort((a, b) => a - b);
  const lines = new Map<number, string>();
  for await (const batch of readRecordsAt(dataDir, positions, signal)) {
    for (const { seq, line } of batch) lines.set(seq, line);
  }
  return lines;
}
