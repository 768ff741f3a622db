// An event whose parts were found to be plain data and that only its maker holds: on its way from the recorder into the
// log nobody need look at it again, which would cost as much as writing a third of it.

import type { AuditEvent } from './event.ts';
import { toPlain } from './pinned-json.ts';

/** A shallow copy of an event, its members in the order of the schema, its parts plain. */
export class PlainEvent {
  event_id: AuditEvent['event_id'];
  timestamp: AuditEvent['timestamp'];
  event_type: AuditEvent['event_type'];
  subtype: AuditEvent['subtype'];
  severity: AuditEvent['severity'];
  actor: AuditEvent['actor'];
  operation: AuditEvent['operation'];
  result: AuditEvent['result'];
  context: AuditEvent['context'];
  details: AuditEvent['details'];
  nonce: AuditEvent['nonce'];

  /** @throws AuditError `invalid_event`, for what JSON cannot hold. */
  constructor(given: AuditEvent) {
    const event = toPlain(given);
    this.event_id = event.event_id;
    this.timestamp = event.timestamp;
    this.event_type = event.event_type;
    this.subtype = event.subtype;
    this.severity = event.severity;
    this.actor = event.actor;
    this.operation = event.operation;
    this.result = event.result;
    this.context = event.context;
    this.details = event.details;
    this.nonce = event.nonce;
  }
}
