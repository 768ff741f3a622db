// Which events a level lets into the log. Levels nest: each holds everything of the one before.

import { type AuditEvent, defaultSeverity } from './event.ts';
import { subtypeEntry } from './subtypes.ts';

export const levels = ['minimal', 'security', 'compliance', 'comprehensive'] as const;
export type Level = (typeof levels)[number];

/**
 * Whether a level admits an event. The log's own evidence (what was dropped, recovered, purged, reconfigured, stalled)
 * passes every level.
 */
export function levelAdmits(level: Level, event: AuditEvent): boolean {
  return rankOf(event) <= levels.indexOf(level) || isEvidence(event);
}

/** Whether the event is the log's own evidence, which no level, switch or exclusion keeps out. */
export function isEvidence(event: AuditEvent): boolean {
  return event.event_type === 'system' && subtypeEntry('system', event.subtype)?.evidence === true;
}

/** The index of the lowest level that holds the event. */
function rankOf(event: AuditEvent): number {
  switch (event.event_type) {
    case 'admin_action':
      return 0;
    case 'authentication':
    case 'authorization':
      return isCritical(event) ? 0 : 1;
    case 'system':
      return isSystemError(event) ? 0 : 3;
    default:
      return 2;
  }
}

const alwaysCritical = new Set(['login_failure', 'mfa_failure', 'access_denied']);

// Where a source names no subtype, a failure counts as critical: rather too much than too little.
function isCritical({ subtype, result }: AuditEvent): boolean {
  return subtype === undefined ? result?.status === 'failure' : alwaysCritical.has(subtype);
}

function isSystemError(event: AuditEvent): boolean {
  const severity = event.severity ?? defaultSeverity(event);
  return severity === 'error' || severity === 'critical';
}
