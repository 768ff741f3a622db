// Asks questions of ours about the records of one period. All questions to one engine are about the same records as
// long as nobody refreshes it.

import { type Plain, plainObjects } from './answer/plain-value.ts';
import { quoteText, tableName } from './columns.ts';
import type { QueryEngine } from './engine.ts';
import type { Period } from './period.ts';
import type { Bounds } from './sql/bounds.ts';

export type AnswerRow = Readonly<Record<string, Plain>>;

export interface PeriodQuestions {
  /** Runs a statement over the table `records`, which holds the period's records with the columns of the log. */
  ask(sql: string): Promise<readonly AnswerRow[]>;
}

export function askPeriod(engine: Pick<QueryEngine, 'run'>, period: Period, signal?: AbortSignal): PeriodQuestions {
  const records = `SELECT * FROM ${tableName} WHERE ${conditionOf(period)}`;
  const options = { bounds: boundsOf(period), ...(signal && { signal }) };
  return {
    ask: (sql) => engine.run(`WITH records AS (${records}) ${sql}`, options, plainObjects),
  };
}

/** A count or a mean of an answer; nothing counts as 0. */
export function numberIn(row: AnswerRow | undefined, name: string): number {
  return Number(row?.[name] ?? 0);
}

export function textIn(row: AnswerRow | undefined, name: string): string | null {
  const value = row?.[name] ?? null;
  return value === null ? null : String(value);
}

function conditionOf({ from, before }: Period): string {
  const conditions = [
    ...(from === undefined ? [] : [`"timestamp" >= TIMESTAMPTZ ${quoteText(from)}`]),
    ...(before === undefined ? [] : [`"timestamp" < TIMESTAMPTZ ${quoteText(before)}`]),
  ];
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

/** The bounds include their end, the period does not: they are wider by an instant, which the condition leaves out. */
function boundsOf({ from, before }: Period): Bounds {
  return { ...(from !== undefined && { timeFrom: from }), ...(before !== undefined && { timeTo: before }) };
}
