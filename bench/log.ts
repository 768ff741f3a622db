// `npm run bench:log`: the sealed log beside pino, a bare disk and a PostgreSQL table, on the same events in the same
// run.

import { spawnSync } from 'node:child_process';
import { closeSync, fdatasyncSync, fsyncSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type AuditEvent, createRecorder, defaultPolicy, type Log, openLog, verifyLog } from '@indelible/log';
import { pino } from 'pino';
import { type Contender, figureOf, interleave, percentile, type Result, report, say, threadMicros } from './harness.ts';
import { insertContenders, startPostgres } from './postgres-table.ts';
import { sampleEvent } from './sample-event.ts';

const root = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'indelible-bench-'));
const events = Array.from({ length: 20_000 }, (_, n) => sampleEvent(n));
const burst = 200_000;
/** Before each measurement: long enough for the sealing thread's code, new with each log, to be compiled. */
const warmUp = 30_000;
const rounds = 5;
let folders = 0;

function folder(): string {
  return join(root, `run-${folders++}`);
}

/** Events a second for `count` events written by `write`, which returns when they are all where they should be. */
async function rate(count: number, write: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await write();
  return count / ((performance.now() - start) / 1000);
}

/** Hands `count` events over in bursts, as a busy server would, with at most 2,000 of them under way. */
async function flood(count: number, take: (event: AuditEvent) => Promise<unknown>): Promise<void> {
  const bursts: Promise<unknown>[] = [];
  for (let sent = 0; sent < count; ) {
    let last: Promise<unknown> = Promise.resolve();
    for (const end = Math.min(sent + 250, count); sent < end; sent++) last = take(events[sent % events.length]!);
    // Positions are in order: when the last of a burst is durable, the burst is.
    bursts.push(last);
    if (bursts.length === 8) await bursts.shift();
    else await new Promise(setImmediate);
  }
  await Promise.all(bursts);
}

async function withLog<T>(use: (log: Log, dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = folder();
  const log = await openLog({ dataDir });
  try {
    return await use(log, dataDir);
  } finally {
    await log.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function pinoAsync(): Promise<number> {
  const path = folder();
  const destination = pino.destination({ dest: path, sync: false, minLength: 4096 });
  const logger = pino(destination);
  const write = async (count: number) => {
    for (let sent = 0; sent < count; ) {
      for (const end = sent + 250; sent < end; sent++) logger.info(events[sent % events.length]!);
      await new Promise(setImmediate);
    }
  };
  await write(warmUp);
  return rate(burst, async () => {
    await write(burst);
    const ended = new Promise((resolve) => destination.once('close', resolve));
    destination.end();
    await ended;
  }).finally(() => rmSync(path, { force: true }));
}

function pinoSynced(): Promise<number> {
  const path = folder();
  const destination = pino.destination({ dest: path, sync: true });
  const logger = pino(destination);
  const count = 2_000;
  return rate(count, async () => {
    for (let n = 0; n < count; n++) {
      logger.info(events[n]!);
      fsyncSync((destination as unknown as { fd: number }).fd);
    }
  }).finally(() => {
    destination.end();
    rmSync(path, { force: true });
  });
}

/** Events a second through `take`, once it runs warm. */
async function steadyRate(take: (event: AuditEvent) => Promise<unknown>): Promise<number> {
  await flood(warmUp, take);
  return rate(burst, () => flood(burst, take));
}

const appended: Contender = {
  name: 'log.append, sealed, signed, synced',
  unit: 'events/s',
  round: () => withLog((log) => steadyRate((event) => log.append(event))),
};

const recorded: Contender = {
  name: 'recorder.record, the same log',
  unit: 'events/s',
  round: () =>
    withLog((log) => {
      const recorder = createRecorder({ log, policy: { ...defaultPolicy, failurePolicy: blockAll } });
      return steadyRate((event) => recorder.record(event));
    }),
};

const blockAll = Object.fromEntries(
  Object.keys(defaultPolicy.failurePolicy).map((type) => [type, 'block']),
) as typeof defaultPolicy.failurePolicy;

function commitsOf(size: number): Contender {
  const count = Math.min(burst, Math.max(2_000, size * 400));
  return {
    name: `log.append, ${size} event${size === 1 ? '' : 's'} a commit`,
    unit: 'events/s',
    round: () =>
      withLog((log) =>
        rate(count, async () => {
          for (let sent = 0; sent < count; sent += size) {
            await Promise.all(events.slice(0, size).map((event) => log.append(event)));
          }
        }),
      ),
  };
}

/** Latencies, in ms, of events offered at a steady rate. */
async function latencies(perSecond: number, seconds: number, take: (event: AuditEvent) => Promise<unknown>) {
  const measured: number[] = [];
  const waiting: Promise<unknown>[] = [];
  const start = performance.now();
  const before = performance.eventLoopUtilization();
  for (let sent = 0; sent < perSecond * seconds; ) {
    const due = Math.floor(((performance.now() - start) * perSecond) / 1000);
    for (; sent < due; sent++) {
      const offered = performance.now();
      waiting.push(take(events[sent % events.length]!).then(() => measured.push(performance.now() - offered)));
    }
    await new Promise(setImmediate);
  }
  await Promise.all(waiting);
  const { active } = performance.eventLoopUtilization(before);
  return { sorted: measured.sort((a, b) => a - b), active };
}

/** What the disk itself takes for one small commit. */
function bareDisk(): number[] {
  const path = folder();
  const fd = openSync(path, 'w');
  const bytes = Buffer.alloc(16_384, 'x');
  const measured: number[] = [];
  for (let n = 0; n < 1_000; n++) {
    const start = performance.now();
    writeSync(fd, bytes);
    fdatasyncSync(fd);
    measured.push(performance.now() - start);
  }
  closeSync(fd);
  rmSync(path);
  return measured.sort((a, b) => a - b);
}

/** Microseconds of the caller's thread for one event, from the call to the receipt. */
async function callerCost(take: (event: AuditEvent) => Promise<unknown>): Promise<number> {
  const count = 50_000;
  await flood(count, take);
  const before = threadMicros();
  await flood(count, take);
  return (threadMicros() - before) / count;
}

async function latencyResults(): Promise<Result[]> {
  const results: Result[] = [];
  const add = (name: string, value: number, unit: string) => results.push({ name, value, unit });
  const disk = bareDisk();
  add('bare write + fdatasync of 16 KiB, p50', percentile(disk, 0.5), 'ms');
  add('bare write + fdatasync of 16 KiB, p99', percentile(disk, 0.99), 'ms');
  await withLog(async (log) => {
    await latencies(20_000, 1, (event) => log.append(event));
    const { sorted } = await latencies(20_000, 10, (event) => log.append(event));
    add('await append at 20,000 events/s, p50', percentile(sorted, 0.5), 'ms');
    add('await append at 20,000 events/s, p99', percentile(sorted, 0.99), 'ms');
    add("caller's thread, append", await callerCost((event) => log.append(event)), 'µs');
    const recorder = createRecorder({ log, policy: { ...defaultPolicy, failurePolicy: blockAll } });
    add("caller's thread, recorder", await callerCost((event) => recorder.record(event)), 'µs');
  });
  return results;
}

/** Verification of a log of 256 events a commit, and openssl's hash over the same bytes. */
async function verificationContenders(): Promise<{ contenders: Contender[]; close: () => void }> {
  const dataDir = folder();
  const log = await openLog({ dataDir });
  const count = 500_000;
  for (let sent = 0; sent < count; sent += 256) {
    await Promise.all(events.slice(0, 256).map((event) => log.append(event)));
  }
  await log.close();
  const logDir = join(dataDir, 'log');
  const files = readdirSync(logDir).map((name) => join(logDir, name));
  return {
    contenders: [
      {
        name: 'verify, 256 events a commit',
        unit: 'events/s',
        round: () =>
          rate(count, async () => {
            const { ok } = await verifyLog({ dataDir });
            if (!ok) throw new Error('the log that was just written does not verify');
          }),
      },
      {
        name: 'openssl dgst -sha256 on the same bytes',
        unit: 'events/s',
        round: () =>
          rate(count, async () => {
            const { status } = spawnSync('openssl', ['dgst', '-sha256', ...files]);
            if (status !== 0) throw new Error('openssl failed');
          }),
      },
    ],
    close: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

const postgres = await startPostgres(folder());
try {
  say('five rounds of each, interleaved');
  const throughput = await interleave(rounds, [
    appended,
    { name: 'pino, asynchronous, unsynced', unit: 'events/s', round: pinoAsync },
    recorded,
    ...[1, 8, 32, 256].map(commitsOf),
    { name: 'pino, fsync each', unit: 'events/s', round: pinoSynced },
    ...insertContenders(postgres, events),
  ]);
  const latency = await latencyResults();
  const verification = await verificationContenders();
  const verified = await interleave(rounds, verification.contenders);
  verification.close();
  const all = [...throughput, ...latency, ...verified];
  const peer = figureOf(all, 'pino, asynchronous, unsynced');
  report('log', all, {
    append_vs_pino_async: figureOf(all, appended.name) / peer,
    recorder_vs_pino_async: figureOf(all, recorded.name) / peer,
    append_1_vs_pino_fsync: figureOf(all, 'log.append, 1 event a commit') / figureOf(all, 'pino, fsync each'),
    verify_time_vs_openssl:
      figureOf(all, 'openssl dgst -sha256 on the same bytes') / figureOf(all, 'verify, 256 events a commit'),
  });
} finally {
  await postgres.stop();
  rmSync(root, { recursive: true, force: true });
}
