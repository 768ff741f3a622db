// `npx tsx bench/query-variety.ts`: how various the query benchmark's events are, and how fast they are made.

import { performance } from 'node:perf_hooks';
import type { AuditEvent } from '@indelible/log';
import { type Result, report } from './harness.ts';
import { createEventSource } from './query-events.ts';

const total = Number(process.env.BENCH_EVENTS ?? 1_000_000);
const options = { seed: 1, startMs: Date.UTC(2026, 0, 1), perSecond: total / (30 * 86_400) };

const source = createEventSource(options);
for (let n = 0; n < 50_000; n++) source.next();
const start = performance.now();
for (let n = 0; n < total; n++) source.next();
const perSecond = total / ((performance.now() - start) / 1000);

/** A memory is asked in prose. */
function statementOf({ event_type, operation }: AuditEvent) {
  return event_type === 'memory_operation' ? undefined : operation?.query;
}

/** What is counted by its distinct values. */
const aspects: Readonly<Record<string, (event: AuditEvent) => string | null | undefined>> = {
  users: ({ actor }) => actor?.user_id,
  sessions: ({ actor }) => actor?.session_id,
  addresses: ({ actor }) => actor?.ip_address,
  programs: ({ actor }) => actor?.user_agent,
  statements: statementOf,
  'statements without their literals': (event) => statementOf(event)?.replace(/'[^']*'|\b[0-9.]+\b/g, '?'),
  'lists of parameters': ({ operation }) => operation?.parameters && JSON.stringify(operation.parameters),
  tables: ({ operation }) => operation?.labels_accessed?.[0],
  'error messages': ({ result }) => result?.error_message,
  'types and subtypes': ({ event_type, subtype }) => `${event_type} ${subtype}`,
};

const seen = new Map(Object.keys(aspects).map((name) => [name, new Set<string>()]));
const again = createEventSource(options);
let bytes = 0;
let newest = '';
for (let n = 0; n < total; n++) {
  const event = again.next();
  bytes += Buffer.byteLength(JSON.stringify(event));
  newest = event.timestamp ?? newest;
  for (const [name, read] of Object.entries(aspects)) {
    const value = read(event);
    if (value != null) seen.get(name)?.add(value);
  }
}

const results: Result[] = [
  { name: 'generated', value: perSecond, unit: 'events/s' },
  { name: 'an event as JSON, without id and position', value: bytes / total, unit: 'bytes' },
  { name: 'time covered', value: (Date.parse(newest) - options.startMs) / 86_400_000, unit: 'days' },
  ...[...seen].map(([name, values]) => ({ name: `distinct ${name}`, value: values.size, unit: '' })),
];
report(`variety of ${total.toLocaleString('en-US')} events`, results, {});
