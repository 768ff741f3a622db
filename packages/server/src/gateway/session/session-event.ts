// Makes the records of a connection: that somebody came in, was turned away or left, and that a limit was met or
// something broke on the way.

import type { AuditEvent } from '@indelible/log';
import type { ServerError } from '../wire/backend.ts';
import type { Actor } from './actor.ts';

const sessionExpiredBy = new Set(['57P05', '25P03']);

export function loginEvent(actor: Actor, details: Record<string, unknown>, error?: ServerError): AuditEvent {
  return {
    event_type: 'authentication',
    subtype: error === undefined ? 'login_success' : 'login_failure',
    actor: actor.describe(),
    operation: { type: 'LOGIN', graph: actor.facts.database },
    result: {
      status: error === undefined ? 'success' : 'failure',
      error_code: error?.sqlstate ?? null,
      error_message: error?.message ?? null,
    },
    context: { request_id: `${actor.facts.sessionId}.0`, source: 'postgres' },
    details,
  };
}

export interface SessionEnd {
  /** What ended it: `terminate`, `client_gone`, `upstream_gone`, `gateway_closed`, `log_unavailable` … */
  readonly reason: string;
  /** The server's last word, if it ended the session. */
  readonly error: ServerError | undefined;
  readonly durationMs: number;
  readonly statements: number;
}

export function logoutEvent(actor: Actor, end: SessionEnd): AuditEvent {
  const expired = end.error !== undefined && sessionExpiredBy.has(end.error.sqlstate);
  return {
    event_type: 'authentication',
    subtype: expired ? 'session_expired' : 'logout',
    actor: actor.describe(),
    operation: { type: 'LOGOUT', graph: actor.facts.database, duration_ms: Math.round(end.durationMs) },
    result: {
      status: 'success',
      error_code: end.error?.sqlstate ?? null,
      error_message: end.error?.message ?? null,
    },
    context: { request_id: `${actor.facts.sessionId}.end`, source: 'postgres' },
    details: { reason: end.reason, session_duration: Math.round(end.durationMs) / 1000, statements: end.statements },
  };
}

/** A server's error that is not the client's doing: a resource that ran out (53…) or an internal error (XX…). */
export function serverTroubleEvent(actor: Actor, error: ServerError): AuditEvent | undefined {
  const subtype = error.sqlstate.startsWith('53')
    ? 'resource_exhausted'
    : error.sqlstate.startsWith('XX')
      ? 'internal_error'
      : undefined;
  if (subtype === undefined) return undefined;
  return {
    event_type: 'system',
    subtype,
    actor: actor.describe(),
    operation: { type: 'SERVER_ERROR', graph: actor.facts.database },
    result: { status: 'failure', error_code: error.sqlstate, error_message: error.message },
    context: { source: 'postgres' },
    details: { component: 'upstream' },
  };
}

/** A connection that ended before anybody had logged in, or was turned away at the door. */
export function doorEvent(
  subtype: 'connection_closed' | 'resource_exhausted' | 'upstream_unavailable',
  ipAddress: string,
  sessionId: string,
  reason: string,
  message?: string,
): AuditEvent {
  return {
    event_type: 'system',
    subtype,
    actor: { session_id: sessionId, ip_address: ipAddress },
    operation: { type: 'CONNECT' },
    result: { status: subtype === 'connection_closed' ? 'success' : 'failure', error_message: message ?? null },
    context: { source: 'postgres' },
    details: { component: 'gateway', reason },
  };
}
