// Fills in what a source left out. The result has the keys of a record's line in their order, so that it can be
// stringified as it is.

import { nowTimestamp } from '../base/clock.ts';
import { randomNonce } from '../base/random-text.ts';
import { type AuditEvent, defaultSeverity } from './event.ts';
import { createEventId } from './event-id.ts';
import type { Severity } from './subtypes.ts';

/** An event that has everything a record needs. */
export interface CompleteEvent extends AuditEvent {
  event_id: string;
  timestamp: string;
  severity: Severity;
}

/**
 * Adds `event_id`, `timestamp` and `severity` where missing. A source's own `event_id` may be guessable, so it gets a
 * random `nonce` beside it: without one the leaf hash would tell whoever guesses the event that it is there.
 * The given event is not changed; its parts are shared, not copied.
 */
export function completeEvent(event: AuditEvent): CompleteEvent {
  const complete: CompleteEvent = {
    event_id: event.event_id ?? createEventId(),
    timestamp: event.timestamp ?? nowTimestamp(),
    event_type: event.event_type,
    subtype: event.subtype,
    severity: event.severity ?? defaultSeverity(event),
    actor: event.actor,
    operation: event.operation,
    result: event.result,
    context: event.context,
    details: event.details,
  };
  if (event.nonce !== undefined) complete.nonce = event.nonce;
  else if (event.event_id !== undefined) complete.nonce = randomNonce();
  return complete;
}
