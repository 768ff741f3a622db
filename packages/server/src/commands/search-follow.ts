// How a search goes on as the log grows. Plain conditions are decided on the lines themselves, which takes no memory
// however long it lasts; an SQL expression and the time of the seal need the index.

import { followLines } from '@indelible/log';
import type { QueryEngine } from '../query/engine.ts';
import { searchForward } from '../search/search-lines.ts';
import type { Filter } from './filter-options.ts';
import type { Find, FoundRecord } from './search-finder.ts';
import type { SearchPlan } from './search-plan.ts';

export interface Following extends Pick<SearchPlan, 'where' | 'columns'> {
  readonly dataDir: string;
  readonly filter: Pick<Filter, 'matches' | 'recorded'>;
  readonly find: Find;
  /** The position to go on from. */
  readonly from: number;
  /** Ends it, without an error. */
  readonly signal: AbortSignal;
  take(records: readonly FoundRecord[]): Promise<void>;
}

/** @throws AuditError about the expression, or about a limit of the engine. */
export async function followSearch(engine: QueryEngine, following: Following): Promise<void> {
  const needsIndex =
    following.where !== undefined || following.columns?.some(({ name }) => name === 'recorded_at') === true;
  try {
    await (needsIndex ? followByIndex(engine, following) : followByLines(following));
  } catch (error) {
    if (!following.signal.aborted) throw error;
  }
}

async function followByLines({ dataDir, filter, from, signal, take }: Following): Promise<void> {
  for await (const lines of searchForward(followLines(dataDir, { from, signal }), filter)) await take(lines);
}

async function followByIndex(engine: QueryEngine, { dataDir, find, from, signal, take }: Following): Promise<void> {
  let end = from;
  for await (const lines of followLines(dataDir, { from, signal })) {
    if ((lines.at(-1)?.seq ?? 0) < end) continue;
    await engine.refresh(signal);
    const after = end - 1;
    end = engine.end;
    await find({ sorting: 'position', isDescending: false, after, before: end }, take);
  }
}
