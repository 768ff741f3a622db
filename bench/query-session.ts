// Sessions of the query benchmark's people: who, from where, with what, and how far they are in their transactions.

import type { Person } from './query-people.ts';
import type { Random } from './query-random.ts';

export interface Session {
  readonly id: string;
  readonly person: Person;
  readonly address: string;
  readonly program: string;
  readonly startMs: number;
  statements: number;
  /** Statements until it ends. */
  left: number;
  /** The same within a transaction, another with each statement outside. */
  correlationId: string;
  /** Only of programs that send a trace context too. */
  transactionId: string | undefined;
  /** Statements until the transaction ends. */
  transactionLeft: number;
}

/** How the lengths of sessions differ; see `logNormal`. */
export const sessionSpread = 0.9;

export function createSession(random: Random, person: Person, address: string, startMs: number): Session {
  return {
    id: `ses_${random.uuid()}`,
    person,
    address,
    program: random.pick(person.programs),
    startMs,
    statements: 0,
    left: Math.ceil(random.logNormal(person.sessionLength, sessionSpread)),
    correlationId: '',
    transactionId: undefined,
    transactionLeft: 0,
  };
}

/** Counts one more statement, and begins a transaction with it now and then. */
export function beginStatement(session: Session, random: Random): void {
  session.left -= 1;
  session.statements += 1;
  if (session.transactionLeft > 0) {
    session.transactionLeft -= 1;
    return;
  }
  session.correlationId = random.uuid();
  session.transactionLeft = session.person.binds && random.chance(0.15) ? random.between(1, 6) : 0;
  const isTold = session.transactionLeft > 0 && session.person.isTraced;
  session.transactionId = isTold ? `txn_${random.between(1, 40_000_000)}` : undefined;
}
