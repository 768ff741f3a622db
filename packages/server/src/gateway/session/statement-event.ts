// Makes the records of a statement: what was executed, under which privileges, and what came of it.

import type { AuditEvent } from '@indelible/log';
import type { RequiredPrivilege, StatementAnalysis } from '../statement/analysis.ts';
import type { ServerError } from '../wire/backend.ts';
import type { Actor } from './actor.ts';

/** What came of a statement. `unknown`: the connection ended first. */
export type StatementOutcome =
  | { readonly kind: 'success'; readonly tag: string | undefined; readonly tagRows: number | undefined }
  | { readonly kind: 'failure'; readonly error: ServerError }
  | { readonly kind: 'unknown' };

/** One execution of a statement, measured. */
export interface StatementRun {
  readonly analysis: StatementAnalysis;
  readonly parameters: readonly unknown[] | undefined;
  readonly protocol: 'simple' | 'extended' | 'function';
  /** Its place among the statements of one simple query of several; 1 is the first. */
  readonly ordinal: number | undefined;
  /** The client has not asked for the rest of the rows. */
  readonly suspended: boolean;
  readonly rows: number;
  readonly bytes: number;
  readonly durationMs: number;
}

export interface StatementContext {
  readonly requestId: string;
  readonly correlationId: string;
}

export function statementEvent(
  actor: Actor,
  run: StatementRun,
  outcome: StatementOutcome,
  context: StatementContext,
): AuditEvent {
  const { analysis } = run;
  return {
    event_type: analysis.eventType,
    subtype: analysis.subtype,
    actor: actor.describe(),
    operation: {
      type: analysis.operationType,
      query: analysis.text,
      ...(run.parameters === undefined || run.parameters.length === 0 ? {} : { parameters: [...run.parameters] }),
      graph: actor.facts.database,
      labels_accessed: [...analysis.labels],
      properties_accessed: [...analysis.properties],
      ...rowCounts(run, outcome),
      bytes_transferred: run.bytes,
      duration_ms: Math.round(run.durationMs * 1000) / 1000,
    },
    result: describeOutcome(outcome),
    context: { request_id: context.requestId, correlation_id: context.correlationId, source: 'postgres' },
    details: {
      ...(outcome.kind === 'success' && outcome.tag !== undefined ? { tag: outcome.tag } : {}),
      protocol: run.protocol,
      ...(run.ordinal === undefined ? {} : { statement_ordinal: run.ordinal }),
      ...(run.suspended ? { suspended: true } : {}),
      ...(outcome.kind === 'unknown' ? { outcome: 'unknown' } : {}),
      ...(analysis.parsed ? {} : { parsed: false }),
      ...analysis.details,
    },
  };
}

/** COPY TO sends its rows outside DataRow, so the tag's count is the one to believe. */
function rowCounts({ analysis, rows }: StatementRun, outcome: StatementOutcome) {
  if (outcome.kind !== 'success' || outcome.tag === undefined || outcome.tagRows === undefined)
    return { rows_returned: rows };
  const verb = outcome.tag.split(' ')[0];
  if (verb === 'COPY' && analysis.eventType === 'data_access') return { rows_returned: outcome.tagRows };
  if (verb === 'SELECT' && rows > 0) return { rows_returned: rows };
  if (verb === 'FETCH' || (verb === 'SELECT' && analysis.eventType === 'data_access')) return { rows_returned: rows };
  return { rows_returned: rows, rows_affected: outcome.tagRows };
}

function describeOutcome(outcome: StatementOutcome): AuditEvent['result'] {
  if (outcome.kind === 'success') return { status: 'success', error_code: null, error_message: null };
  if (outcome.kind === 'unknown') {
    const message = 'the connection ended before the outcome was known';
    return { status: 'failure', error_code: '08006', error_message: message };
  }
  return { status: 'failure', error_code: outcome.error.sqlstate, error_message: outcome.error.message };
}

/** The check of a privilege: passed, or refused with 42501. */
export function accessEvent(
  actor: Actor,
  run: StatementRun,
  privilege: RequiredPrivilege,
  error: ServerError | undefined,
  context: StatementContext,
): AuditEvent {
  return {
    event_type: 'authorization',
    subtype: error === undefined ? 'access_granted' : 'access_denied',
    actor: actor.describe(),
    operation: { type: run.analysis.operationType, query: run.analysis.text, graph: actor.facts.database },
    result: describeOutcome(
      error === undefined ? { kind: 'success', tag: undefined, tagRows: undefined } : { kind: 'failure', error },
    ),
    context: { request_id: context.requestId, correlation_id: context.correlationId, source: 'postgres' },
    details: {
      resource: privilege.resource,
      operation: run.analysis.operationType,
      required_permission: privilege.permission,
    },
  };
}

/** Which of the privileges a statement needs was the one refused: the one whose object the server's message names. */
export function refusedPrivilege(analysis: StatementAnalysis, message: string): RequiredPrivilege {
  const named = analysis.required.find(({ resource }) => mentions(message, resource.split('.').at(-1) ?? resource));
  const privilege = named ?? analysis.required[0];
  if (privilege !== undefined) return privilege;
  const resource = /(?:permission denied for|must be owner of) (?:[a-z ]+ )?"?([^\s"]+)"?$/.exec(message)?.[1];
  if (resource !== undefined) return { resource, permission: `${analysis.operationType}:${resource}` };
  return { resource: analysis.verb, permission: `admin:${analysis.verb.toLowerCase().replaceAll(' ', '_')}` };
}

function mentions(message: string, name: string): boolean {
  return name !== '' && message.split(/[\s"]+/).includes(name);
}
