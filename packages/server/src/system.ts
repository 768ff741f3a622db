// The composition root: configuration in, running parts out. Nothing else knows how the parts hang together.

import { join } from 'node:path';
import {
  AuditError,
  createRecorder,
  type Log,
  listenAtWriterSocket,
  type Outcome,
  openReopeningLog,
  type Recorder,
  type RecorderPolicy,
  type RecordResult,
} from '@indelible/log';
import type { ListenAddress } from './config/address.ts';
import type { Config } from './config/config.ts';
import { pinFirstKey } from './config/known-logs.ts';
import { logOptions } from './config/log-options.ts';
import { createEventTap } from './event-tap.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './gateway/embedded/embedded-postgres.ts';
import { startGateway } from './gateway/gateway.ts';
import { createStatementAnalyzer } from './gateway/statement/analyzer.ts';
import { startHealthEndpoint } from './health.ts';
import { keepIndex } from './index-keeper.ts';
import { Parts } from './parts.ts';
import { keepTreeFiles } from './tree-keeper.ts';

export interface System {
  readonly log: Log;
  /** Where clients connect; the ports are the real ones. */
  readonly gatewayAddress: ListenAddress;
  readonly healthAddress: ListenAddress;
  /** The demo database, when there is no upstream. */
  readonly embedded: EmbeddedPostgres | undefined;
  /** Resolves with the reason when the system cannot go on by itself. */
  readonly failed: Promise<Error>;
  /** Ends all parts in order; `server_stopped` is the last record. Idempotent. */
  stop(reason: string): Promise<void>;
}

export interface SystemOptions {
  /** The version of the program, for `server_started`. */
  readonly version: string;
  /** Told what a person should know while it runs; one sentence each. */
  readonly tell: (message: string) => void;
}

/** Starts everything, or nothing: when a part fails, those before it are ended again. */
export async function startSystem(config: Config, options: SystemOptions): Promise<System> {
  const parts = new Parts(options.tell);
  try {
    return await startParts(config, options, parts);
  } catch (error) {
    await parts.end('start_failed');
    throw error;
  }
}

async function startParts(config: Config, { version, tell }: SystemOptions, parts: Parts): Promise<System> {
  const log = await openServerLog(config, tell);
  parts.add(() => log.close());
  pinKey(log.vkey, tell);

  const analyzer = await createStatementAnalyzer();
  const tap = createEventTap(log);
  const recorder = createRecorder({ log: tap, policy: config.policy, redactStatement: analyzer.redact });
  parts.add((reason) => recorder.recordOwn({ subtype: 'server_stopped', details: { reason } }));
  parts.add(() => recorder.close());
  await recordStart(recorder, config, version);

  parts.add(keepTreeFiles(log, tell));
  parts.add(keepIndex(log.dataDir, tell));
  const socket = await listenAtWriterSocket(log.dataDir, {
    record: async (event) => resultOf(await recorder.record(event)),
    rotateKey: () => log.rotateKey(),
    watch: (pending, sealed) => tap.watch(pending, sealed),
  });
  parts.add(() => socket.close());

  const { upstream } = config.gateway;
  const embedded =
    upstream === undefined ? await startEmbeddedPostgres({ dataDir: join(log.dataDir, 'postgres') }) : undefined;
  if (embedded !== undefined) parts.add(() => embedded.stop());
  const target = upstream ?? embedded;
  if (target === undefined) throw new AuditError('internal', 'there is no upstream');
  const { listen, connectionsMax } = config.gateway;
  const gateway = await onPort('gateway.listen', listen, () =>
    startGateway({ listen, upstream: target, recorder, analyzer, log, limits: { connectionsMax } }),
  );
  parts.add(() => gateway.close());

  const { healthListen } = config.http;
  const health = await onPort('http.health_listen', healthListen, () => startHealthEndpoint(healthListen, log));
  parts.add(() => health.close());

  return {
    log,
    gatewayAddress: gateway.address,
    healthAddress: health.address,
    embedded,
    failed: failureOf(embedded),
    stop: (reason) => parts.end(reason),
  };
}

function openServerLog(config: Config, tell: (message: string) => void): Promise<Log> {
  return openReopeningLog({
    ...logOptions(config),
    onState: (state, reason) => tell(logStateSentence(state, reason)),
    onSpaceLow: ({ used_percent }) => tell(`the disk of the log is ${used_percent} % full; see docs/operations.md`),
  });
}

function logStateSentence(state: 'stopped' | 'still_stopped' | 'open', reason: Error | undefined): string {
  if (state === 'open') return 'the log is open again';
  const why = reason === undefined ? '' : `: ${reason.message}`;
  if (state === 'still_stopped') return `the log still cannot be opened${why}; trying again`;
  return `the log has stopped${why}; no statement is forwarded until it is open again`;
}

/** Who started the log is the first to trust it; without that, a rewritten log could not be told from the true one. */
function pinKey(vkey: string, tell: (message: string) => void): void {
  try {
    pinFirstKey(vkey);
  } catch (error) {
    // A service user may have no folder of its own; the log is no worse for it.
    tell(`the log's key is not pinned: ${messageOf(error)}`);
  }
}

/** What is recorded from here on, and what is not: silence means nothing to who does not know the rules. */
async function recordStart(recorder: Recorder, { policy }: Config, version: string): Promise<void> {
  const program = { version, node: process.version, process_id: process.pid };
  await Promise.all([
    recorder.recordOwn({ subtype: 'server_started', details: program }),
    recorder.recordOwn({ subtype: 'config_changed', details: policyDetails(policy) }),
    ...(policy.enabled ? [] : [recorder.recordOwn({ subtype: 'auditing_disabled' })]),
  ]);
}

/** The policy under the names that the configuration gives it. */
function policyDetails(policy: RecorderPolicy): Record<string, unknown> {
  return {
    enabled: policy.enabled,
    level: policy.level,
    events: policy.events,
    exclude: policy.exclude,
    mask_sensitive_fields: policy.maskSensitiveFields,
    include_query_parameters: policy.includeQueryParameters,
    include_result_data: policy.includeResultData,
    include_before_after: policy.includeBeforeAfter,
    failure_policy: policy.failurePolicy,
    buffer_size: policy.bufferSize,
    flush_interval_ms: policy.flushIntervalMs,
    batch_writes: policy.batchWrites,
  };
}

function resultOf(outcome: Outcome): RecordResult {
  if (outcome.kind === 'recorded') return { seq: outcome.receipt.seq };
  return outcome.kind === 'excluded' ? { excluded: true } : { spooled: true };
}

/** Names the option when its port cannot be had. */
async function onPort<T>(key: string, { host, port }: ListenAddress, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (cause) {
    if (cause instanceof AuditError) throw cause;
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    const why = taken ? 'something else listens there already' : messageOf(cause);
    throw new AuditError('unavailable', `cannot listen on ${host}:${port} (${key}): ${why}`, { cause });
  }
}

function failureOf(embedded: EmbeddedPostgres | undefined): Promise<Error> {
  return new Promise((resolve) => {
    void embedded?.exited.then(({ expected, code }) => {
      if (!expected)
        resolve(new AuditError('unavailable', `the embedded PostgreSQL ended by itself (exit code ${code})`));
    });
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
