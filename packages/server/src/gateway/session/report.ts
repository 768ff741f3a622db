// Tells what came of each statement: the record of the statement itself, the checks of privileges it passed or failed,
// and the trouble the server was in. Owns what ties records together: request ids and the transaction's correlation id.

import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '@indelible/log';
import type { RequiredPrivilege, StatementAnalysis } from '../statement/analysis.ts';
import type { TransactionStatus } from '../wire/backend.ts';
import type { Actor } from './actor.ts';
import type { Names } from './names.ts';
import { serverTroubleEvent } from './session-event.ts';
import {
  accessEvent,
  refusedPrivilege,
  type StatementContext,
  type StatementOutcome,
  type StatementRun,
  statementEvent,
} from './statement-event.ts';

const insufficientPrivilege = '42501';
/** Grants told of once are remembered up to this many; then they are told of again. */
const rememberedGrantsMax = 10_000;
const grantsPerStatementMax = 20;

export class Reporter {
  readonly #actor: Actor;
  readonly #names: Names;
  readonly #emit: (event: AuditEvent) => void;
  readonly #granted = new Set<string>();
  #correlationId: string | undefined;
  #statements = 0;

  constructor(actor: Actor, names: Names, emit: (event: AuditEvent) => void) {
    this.#actor = actor;
    this.#names = names;
    this.#emit = emit;
  }

  get statements(): number {
    return this.#statements;
  }

  report(measured: StatementRun, outcome: StatementOutcome): void {
    const run = { ...measured, analysis: this.#withPreparedText(measured.analysis) };
    this.#statements += 1;
    this.#correlationId ??= randomUUID();
    const context = {
      requestId: `${this.#actor.facts.sessionId}.${this.#statements}`,
      correlationId: this.#correlationId,
    };
    this.#emit(statementEvent(this.#actor, run, outcome, context));
    if (outcome.kind === 'success') {
      this.#reportGrants(run, context);
      this.#follow(run.analysis, outcome.tag ?? '');
    } else if (outcome.kind === 'failure') {
      const { error } = outcome;
      if (error.sqlstate === insufficientPrivilege) {
        const privilege = refusedPrivilege(run.analysis, error.message);
        this.#emit(accessEvent(this.#actor, run, privilege, error, context));
      }
      const trouble = serverTroubleEvent(this.#actor, error);
      if (trouble !== undefined) this.#emit(trouble);
    }
  }

  ready(status: TransactionStatus): void {
    if (status === 'I') this.#correlationId = undefined;
    this.#actor.ready(status);
  }

  /** A grant is told of when it is first used in the session; told with each statement it would only repeat itself. */
  #reportGrants(run: StatementRun, context: StatementContext): void {
    const worthTelling = run.analysis.required.filter((privilege) => isGuarded(privilege, run.analysis));
    for (const privilege of worthTelling.slice(0, grantsPerStatementMax)) {
      const grant = `${this.#actor.actsAs} ${privilege.permission}`;
      if (this.#granted.has(grant)) continue;
      if (this.#granted.size >= rememberedGrantsMax) this.#granted.clear();
      this.#granted.add(grant);
      this.#emit(accessEvent(this.#actor, run, privilege, undefined, context));
    }
  }

  /** What a successful statement changes in how later ones are to be understood. */
  #follow(analysis: StatementAnalysis, tag: string): void {
    const { prepares } = analysis;
    if (prepares !== undefined) {
      this.#names.prepare(prepares.name, { analysis: prepares.statement, parameterTypes: [] });
    }
    if (tag === 'DEALLOCATE ALL' || tag === 'DISCARD ALL') this.#names.deallocateAll();
    this.#actor.executed(analysis, tag);
  }

  /** `EXECUTE name` is recorded as what it runs. */
  #withPreparedText(analysis: StatementAnalysis): StatementAnalysis {
    const prepared = analysis.executes === undefined ? undefined : this.#names.statement(analysis.executes)?.analysis;
    if (prepared === undefined) return analysis;
    return { ...prepared, text: analysis.text, details: { ...prepared.details, prepared_text: prepared.text } };
  }
}

/** Data and acts of administrators; not the catalogue and the built-in functions, which are everybody's. */
function isGuarded({ resource, permission }: RequiredPrivilege, { labels }: StatementAnalysis): boolean {
  if (permission.startsWith('admin:')) return true;
  return labels.includes(resource) && !/^(?:pg_catalog|information_schema)\./.test(resource);
}
