// Decides whether a stored line answers a query. Most lines do not, so cheap looks at the text come first and JSON is
// parsed, once, only for lines that may match.

import { type LineTest, parseRecord } from './line-condition.ts';
import { hasSubtype, hasType, occurredWithin } from './opening-conditions.ts';
import type { TimeRange } from './time-range.ts';
import { hasText, isAmong, labelsOf, namesAny, propertiesOf, statementHasAny } from './value-conditions.ts';

/** All conditions hold together; within one list any value will do; an absent condition is none. */
export interface Query {
  readonly eventIds?: readonly string[];
  readonly eventTypes?: readonly string[];
  readonly subtypes?: readonly string[];
  readonly severities?: readonly string[];
  readonly users?: readonly string[];
  readonly addresses?: readonly string[];
  readonly sessions?: readonly string[];
  readonly statuses?: readonly string[];
  readonly errorCodes?: readonly string[];
  readonly transactions?: readonly string[];
  readonly traces?: readonly string[];
  /** Labels accessed or changed: whole, or from one of their dots on. */
  readonly labels?: readonly string[];
  /** Properties accessed, in the same way. */
  readonly properties?: readonly string[];
  /** Stand in the statement, in any case of letters. */
  readonly statements?: readonly string[];
  /** Stands somewhere in a value of the record, in any case of letters. */
  readonly text?: string;
  /** When it happened, as the source tells it. */
  readonly occurred?: TimeRange;
}

export type Matcher = LineTest;

export function createMatcher(query: Query): Matcher {
  const conditions = [
    ...occurredWithin(query.occurred),
    ...isAmong(query.eventIds, 'event_id', (record) => record.event_id),
    ...hasType(query.eventTypes),
    ...hasSubtype(query.subtypes),
    ...isAmong(query.severities, 'severity', (record) => record.severity),
    ...isAmong(query.users, 'user_id', ({ actor }) => actor?.user_id),
    ...isAmong(query.addresses, 'ip_address', ({ actor }) => actor?.ip_address),
    ...isAmong(query.sessions, 'session_id', ({ actor }) => actor?.session_id),
    ...isAmong(query.statuses, 'status', ({ result }) => result?.status),
    ...isAmong(query.errorCodes, 'error_code', ({ result }) => result?.error_code),
    ...isAmong(query.transactions, 'transaction_id', ({ context }) => context?.transaction_id),
    ...isAmong(query.traces, 'trace_id', ({ context }) => context?.trace_id),
    ...namesAny(query.labels, labelsOf),
    ...namesAny(query.properties, propertiesOf),
    ...statementHasAny(query.statements),
    ...hasText(query.text),
  ];
  const questions = conditions.flatMap(({ holds }) => holds ?? []);
  return (line) => {
    if (!conditions.every(({ look }) => look(line))) return false;
    if (questions.length === 0) return true;
    const record = parseRecord(line);
    return record !== undefined && questions.every((holds) => holds(record));
  };
}
