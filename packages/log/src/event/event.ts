// The one schema of an event. The TypeScript type, the validation at the edges, the JSON Schema and docs/events.md all
// come from it; the order of its keys is the order of the keys in a record's line.

import { z } from 'zod';
import { AuditError } from '../base/errors.ts';
import { normalizeTimestamp } from '../base/timestamp.ts';
import { compileQuickCheck } from './quick-check.ts';
import { type EventType, eventTypes, type Severity, severities, subtypeEntry, subtypesOf } from './subtypes.ts';

// null is how sources say "there is none" (`error_code: null`), so every scalar takes it and it is kept.
const text = (means: string) => z.string().nullish().describe(means);
const texts = (means: string) => z.array(z.string()).nullish().describe(means);
const count = (means: string) => z.int().min(0).nullish().describe(means);
const milliseconds = (means: string) => z.number().min(0).nullish().describe(means);
const wrongTime = 'must be an RFC 3339 time such as 2026-01-28T10:15:23.456789Z';
const anyObject = () => z.record(z.string(), z.unknown());

const timestampSchema = z.string().check((check) => {
  const normalized = normalizeTimestamp(check.value);
  if (normalized !== undefined) check.value = normalized;
  else check.issues.push({ code: 'custom', input: check.value, message: wrongTime });
});

const actorSchema = z.looseObject({
  user_id: text('Who acted.'),
  session_id: text('The session in which it happened.'),
  roles: texts('The roles the actor had.'),
  ip_address: text('Where the actor came from.'),
  user_agent: text('The program used; for PostgreSQL its `application_name`.'),
  auth_method: text('How the actor proved who they are.'),
});

const operationSchema = z.looseObject({
  type: text('SELECT, CREATE, UPDATE or DELETE for data; STORE, RECALL and so on for a memory.'),
  query: text('The text of the statement.'),
  parameters: z
    .union([anyObject(), z.array(z.unknown())])
    .nullish()
    .describe('The values bound to the statement.'),
  graph: text('The graph, else the database.'),
  labels_accessed: texts('Labels touched; for a table `schema.table`.'),
  properties_accessed: texts('Properties (columns) touched.'),
  target: z
    .looseObject({
      label: text('Label of what was changed; for a table `schema.table`.'),
      id: z.union([z.string(), z.number()]).nullish().describe('Its id or primary key.'),
    })
    .nullish()
    .describe('The one thing that was changed.'),
  changes: z
    .looseObject({
      before: z.unknown().describe('Values before; null for a creation.'),
      after: z.unknown().describe('Values after; null for a removal.'),
    })
    .nullish()
    .describe('What a modification changed.'),
  rows_returned: count('Rows sent to the client.'),
  rows_affected: count('Rows created, changed or removed.'),
  bytes_transferred: count('Bytes of result sent to the client.'),
  duration_ms: milliseconds('How long it took, in milliseconds.'),
  entry_ids: texts('The memory entries concerned.'),
});

const resultSchema = z.looseObject({
  status: z.enum(['success', 'failure', 'partial']).nullish().describe('How it ended.'),
  error_code: text('For PostgreSQL the SQLSTATE.'),
  error_message: text('What the system answered.'),
});

const contextSchema = z.looseObject({
  transaction_id: text('The transaction it belongs to.'),
  request_id: text('The request (for a database: the statement) it belongs to.'),
  correlation_id: text('What ties records of one undertaking together.'),
  trace_id: text('W3C trace id.'),
  span_id: text('W3C span id.'),
  source: text('Which source told of it.'),
  producer: z
    .looseObject({
      id: z.string().min(1).max(200).describe('Name of the producer.'),
      epoch: z.int().min(0).describe('Grows with each start of the producer.'),
      seq: z.int().min(0).describe('Counts its events within the epoch.'),
    })
    .nullish()
    .describe('Lets a producer retry: what the log already has is not recorded twice.'),
});

type SubtypeCheck = z.core.$RefinementCtx;

function checkSubtype(event: { event_type: EventType; subtype?: string | undefined }, check: SubtypeCheck): void {
  const { event_type, subtype } = event;
  if (subtype === undefined || event_type === 'memory_operation') return;
  const entry = subtypeEntry(event_type, subtype);
  if (entry === undefined) {
    const known = subtypesOf(event_type).join(', ');
    check.addIssue({ code: 'custom', path: ['subtype'], message: `is no subtype of ${event_type}; known: ${known}` });
  } else if (entry.reserved) {
    check.addIssue({ code: 'custom', path: ['subtype'], message: `${subtype} is written by the log itself only` });
  }
}

/** What a source gives. Only `event_type` is required. */
export const auditEventSchema = z
  .strictObject({
    event_id: z.string().min(1).max(256).optional().describe('Unique name; `evt_` and a UUIDv7 where absent.'),
    timestamp: timestampSchema
      .optional()
      .describe('When it happened, RFC 3339; stored in UTC with six decimals. The time of recording where absent.'),
    event_type: z.enum(eventTypes).describe('The category.'),
    subtype: z.string().min(1).max(64).optional().describe('What happened, one of the subtypes of the type.'),
    severity: z.enum(severities).optional().describe('The default of the subtype where absent.'),
    actor: actorSchema.optional().describe('Who.'),
    operation: operationSchema.optional().describe('What was done.'),
    result: resultSchema.optional().describe('How it ended.'),
    context: contextSchema.optional().describe('What it belongs to.'),
    details: z.looseObject({}).optional().describe('Everything particular to the type.'),
    nonce: z.string().min(1).max(256).optional().describe('Random; added where the source chose the event_id.'),
  })
  .superRefine(checkSubtype);

export type AuditEvent = z.infer<typeof auditEventSchema>;

/** The keys of an event in the order of a record's line. */
export const eventFields = Object.keys(auditEventSchema.shape);

const isCanonicalTimestamp = (value: unknown) => typeof value === 'string' && normalizeTimestamp(value) === value;
const hasCanonicalForm = compileQuickCheck(
  z.strictObject(auditEventSchema.shape),
  new Map([[timestampSchema, isCanonicalTimestamp]]),
);

/** Whether zod would find nothing wrong with the input and nothing to change. A no says nothing. */
function isCanonical(input: unknown): input is AuditEvent {
  return hasCanonicalForm(input) && hasAllowedSubtype(input as AuditEvent);
}

function hasAllowedSubtype({ event_type, subtype }: AuditEvent): boolean {
  if (subtype === undefined || event_type === 'memory_operation') return true;
  const entry = subtypeEntry(event_type, subtype);
  return entry !== undefined && entry.reserved !== true;
}

const placeOfUnknown = `fields are ${eventFields.join(', ')}; put anything else under details`;

/**
 * Checks what a source gave. The result has the schema's keys in the schema's order; it is the input itself if that has
 * them so already.
 * @throws AuditError `invalid_event`, naming every wrong field and what is right.
 */
export function validateEvent(input: unknown): AuditEvent {
  // Zod takes as long as writing the event does; most events need it only to hear that they are right.
  if (isCanonical(input)) return input;
  const parsed = auditEventSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(describeIssue);
  throw new AuditError('invalid_event', `Invalid event: ${problems.join('; ')}.`, { details: { problems } });
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown field ${issue.keys.join(', ')} (${placeOfUnknown})`;
  const path = issue.path.map(String).join('.');
  if (path === '') return 'an event is a JSON object';
  return `${path}: ${issue.message}`;
}

/** The severity of an event that states none: that of its subtype, and a failure is at least a warning. */
export function defaultSeverity(event: AuditEvent): Severity {
  const severity = subtypeEntry(event.event_type, event.subtype)?.severity ?? 'info';
  return severity === 'info' && event.result?.status === 'failure' ? 'warning' : severity;
}
