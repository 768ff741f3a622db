// The way into a log for a command: through the running writer if there is one, else by taking the writer's lock. Both
// ways the configured policy decides what is recorded and how it is redacted.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  AuditError,
  type AuditEvent,
  connectToWriter,
  createRecorder,
  type Log,
  openLog,
  type Recorder,
  type RecordResult,
} from '@indelible/log';
import type { Config } from '../config/config.ts';
import { pinFirstKey } from '../config/known-logs.ts';
import { logOptions } from '../config/log-options.ts';
import { createStatementAnalyzer } from '../gateway/statement/analyzer.ts';

export interface Writer {
  /** Hands events over, in order. Resolves when each is durable, excluded or refused. */
  record(events: readonly AuditEvent[]): Promise<RecordResult[]>;
  /** Resolves to the new vkey, once the seal signed by both keys is durable. */
  rotateKey(): Promise<string>;
  close(): Promise<void>;
}

const patienceMs = 5000;
const lookAgainMs = 100;

/**
 * Opens the way in. A log that does not exist is made.
 * @throws AuditError `log_locked` if a process holds the log that listens to nobody.
 */
export async function openWriter(config: Config): Promise<Writer> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const client = await connectToWriter(config.log.dataDir);
    if (client !== undefined) return { ...delegate(client), close: async () => client.close() };
    try {
      return await openOwnLog(config);
    } catch (error) {
      // A writer that has just started listens soon; one that ends lets go soon.
      if (!(error instanceof AuditError && error.code === 'log_locked') || Date.now() > giveUpAt) throw error;
      await sleep(lookAgainMs);
    }
  }
}

function delegate(writer: Omit<Writer, 'close'>): Omit<Writer, 'close'> {
  return { record: (events) => writer.record(events), rotateKey: () => writer.rotateKey() };
}

async function openOwnLog(config: Config): Promise<Writer> {
  const { redact } = await createStatementAnalyzer();
  const log = await openLog(logOptions(config));
  pinKey(() => pinFirstKey(log.vkey));
  const recorder = createRecorder({ log, policy: blocking(config.policy), redactStatement: redact });
  return {
    record: (events) => Promise.all(events.map((event) => recordOne(recorder, event))),
    rotateKey: () => log.rotateKey(),
    close: () => closeInOrder(recorder, log),
  };
}

/** Nothing waits for a command's events but the command itself, so each is durable before it counts as recorded. */
function blocking(policy: Config['policy']): Config['policy'] {
  const all = Object.entries(policy.failurePolicy).map(([type]) => [type, 'block'] as const);
  return { ...policy, failurePolicy: { ...policy.failurePolicy, ...Object.fromEntries(all) } };
}

/** The log is what matters: a configuration folder that cannot be written is a word of warning. */
export function pinKey(pin: () => void): void {
  try {
    pin();
  } catch (error) {
    process.stderr.write(`warning: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

async function recordOne(recorder: Recorder, event: AuditEvent): Promise<RecordResult> {
  try {
    const outcome = await recorder.record(event);
    if (outcome.kind === 'recorded') return { seq: outcome.receipt.seq };
    return outcome.kind === 'excluded' ? { excluded: true } : { spooled: true };
  } catch (error) {
    // What is wrong with one event is that event's result; what is wrong with the log ends the command.
    if (error instanceof AuditError && error.kind === 'invalid') return { error: error.message };
    throw error;
  }
}

async function closeInOrder(recorder: Recorder, log: Log): Promise<void> {
  await recorder.close();
  await log.close();
}
