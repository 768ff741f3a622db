// The three questions of the query benchmark, and what it takes to be asked them. An answer is lines of text, so that
// the answers of programs that have nothing in common can be compared.

import { AuditError } from '@indelible/log';
import { dayOf, days, eventsOf, type QueryLogOptions } from './query-log.ts';

export type QuestionName = 'selective' | 'top' | 'substring';

export interface Question {
  readonly name: QuestionName;
  readonly means: string;
  /** In the SQL of `system.audit_log`; the first column, or the first two, make a line of the answer. */
  readonly sql: string;
}

export interface Questions {
  readonly all: readonly Question[];
  /** Of the selective question: who, and from which time on up to which. */
  readonly actor: string;
  readonly from: string;
  readonly to: string;
  /** Of the substring question. It stands in statements only, nowhere else in a record. */
  readonly text: string;
}

/**
 * In any order: event ids for the selective question, `<count> <user>` for the top twenty (of equal counts the user
 * that sorts first), and for the substring the one number.
 */
export type Answer = readonly string[];

export interface Answerer {
  readonly name: string;
  /** Asked once only, for it takes minutes. */
  readonly isSlow?: boolean;
  readonly ask: Readonly<Record<QuestionName, () => Promise<Answer>>>;
}

/** Who among the clerks, the busiest first: a thousand events a working day out of ten million in a month. */
const actorRank = 2;

export function createQuestions(options: QueryLogOptions): Questions {
  const clerks = eventsOf(options).people.filter(({ kind }) => kind === 'clerk');
  const actor = clerks[actorRank]!.userId;
  const middle = Math.floor(days / 2);
  const [from, to] = [dayOf(middle), dayOf(middle + 1)];
  const text = 'SELECT * FROM crm.customer';
  const all: readonly Question[] = [
    {
      name: 'selective',
      means: 'one actor, one day',
      sql:
        'SELECT event_id, timestamp, operation.query, operation.rows_returned FROM system.audit_log ' +
        `WHERE actor.user_id = '${actor}' AND timestamp >= '${from}' AND timestamp < '${to}' ORDER BY seq`,
    },
    {
      name: 'top',
      means: 'the twenty busiest users of all',
      sql:
        'SELECT count(*) AS events, actor.user_id FROM system.audit_log WHERE actor.user_id IS NOT NULL ' +
        'GROUP BY ALL ORDER BY events DESC, actor.user_id LIMIT 20',
    },
    {
      name: 'substring',
      means: 'a substring of the statement, in all',
      sql: `SELECT count(*) FROM system.audit_log WHERE contains(operation.query, '${text}')`,
    },
  ];
  return { all, actor, from, to, text };
}

/** @throws AuditError `internal` when two programs that were asked the same do not say the same. */
export function compareAnswers(question: Question, answers: ReadonlyMap<string, Answer>): void {
  const [first, ...others] = [...answers].map(([name, lines]) => ({ name, lines: [...lines].sort() }));
  if (first === undefined) return;
  if (first.lines.length === 0) {
    throw new AuditError('internal', `${question.means}: nobody found anything; set BENCH_EVENTS to a million or more`);
  }
  for (const { name, lines } of others) {
    const differs = lines.length !== first.lines.length ? -1 : lines.findIndex((line, at) => line !== first.lines[at]);
    if (differs === -1 && lines.length === first.lines.length) continue;
    const counts = `${first.name} answers ${first.lines.length} lines, ${name} ${lines.length}`;
    const example = differs === -1 ? '' : `; "${first.lines[differs]}" and "${lines[differs]}" differ`;
    throw new AuditError('internal', `${question.means}: ${counts}${example}`);
  }
}
