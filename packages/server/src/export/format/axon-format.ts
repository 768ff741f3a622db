// The envelope in which the AI memory's own logger exports: `events`, then `total_events` and `exported_at`. Its events
// are flat. An event of a memory has exactly the nine fields; what a record says beyond them, as any other kind of
// event does, stands nested like the record under `metadata.audit`, so that nothing is lost:
//
//   operation   operation.type; without one the subtype in capitals (LOGIN_SUCCESS)
//   status      result.status in capitals          metadata    details
//
// An absent value is null, as the logger writes it; `entry_ids` and `metadata` are empty. The position and a severity
// that follows from the event are left out.

import { defaultSeverity, type RecordLine } from '@indelible/log';
import { isMembers, type Members, membersOf, parseRecord, without } from './parse-record.ts';
import type { TextFormat } from './text-format.ts';

export const axonFormat: TextFormat = {
  name: 'axon',
  head: '{\n"events": [\n',
  rowEnd: '\n',
  isArray: true,
  hasQuotes: false,
  row: (record) => JSON.stringify(axonEvent(record)),
  foot: ({ count, exportedAt }) => `],\n"total_events": ${count},\n"exported_at": ${JSON.stringify(exportedAt)}\n}\n`,
};

function axonEvent(line: RecordLine): Members {
  const record = parseRecord(line);
  const actor = membersOf(record.actor);
  const operation = membersOf(record.operation);
  const { status } = membersOf(record.result);
  return {
    event_id: record.event_id,
    timestamp: record.timestamp,
    operation: operation.type ?? capitals(record.subtype ?? record.event_type),
    user_id: actor.user_id ?? null,
    session_id: actor.session_id ?? null,
    entry_ids: operation.entry_ids ?? [],
    metadata: metadataOf(record),
    status: capitals(status) ?? null,
    duration_ms: operation.duration_ms ?? null,
  };
}

const flatFields = [
  'seq',
  'event_id',
  'timestamp',
  'event_type',
  'severity',
  'actor',
  'operation',
  'result',
  'details',
];

function metadataOf(record: Members): Members {
  const { details } = record;
  // A field of that name in the details would be taken for ours, and details that are no object have no fields.
  const isFree = details === undefined || details === null || (isMembers(details) && !Object.hasOwn(details, 'audit'));
  const nested = Object.entries({
    ...impliedBy(record),
    actor: rest(record.actor, 'user_id', 'session_id'),
    operation: rest(record.operation, 'type', 'entry_ids', 'duration_ms'),
    result: rest(record.result, ...(isStatus(record.result) ? ['status'] : [])),
    details: isFree ? undefined : details,
    ...without(record, ...flatFields),
  }).filter(([, value]) => value !== undefined && value !== null);
  const audit = nested.length === 0 ? {} : { audit: Object.fromEntries(nested) };
  return isFree ? { ...membersOf(details), ...audit } : audit;
}

/** The type and the severity, where they do not go without saying. */
function impliedBy({ event_type, severity, result }: Members): Members {
  if (event_type !== 'memory_operation') return { event_type, severity };
  const status = membersOf(result).status === 'failure' ? 'failure' : 'success';
  return severity === defaultSeverity({ event_type, result: { status } }) ? {} : { severity };
}

function rest(value: unknown, ...names: readonly string[]): unknown {
  return isMembers(value) ? without(value, ...names) : value;
}

function isStatus(result: unknown): boolean {
  const { status } = membersOf(result);
  return typeof status === 'string' || status === null;
}

function capitals(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toUpperCase() : undefined;
}
