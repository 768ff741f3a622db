// Walks a log's lines for those that answer a query: forward through all of it, or back from its end until a limit is
// reached. Seals are never an answer; with `recorded` they tell when the records before them were recorded.

import { isSeal, type RecordLine } from '@indelible/log';
import type { Matcher } from './matcher.ts';
import { isInRange, type TimeRange } from './time-range.ts';

export type LineBatches = AsyncIterable<readonly RecordLine[]>;

export interface LineFilter {
  readonly matches: Matcher;
  /** The log's own time: that of the seal which closed the record's commit. */
  readonly recorded?: TimeRange;
}

/** All matching lines in the order of the log, in batches as they are read. */
export async function* searchForward(batches: LineBatches, filter: LineFilter): AsyncGenerator<RecordLine[]> {
  const { matches, recorded } = filter;
  let waiting: RecordLine[] = [];
  for await (const batch of batches) {
    let found: RecordLine[] = [];
    for (const record of batch) {
      if (!isSeal(record.line)) {
        if (matches(record.line)) (recorded === undefined ? found : waiting).push(record);
      } else if (recorded !== undefined) {
        if (isInRange(sealTime(record.line), recorded)) found = found.concat(waiting);
        waiting = [];
      }
    }
    if (found.length > 0) yield found;
  }
}

export interface NewestLines {
  /** In the order of the log. */
  readonly lines: RecordLine[];
  /** True when the limit ended the search before the beginning of the log: there may be older answers. */
  readonly hasMore: boolean;
}

/** The newest `limit` matching lines. `batches` come newest first, each in ascending order. */
export async function searchNewest(batches: LineBatches, filter: LineFilter, limit: number): Promise<NewestLines> {
  const { matches, recorded } = filter;
  const newestFirst: RecordLine[] = [];
  let isCommitWanted = recorded === undefined;
  for await (const batch of batches) {
    for (const record of batch.toReversed()) {
      if (isSeal(record.line)) {
        if (recorded !== undefined) isCommitWanted = isInRange(sealTime(record.line), recorded);
      } else if (isCommitWanted && matches(record.line)) {
        if (newestFirst.length === limit) return { lines: newestFirst.reverse(), hasMore: true };
        newestFirst.push(record);
      }
    }
    // Whether there is one more could take the whole log to say.
    if (newestFirst.length === limit) return { lines: newestFirst.reverse(), hasMore: (batch[0]?.seq ?? 0) > 0 };
  }
  return { lines: newestFirst.reverse(), hasMore: false };
}

function sealTime(line: string): string {
  const mark = '"timestamp":"';
  const start = line.indexOf(mark) + mark.length;
  return line.slice(start, line.indexOf('"', start));
}
