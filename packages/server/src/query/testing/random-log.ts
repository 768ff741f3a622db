// A log of random events of all types for those who count, with what a source may leave out left out, and its records
// as they stand in its lines: what is counted over these by hand has to be what the engine counts.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditEvent, auditEventSchema, eventTypes, isSeal, openLog, readLines, subtypesOf } from '@indelible/log';
import { onTestFinished } from 'vitest';
import { openEngine, type QueryEngine } from '../engine.ts';
import { openIndexBuilder } from '../index/build-index.ts';

export type StoredEvent = AuditEvent & { readonly timestamp: string; readonly seq: number };

export interface RandomLog {
  readonly engine: QueryEngine;
  /** All records but the seals. */
  readonly records: readonly StoredEvent[];
}

/** A third of it is in the index, the rest is read from the log. Gone with the test that opened it. */
export async function openRandomLog(count: number, seed = 1): Promise<RandomLog> {
  const dataDir = mkdtempSync(join(tmpdir(), 'indelible-counted-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const events = randomEvents(count, seed);
  await append(dataDir, events.slice(0, count / 3));
  const indexDir = join(dataDir, 'index');
  const builder = await openIndexBuilder({ dataDir, indexDir, stretchBytes: 10_000 });
  await builder.catchUp().finally(() => builder.close());
  await append(dataDir, events.slice(count / 3));
  const engine = await openEngine({ dataDir, indexDir });
  onTestFinished(() => engine.close());
  return { engine, records: await readRecords(dataDir) };
}

async function append(dataDir: string, events: readonly AuditEvent[]): Promise<void> {
  const log = await openLog({ dataDir, ballastBytes: 0, heartbeatMs: 0 });
  await Promise.all(events.map((event) => log.append(event)));
  await log.close();
}

async function readRecords(dataDir: string): Promise<StoredEvent[]> {
  const records: StoredEvent[] = [];
  for await (const lines of readLines(dataDir)) {
    records.push(...lines.filter(({ line }) => !isSeal(line)).map(({ line }): StoredEvent => JSON.parse(line)));
  }
  return records;
}

/** Every hour one event, from the start of 2026 on. */
function randomEvents(count: number, seed: number): AuditEvent[] {
  const below = createRandom(seed);
  const pick = <T>(values: readonly T[]): T | undefined => values[below(values.length)];
  return Array.from({ length: count }, (_, hour) => {
    const type = pick([...eventTypes, 'authentication', 'data_access', 'data_modification'] as const) ?? 'system';
    const subtype = type === 'system' ? 'metrics' : type === 'memory_operation' ? undefined : pick(subtypesOf(type));
    return auditEventSchema.parse({
      event_type: type,
      subtype,
      timestamp: new Date(Date.UTC(2026, 0, 1) + hour * 3_600_000).toISOString(),
      actor: { user_id: pick(['ana', "o'neill", 'bo\u001b[2Jb', null, undefined]), ip_address: pick(['::1', null]) },
      operation: {
        type: pick(['SELECT', 'STORE', 'RECALL', 'UPDATE', null, undefined]),
        query: pick(['SELECT 1', 'UPDATE t', null]),
        labels_accessed: pick([['public.a'], ['public.a', 'public.b', 'public.a'], [], null, undefined]),
        target: pick([{ label: 'public.c' }, null, undefined]),
        rows_returned: pick([below(5_000), null]),
        duration_ms: pick([below(80_000) / 8, null]),
      },
      result: pick([...(['success', 'failure', 'partial', null] as const).map((status) => ({ status })), undefined]),
    });
  });
}

/** Whole numbers from 0 to below a limit, always the same ones for a seed. */
function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
