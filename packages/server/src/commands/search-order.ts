// In which order the records of a search are asked for and shown, and which of them a limit keeps: the newest, except
// where a page follows another or the order says what matters most.

import { AuditError } from '@indelible/log';
import { formatCount } from '../terminal/format.ts';
import type { Find, FoundRecord, Wanted } from './search-finder.ts';
import type { SearchPlan } from './search-plan.ts';

type Take = (records: FoundRecord[]) => Promise<void>;

/** Resolves to what a person should know about the limit, if it left something out. */
export async function findInOrder(
  find: Find,
  plan: Pick<SearchPlan, 'sorting' | 'isReversed' | 'after' | 'before'>,
  limit: number | undefined,
  take: Take,
): Promise<string | undefined> {
  const { sorting, isReversed, after, before } = plan;
  const isLargestFirst = sorting === 'duration' || sorting === 'rows';
  const wanted: Wanted = {
    sorting,
    isDescending: isLargestFirst !== isReversed,
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
  };
  if (limit === undefined) {
    await find(wanted, take);
    return undefined;
  }
  const isNextPage = after !== undefined && sorting === 'position' && !isReversed;
  if (!isNextPage && !isLargestFirst) return findNewest(find, wanted, limit, take);
  let last = 0;
  const hasMore = await find({ ...wanted, limit }, (records) => {
    last = records.at(-1)?.seq ?? last;
    return take(records);
  });
  const next = isNextPage ? `--after-seq=${last} shows the next ones` : '--limit=N shows more';
  return hasMore ? `Only the first ${formatCount(limit)} are shown; ${next}, a narrower filter fewer.\n` : undefined;
}

/** Asked newest first, so that the limit ends the search; shown as wanted. */
async function findNewest(find: Find, wanted: Wanted, limit: number, take: Take): Promise<string | undefined> {
  const newestFirst: FoundRecord[] = [];
  const hasMore = await find({ ...wanted, isDescending: true, limit }, async (records) => {
    newestFirst.push(...records);
  });
  const oldest = newestFirst.at(-1)?.seq;
  if (oldest !== undefined) await take(wanted.isDescending ? newestFirst : newestFirst.reverse());
  if (!hasMore) return undefined;
  const older = wanted.sorting === 'position' ? `, --before-seq=${oldest} older ones` : '';
  return `Only the newest ${formatCount(limit)} are shown; --limit=N shows more${older}, a narrower filter fewer.\n`;
}

/**
 * A record and those around it that answer the search, in the order of the log.
 * @throws AuditError `not_found`
 */
export async function findAround(
  find: Find,
  findById: Find,
  { eventId, context }: NonNullable<SearchPlan['around']>,
  take: Take,
): Promise<void> {
  const own: FoundRecord[] = [];
  await findById({ sorting: 'position', isDescending: false, limit: 1 }, async (records) => {
    own.push(...records);
  });
  const [record] = own;
  if (record === undefined) throw new AuditError('not_found', `no sealed record has the event_id ${eventId}`);
  const { seq } = record;
  if (context > 0) {
    const earlier: Wanted = { sorting: 'position', isDescending: false, before: seq };
    await findNewest(find, earlier, context, take);
  }
  await take(own);
  if (context > 0) await find({ sorting: 'position', isDescending: false, after: seq, limit: context }, take);
}
