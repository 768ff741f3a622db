// The events of the query benchmark as their sources would write them: the gateway's of a connection and a statement,
// and the library's of an AI memory. Times are filled in by who emits them.

import type { AuditEvent } from '@indelible/log';
import type { Failure } from './query-failures.ts';
import type { Random } from './query-random.ts';
import type { Session } from './query-session.ts';
import type { Shape } from './query-shapes.ts';
import { makeLiteral, makeValue } from './query-values.ts';

type Outcome = NonNullable<AuditEvent['result']>;

const succeeded: Outcome = { status: 'success', error_code: null, error_message: null };

function outcomeOf(failure: Failure | undefined): Outcome {
  return failure === undefined ? succeeded : { ...failure };
}

function actorOf({ id, person, address, program }: Session): AuditEvent['actor'] {
  const { userId, role, authMethod } = person;
  const tail = { ip_address: address, user_agent: program, auth_method: authMethod };
  if (role === undefined) return { user_id: userId, session_id: id, ...tail };
  return { user_id: userId, session_id: id, roles: [role], ...tail };
}

function contextOf(session: Session, random: Random): NonNullable<AuditEvent['context']> {
  const { id, statements, correlationId, transactionId, person } = session;
  const context: NonNullable<AuditEvent['context']> = {};
  if (transactionId !== undefined) context.transaction_id = transactionId;
  context.request_id = `${id}.${statements}`;
  context.correlation_id = correlationId;
  if (person.isTraced) {
    context.trace_id = random.hex(8);
    context.span_id = random.hex(4);
  }
  context.source = 'postgres';
  return context;
}

/** What was executed: the same text each time with values bound to it, or a text of its own. */
function textOf(shape: Shape, random: Random): string {
  let text = shape.pieces[0]!;
  for (let index = 0; index < shape.slots.length; index++) {
    text += makeLiteral(shape.slots[index]!, random) + shape.pieces[index + 1]!;
  }
  return text;
}

const preparedTexts = new WeakMap<Shape, string>();

function preparedTextOf(shape: Shape): string {
  const known = preparedTexts.get(shape);
  if (known !== undefined) return known;
  const text = shape.pieces.reduce((before, piece, index) => `${before}$${index}${piece}`);
  preparedTexts.set(shape, text);
  return text;
}

export function statementRecord(session: Session, shape: Shape, random: Random, failure?: Failure): AuditEvent {
  const { binds, database } = session.person;
  const isRead = shape.eventType === 'data_access';
  const rows = failure === undefined ? rowsOf(shape, random) : 0;
  const operation: NonNullable<AuditEvent['operation']> = {
    type: shape.operationType,
    query: binds ? preparedTextOf(shape) : textOf(shape, random),
  };
  if (binds && shape.slots.length > 0) operation.parameters = shape.slots.map((kind) => makeValue(kind, random));
  operation.graph = database;
  operation.labels_accessed = shape.labels;
  operation.properties_accessed = shape.properties;
  operation.rows_returned = isRead ? rows : 0;
  if (!isRead) operation.rows_affected = rows;
  operation.bytes_transferred = isRead ? rows * (12 * shape.properties.length + random.below(30)) : 0;
  operation.duration_ms = Math.round(random.logNormal(shape.durationMs, 1.2) * 1000) / 1000;
  const details: NonNullable<AuditEvent['details']> = failure === undefined ? { tag: tagOf(shape.verb, rows) } : {};
  details.protocol = binds ? 'extended' : 'simple';
  return {
    event_type: shape.eventType,
    subtype: shape.subtype,
    severity: failure === undefined ? 'info' : 'warning',
    actor: actorOf(session),
    operation,
    result: outcomeOf(failure),
    context: contextOf(session, random),
    details: shape.details === undefined ? details : { ...details, ...shape.details },
  };
}

/** A statement about one row nearly always finds it. */
function rowsOf({ rows }: Shape, random: Random): number {
  if (rows <= 1) return random.chance(0.96) ? rows : 0;
  return Math.floor(random.logNormal(rows, 1.1));
}

function tagOf(verb: string, rows: number): string {
  if (verb === 'INSERT') return `INSERT 0 ${rows}`;
  return verb.includes(' ') ? verb : `${verb} ${rows}`;
}

/** The check of a privilege that came with a statement. */
export function accessRecord(session: Session, statement: AuditEvent, random: Random): AuditEvent {
  const { operation, result, context } = statement;
  const [label = session.person.database] = operation?.labels_accessed ?? [];
  const type = operation?.type === 'CREATE' ? 'INSERT' : (operation?.type ?? 'SELECT');
  const isAdmin = random.chance(0.15);
  return {
    event_type: 'authorization',
    subtype: result?.status === 'success' ? 'access_granted' : 'access_denied',
    severity: statement.severity,
    actor: actorOf(session),
    operation: { type: operation?.type, query: operation?.query, graph: session.person.database },
    result,
    context,
    details: {
      resource: label,
      operation: operation?.type,
      required_permission: isAdmin
        ? `admin:${random.pick(['alter_table', 'owner', 'bypass_rls'])}`
        : `${type}:${label}`,
    },
  };
}

/** @param failure why they were turned away */
export function loginRecord(session: Session, random: Random, failure?: Failure): AuditEvent {
  return {
    event_type: 'authentication',
    subtype: failure === undefined ? 'login_success' : 'login_failure',
    severity: failure === undefined ? 'info' : 'warning',
    actor: actorOf(session),
    operation: { type: 'LOGIN', graph: session.person.database },
    result: outcomeOf(failure),
    context: { request_id: `${session.id}.0`, source: 'postgres' },
    details: { method: session.person.authMethod, tls: random.chance(0.95), protocol_version: '3.0' },
  };
}

export function logoutRecord(session: Session, nowMs: number, isExpired: boolean): AuditEvent {
  const durationMs = Math.round(nowMs - session.startMs);
  return {
    event_type: 'authentication',
    subtype: isExpired ? 'session_expired' : 'logout',
    severity: 'info',
    actor: actorOf(session),
    operation: { type: 'LOGOUT', graph: session.person.database, duration_ms: durationMs },
    result: isExpired
      ? { status: 'success', error_code: '57P05', error_message: 'terminating connection due to idle-session timeout' }
      : succeeded,
    context: { request_id: `${session.id}.end`, source: 'postgres' },
    details: {
      reason: isExpired ? 'idle' : 'terminate',
      session_duration: durationMs / 1000,
      statements: session.statements,
    },
  };
}

const memoryActs = ['RECALL', 'RECALL', 'RECALL', 'STORE', 'STORE', 'FORGET', 'COMPACT'] as const;

export function memoryRecord(session: Session, random: Random): AuditEvent {
  const type = random.pick(memoryActs);
  const entries = Array.from({ length: random.between(1, type === 'RECALL' ? 8 : 2) }, () => `entry_${random.hex(3)}`);
  return {
    event_type: 'memory_operation',
    subtype: type.toLowerCase(),
    severity: 'info',
    actor: actorOf(session),
    operation: {
      type,
      query: makeValue('phrase', random),
      parameters: { limit: random.between(1, 20), namespace: session.person.database },
      rows_returned: type === 'RECALL' ? entries.length : 0,
      duration_ms: Math.round(random.logNormal(7, 1) * 1000) / 1000,
      entry_ids: entries,
    },
    result: succeeded,
    context: { ...contextOf(session, random), source: 'memory' },
    details: { model: random.pick(['small', 'large']), tokens: Math.floor(random.logNormal(400, 0.9)) },
  };
}
