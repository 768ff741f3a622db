// Sums up a period: how many events of each kind, and who and what stands out among them. Every number is a count over
// the records of the period; seals are not among them.

import { type AnswerRow, askPeriod, numberIn, type PeriodQuestions } from './ask-period.ts';
import type { QueryEngine } from './engine.ts';
import type { Period } from './period.ts';

/** Its JSON is what `summary --json` prints. */
export interface Summary {
  /** The period's ends; null where it is open. */
  readonly from: string | null;
  readonly before: string | null;
  readonly total_events: number;
  readonly authentication_events: number;
  readonly successful_logins: number;
  readonly failed_logins: number;
  readonly data_access_events: number;
  readonly queries_executed: number;
  /** By events of data access; rows that a modification or a memory returned are not among them. */
  readonly rows_returned: number;
  readonly modification_events: number;
  readonly nodes_created: number;
  readonly nodes_updated: number;
  readonly nodes_deleted: number;
  readonly memory_operations: number;
  readonly by_subtype: readonly AnswerRow[];
  readonly busiest_users: readonly AnswerRow[];
  readonly busiest_labels: readonly AnswerRow[];
  readonly failed_logins_by_origin: readonly AnswerRow[];
  readonly slowest_statements: readonly AnswerRow[];
}

/** How many of the busiest, the most refused and the slowest are named. */
const namedMax = 10;

export async function readSummary(
  engine: Pick<QueryEngine, 'run'>,
  period: Period,
  signal?: AbortSignal,
): Promise<Summary> {
  const questions = askPeriod(engine, period, signal);
  const bySubtype = await questions.ask(countBySubtype);
  return {
    from: period.from ?? null,
    before: period.before ?? null,
    ...countsOf(bySubtype),
    by_subtype: bySubtype.map(({ rows_returned: _, ...row }) => row),
    ...(await readRankings(questions)),
  };
}

const countBySubtype = `
  SELECT event_type, subtype, count(*) AS events, sum(operation.rows_returned)::DOUBLE AS rows_returned
  FROM records GROUP BY ALL ORDER BY event_type, events DESC, subtype`;

function countsOf(rows: readonly AnswerRow[]) {
  const sum = (counted: readonly AnswerRow[], name = 'events') =>
    counted.reduce((total, row) => total + numberIn(row, name), 0);
  const ofType = (type: string) => rows.filter((row) => row.event_type === type);
  const events = (type: string, subtype: string) => sum(ofType(type).filter((row) => row.subtype === subtype));
  return {
    total_events: sum(rows),
    authentication_events: sum(ofType('authentication')),
    successful_logins: events('authentication', 'login_success'),
    failed_logins: events('authentication', 'login_failure'),
    data_access_events: sum(ofType('data_access')),
    queries_executed: events('data_access', 'query_executed'),
    rows_returned: sum(ofType('data_access'), 'rows_returned'),
    modification_events: sum(ofType('data_modification')),
    nodes_created: events('data_modification', 'node_created'),
    nodes_updated: events('data_modification', 'node_updated'),
    nodes_deleted: events('data_modification', 'node_deleted'),
    memory_operations: sum(ofType('memory_operation')),
  };
}

async function readRankings({ ask }: PeriodQuestions) {
  return {
    busiest_users: await ask(`
      SELECT actor.user_id AS user_id, count(*) AS events FROM records
      WHERE user_id IS NOT NULL GROUP BY ALL ORDER BY events DESC, user_id LIMIT ${namedMax}`),
    // An event that names no labels may name the one thing that it changed.
    busiest_labels: await ask(`
      SELECT label, count(*) AS events FROM (
        SELECT unnest(list_distinct(CASE WHEN len(operation.labels_accessed) > 0 THEN operation.labels_accessed
                                         ELSE [operation.target.label] END)) AS label
        FROM records)
      WHERE label IS NOT NULL GROUP BY ALL ORDER BY events DESC, label LIMIT ${namedMax}`),
    failed_logins_by_origin: await ask(`
      SELECT actor.user_id AS user_id, actor.ip_address AS ip_address, count(*) AS failures, max("timestamp") AS latest
      FROM records WHERE event_type = 'authentication' AND subtype = 'login_failure'
      GROUP BY ALL ORDER BY failures DESC, user_id, ip_address LIMIT ${namedMax}`),
    slowest_statements: await ask(`
      SELECT seq, "timestamp", actor.user_id AS user_id, operation.duration_ms AS duration_ms, operation.query AS query
      FROM records WHERE duration_ms IS NOT NULL AND query IS NOT NULL
      ORDER BY duration_ms DESC, seq LIMIT ${namedMax}`),
  };
}
