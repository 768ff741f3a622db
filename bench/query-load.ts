// What an append costs while events are offered at a steady rate: when nothing else happens in the process, and while
// something does, such as building the index and asking it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { type AuditEvent, type Log, openLog } from '@indelible/log';
import { percentile, type Result, say, summarize } from './harness.ts';
import { createEventSource } from './query-events.ts';

/** What happens beside the appends. Begins with them, and ends soon after `signal` aborts; whole once it resolves. */
export type Meanwhile = (dataDir: string, signal: AbortSignal) => Promise<void>;

export interface LoadReport {
  readonly results: readonly Result[];
  /** The 99th percentile with company over the one without. */
  readonly p99Ratio: number;
}

interface Load {
  readonly name: string;
  readonly meanwhile: Meanwhile;
}

const perSecond = 20_000;
const seconds = 10;
const warmUpSeconds = 2;
const rounds = 3;
const nothing: Meanwhile = () => Promise.resolve();

export async function measureLoad(meanwhile: Meanwhile): Promise<LoadReport> {
  const source = createEventSource({ seed: 2, startMs: Date.now(), perSecond: 10 });
  // Without the times that they were made with, for these events happen now.
  const events = Array.from({ length: 100_000 }, () => ({ ...source.next(), timestamp: undefined }));
  const quiet = { name: 'quiet', meanwhile: nothing };
  const busy = { name: 'while indexed and asked', meanwhile };
  const p50 = new Map<Load, number[]>([quiet, busy].map((load) => [load, []]));
  const p99 = new Map<Load, number[]>([quiet, busy].map((load) => [load, []]));
  for (let round = 0; round < rounds; round++) {
    for (const load of [quiet, busy]) {
      say(`round ${round + 1} of ${rounds}: append at ${perSecond} events/s, ${load.name}`);
      const sorted = await runLoad(load, events);
      p50.get(load)?.push(percentile(sorted, 0.5));
      p99.get(load)?.push(percentile(sorted, 0.99));
    }
  }
  const resultsOf = (values: ReadonlyMap<Load, readonly number[]>, part: string) =>
    [...values].map(([{ name }, measured]) => summarize(`append, ${name}, ${part}`, 'ms', measured));
  const [quietP99, busyP99] = resultsOf(p99, 'p99');
  return {
    results: [...resultsOf(p50, 'p50'), quietP99!, busyP99!],
    p99Ratio: busyP99!.value / quietP99!.value,
  };
}

async function runLoad({ meanwhile }: Load, events: readonly AuditEvent[]): Promise<number[]> {
  const root = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'indelible-load-'));
  const dataDir = join(root, 'data');
  const log = await openLog({ dataDir });
  try {
    const ending = new AbortController();
    const company = meanwhile(dataDir, ending.signal);
    await offer(log, events, warmUpSeconds);
    const latencies = await offer(log, events, seconds);
    ending.abort();
    await company;
    return latencies;
  } finally {
    await log.close();
    rmSync(root, { recursive: true, force: true });
  }
}

/**
 * Milliseconds from when each event was due to its receipt, sorted: a thread that is held up counts too. Whoever
 * offers looks at the clock once a millisecond, and leaves the processor to others in between.
 */
async function offer(log: Log, events: readonly AuditEvent[], lastingSeconds: number): Promise<number[]> {
  const measured: number[] = [];
  const waiting: Promise<unknown>[] = [];
  const start = performance.now();
  for (let sent = 0; sent < perSecond * lastingSeconds; ) {
    const due = Math.floor(((performance.now() - start) * perSecond) / 1000);
    for (; sent < due; sent++) {
      const dueMs = start + (sent * 1000) / perSecond;
      const receipt = log.append(events[sent % events.length]!);
      waiting.push(receipt.then(() => measured.push(performance.now() - dueMs)));
    }
    await pause(1);
  }
  await Promise.all(waiting);
  return measured.sort((a, b) => a - b);
}
