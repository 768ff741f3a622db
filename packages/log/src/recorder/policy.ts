// What the recorder is told: which events to record, what to take out of them, and what to do when the log is slow or
// down.

import type { Level } from '../event/levels.ts';
import { type EventType, eventTypes } from '../event/subtypes.ts';

/** `block`: the act waits until its record is durable. `spool`: it goes on, the event waits in a bounded buffer. */
export type FailurePolicy = 'block' | 'spool';

/** Dotted paths into an event, each with the value that it must have; all of them must match. */
export type ExcludeRule = Readonly<Record<string, unknown>>;

export interface RecorderPolicy {
  /** False records nothing but the log's own evidence. */
  readonly enabled: boolean;
  readonly level: Level;
  readonly events: Readonly<Record<EventType, boolean>>;
  /** An event that matches one of them is left out and counted. */
  readonly exclude: readonly ExcludeRule[];
  /** Whole names of fields, in any case, whose values are replaced by `***` at any depth. */
  readonly maskSensitiveFields: readonly string[];
  readonly includeQueryParameters: boolean;
  readonly includeResultData: boolean;
  readonly includeBeforeAfter: boolean;
  readonly failurePolicy: Readonly<Record<EventType, FailurePolicy>>;
  /** How many spooled events may wait or be on their way to the disk. What comes beyond is dropped and counted. */
  readonly bufferSize: number;
  /** The longest that a spooled event waits before it is durable, while the log is well. */
  readonly flushIntervalMs: number;
  /** False makes one commit of each event. */
  readonly batchWrites: boolean;
}

export const defaultPolicy: RecorderPolicy = {
  enabled: true,
  level: 'comprehensive',
  events: byEventType(() => true),
  exclude: [],
  maskSensitiveFields: ['password', 'ssn', 'credit_card'],
  includeQueryParameters: true,
  includeResultData: false,
  includeBeforeAfter: true,
  // A read that is not recorded at once is a smaller harm than a database that stands still; a change is not.
  failurePolicy: byEventType((type) => (type === 'data_access' ? 'spool' : 'block')),
  bufferSize: 10_000,
  flushIntervalMs: 200,
  batchWrites: true,
};

function byEventType<T>(value: (type: EventType) => T): Record<EventType, T> {
  const entries = eventTypes.map((type) => [type, value(type)]);
  return Object.fromEntries(entries) as Record<EventType, T>;
}
