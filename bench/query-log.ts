// The log that the query benchmark asks: so many events of one seed, sealed as any log is. It is kept between runs in
// BENCH_DIR or the folder for temporary files, under a name that changes when the events do.

import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { formatTimestamp, type Log, openLog, readableSegments } from '@indelible/log';
import { say } from './harness.ts';
import { createEventSource, type EventSource } from './query-events.ts';

export interface QueryLog {
  readonly dataDir: string;
  /** The segments, oldest first: newline-delimited JSON, which other programs read as it is. */
  readonly files: readonly string[];
  /** Bytes of all segments. */
  readonly bytes: number;
}

export interface QueryLogOptions {
  readonly seed: number;
  readonly count: number;
}

const startMs = Date.UTC(2026, 0, 1);
export const days = 30;
const dayMs = 86_400_000;
const burst = 500;

/** The events of such a log from its first one on; over a month, however many they are. */
export function eventsOf({ seed, count }: QueryLogOptions): EventSource {
  return createEventSource({ seed, startMs, perSecond: (count * 1000) / (days * dayMs) });
}

/** When the day with this number begins, as in a record; the log begins with day 0. */
export function dayOf(index: number): string {
  return formatTimestamp((startMs + index * dayMs) * 1000);
}

export async function openQueryLog(options: QueryLogOptions): Promise<QueryLog> {
  const { seed, count } = options;
  const name = `indelible-query-${count}-${seed}-${fingerprint(options)}`;
  const dataDir = join(process.env.BENCH_DIR ?? tmpdir(), name);
  if (!existsSync(dataDir)) await build(dataDir, options);
  const segments = readableSegments(dataDir);
  const bytes = segments.reduce((sum, { end }) => sum + end, 0);
  return { dataDir, files: segments.map(({ path }) => path), bytes };
}

/** Changes when the generator makes other events. */
function fingerprint(options: QueryLogOptions): string {
  const source = eventsOf(options);
  const hash = createHash('sha256');
  for (let n = 0; n < 5_000; n++) hash.update(JSON.stringify(source.next()));
  return hash.digest('hex').slice(0, 8);
}

/** Under another name first, so that a log that is there is whole. */
async function build(dataDir: string, options: QueryLogOptions): Promise<void> {
  const partial = `${dataDir}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const log = await openLog({ dataDir: partial, heartbeatMs: 0 });
  const start = performance.now();
  await fill(log, eventsOf(options), options.count);
  await log.close();
  renameSync(partial, dataDir);
  const perSecond = Math.round((options.count * 1000) / (performance.now() - start));
  say(`${options.count} events recorded in ${dataDir}, ${perSecond} a second`);
}

/** Hands the events over in bursts, with at most eight of them under way. */
async function fill(log: Log, source: EventSource, count: number): Promise<void> {
  const bursts: Promise<unknown>[] = [];
  for (let sent = 0; sent < count; ) {
    let last: Promise<unknown> = Promise.resolve();
    for (const end = Math.min(sent + burst, count); sent < end; sent++) last = log.append(source.next());
    // Positions are in order: when the last of a burst is durable, the burst is.
    bursts.push(last);
    if (bursts.length === 8) await bursts.shift();
    else await new Promise(setImmediate);
    if (sent % 1_000_000 === 0) say(`${sent} of ${count} events recorded`);
  }
  await Promise.all(bursts);
}
