// The flags that only `search` has, what is read from them, and which of them go together.

import { AuditError } from '@indelible/log';
import { type Command, Option } from 'commander';
import { type Sorting, sortings } from '../query/search-records.ts';
import { readCount } from './read-count.ts';
import { type ChosenColumn, readColumns } from './search-columns.ts';
import { collectList } from './search-conditions.ts';

export interface SearchFlags {
  readonly limit?: string;
  readonly where?: string;
  readonly around?: string;
  readonly context?: string;
  readonly sort?: Sorting;
  readonly reverse?: boolean;
  readonly afterSeq?: string;
  readonly beforeSeq?: string;
  readonly columns?: readonly string[];
  readonly follow?: boolean;
}

export interface SearchPlan {
  /** An SQL expression, as it was given. */
  readonly where?: string;
  /** A record, and how many to show before and after it. */
  readonly around?: { readonly eventId: string; readonly context: number };
  readonly sorting: Sorting;
  readonly isReversed: boolean;
  readonly limit?: number;
  /** Positions, both excluded. */
  readonly after?: number;
  readonly before?: number;
  /** What a table shows, instead of its usual columns. */
  readonly columns?: readonly ChosenColumn[];
  readonly follows: boolean;
}

export function addSearchOptions(command: Command): Command {
  return command
    .option('--where <sql>', 'only what this SQL expression over the columns is true of')
    .option('--around <event_id>', 'this record, and what stands before and after it in the log')
    .option('--context <count>', 'with --around: so many before and so many after (default: 10)')
    .addOption(new Option('--sort <order>', 'order of the answer (default: position)').choices(sortings))
    .option('--reverse', 'the other way round: newest first, or least first')
    .option(
      '--limit <count>',
      'only the newest so many, or the first by duration or rows (default: 100 on a terminal, else all)',
    )
    .option('--after-seq <position>', 'only what stands after this position; --limit then keeps the first')
    .option('--before-seq <position>', 'only what stands before this position')
    .option('--columns <columns>', 'show these columns, by their dotted names, with commas between', collectList)
    .option('--follow', 'go on as the log grows, until Ctrl-C');
}

/** @throws AuditError `invalid_argument` */
export function readSearchFlags(flags: SearchFlags): SearchPlan {
  checkTogether(flags);
  const { limit, where, around, context, sort = 'position', afterSeq, beforeSeq, columns } = flags;
  return {
    sorting: sort,
    isReversed: flags.reverse === true,
    follows: flags.follow === true,
    ...(where !== undefined && { where }),
    ...(around !== undefined && { around: { eventId: around, context: readCount('--context', context ?? '10', 0) } }),
    ...(limit !== undefined && { limit: readCount('--limit', limit) }),
    ...(afterSeq !== undefined && { after: readCount('--after-seq', afterSeq, 0) }),
    ...(beforeSeq !== undefined && { before: readCount('--before-seq', beforeSeq, 0) }),
    ...(columns !== undefined && { columns: readColumns(columns) }),
  };
}

function checkTogether({
  where,
  around,
  context,
  follow,
  sort,
  reverse,
  limit,
  afterSeq,
  beforeSeq,
}: SearchFlags): void {
  const sorted = sort !== undefined && sort !== 'position' ? `--sort=${sort}` : reverse === true && '--reverse';
  const before = beforeSeq !== undefined && '--before-seq';
  if (where?.trim() === '')
    throw wrong('--where is empty; give an expression such as "operation.rows_returned > 1000"');
  if (around === undefined && context !== undefined) throw wrong('--context says how much to show --around a record');
  if (around !== undefined) {
    const paged = (limit !== undefined && '--limit') || (afterSeq !== undefined && '--after-seq') || before;
    const other = sorted || paged || (follow === true && '--follow');
    if (other) throw wrong(`--around has an order and an extent of its own; leave ${other} out`);
  }
  const unlikeTheLog = sorted || before;
  if (follow === true && unlikeTheLog) {
    throw wrong(`--follow shows records as the log grows; leave ${unlikeTheLog} out`);
  }
}

function wrong(message: string): AuditError {
  return new AuditError('invalid_argument', message);
}
