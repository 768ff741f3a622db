// Records that the log makes itself: of its creation, its seals, its recoveries, its keys and its clock.

import { createEventId } from '../event/event-id.ts';

/** A record of type `system` of the log's own making. */
export interface OwnRecord {
  readonly subtype: string;
  readonly severity: 'info' | 'warning' | 'error' | 'critical';
  readonly details: Record<string, unknown>;
}

/** The record's event as JSON in UTF-8, as a commit takes it. */
export function formatOwnRecord({ subtype, severity, details }: OwnRecord, timestamp: string): Buffer {
  const event = { event_id: createEventId(), timestamp, event_type: 'system', subtype, severity, details };
  return Buffer.from(JSON.stringify(event));
}

/** Says what a recovery moved out of the log. */
export function recovered(moved: readonly { bytes: number; lines: number }[]): OwnRecord {
  const bytes = moved.reduce((sum, piece) => sum + piece.bytes, 0);
  const lines = moved.reduce((sum, piece) => sum + piece.lines, 0);
  return { subtype: 'log_recovered', severity: 'warning', details: { bytes, lines, quarantined: moved } };
}
