// Statistics over all events of a period, and over those of one user, with the names that an application knows from the
// audit logger. Seals are no events.

import { askPeriod, numberIn, textIn } from './ask-period.ts';
import { quoteText } from './columns.ts';
import type { QueryEngine } from './engine.ts';
import type { Period } from './period.ts';

export interface Statistics {
  readonly total_events: number;
  /**
   * Successes by events that say how they ended, from 0 to 1; 1 where none does. A partial success is none, and what
   * has no outcome, such as a heartbeat, is neither.
   */
  readonly success_rate: number;
  /** Mean over the events that have a duration; 0 where none has. */
  readonly avg_duration_ms: number;
  /** Events by `operation.type`; those of a memory are always there, with 0 where there was none. */
  readonly by_operation: Readonly<Record<string, number>>;
}

export interface UserStatistics {
  readonly total_operations: number;
  readonly last_activity: string | null;
  /** Of several equally common ones the first by name. */
  readonly most_common_operation: string | null;
}

const memoryOperations = ['STORE', 'RECALL', 'FORGET', 'COMPACT', 'EXPORT', 'IMPORT'];

const countByOperation = 'SELECT operation.type AS type, count(*) AS events FROM records';

export async function readStatistics(
  engine: Pick<QueryEngine, 'run'>,
  period: Period,
  signal?: AbortSignal,
): Promise<Statistics> {
  const { ask } = askPeriod(engine, period, signal);
  const [totals] = await ask(`
    SELECT count(*) AS events, count(result.status) AS ended, count(*) FILTER (result.status = 'success') AS successes,
           favg(operation.duration_ms) AS avg_duration_ms
    FROM records`);
  const operations = await ask(`${countByOperation} WHERE type IS NOT NULL GROUP BY ALL ORDER BY events DESC, type`);
  const ended = numberIn(totals, 'ended');
  return {
    total_events: numberIn(totals, 'events'),
    success_rate: ended === 0 ? 1 : numberIn(totals, 'successes') / ended,
    avg_duration_ms: numberIn(totals, 'avg_duration_ms'),
    by_operation: Object.fromEntries([
      ...memoryOperations.map((type) => [type, 0] as const),
      ...operations.map((row) => [textIn(row, 'type') ?? '', numberIn(row, 'events')] as const),
    ]),
  };
}

export async function readUserStatistics(
  engine: Pick<QueryEngine, 'run'>,
  userId: string,
  period: Period,
  signal?: AbortSignal,
): Promise<UserStatistics> {
  const { ask } = askPeriod(engine, period, signal);
  const isTheirs = `actor.user_id = ${quoteText(userId)}`;
  const [totals] = await ask(`SELECT count(*) AS events, max("timestamp") AS latest FROM records WHERE ${isTheirs}`);
  const [commonest] = await ask(
    `${countByOperation} WHERE ${isTheirs} AND type IS NOT NULL GROUP BY ALL ORDER BY events DESC, type LIMIT 1`,
  );
  return {
    total_operations: numberIn(totals, 'events'),
    last_activity: textIn(totals, 'latest'),
    most_common_operation: textIn(commonest, 'type'),
  };
}
