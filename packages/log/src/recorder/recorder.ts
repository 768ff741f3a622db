// The write path in its order: validate, filter, redact, append. Says of each event what became of it, and sees to it
// that what did not get into the log is counted in the log.

import { nowTimestamp } from '../base/clock.ts';
import { type AuditEvent, validateEvent } from '../event/event.ts';
import type { SystemSubtype } from '../event/subtypes.ts';
import type { Log, Receipt } from '../log/log.ts';
import { createFilter, type Verdict } from './filter.ts';
import type { RecorderPolicy } from './policy.ts';
import { createRedact, type Redact, type RedactStatement } from './redact.ts';
import { type DropReason, Spool } from './spool.ts';
import { type Count, Tally } from './tally.ts';

export type Outcome =
  /** Its category is off, the level does not hold it, or a rule excludes it. */
  | { readonly kind: 'excluded' }
  /** It waits in the spool, or was dropped and counted because the spool was full. */
  | { readonly kind: 'spooled' }
  /** It is durable and sealed. */
  | { readonly kind: 'recorded'; readonly receipt: Receipt };

/** An event of the log's own: type `system`. */
export type OwnEvent = Omit<AuditEvent, 'event_type' | 'subtype'> & { subtype: SystemSubtype };

export interface Recorder {
  /**
   * Records an event under the policy of its class: `block` resolves when it is durable, `spool` at once.
   * @throws AuditError `invalid_event`; for `block` also what `Log.append` throws.
   */
  record(event: AuditEvent): Promise<Outcome>;
  /**
   * Records the log's own evidence: past every filter, always durable when it resolves.
   * @throws AuditError what `Log.append` throws.
   */
  recordOwn(event: OwnEvent): Promise<Receipt>;
  /** Events in the spool that are not durable yet. */
  readonly spooled: number;
  /** Writes what is spooled and what was counted. The log stays open. Idempotent. */
  close(): Promise<void>;
}

export interface RecorderOptions {
  readonly log: Pick<Log, 'append'>;
  readonly policy: RecorderPolicy;
  /** Used for events whose `context.source` is `postgres`. */
  readonly redactStatement?: RedactStatement;
  /** How often counts of excluded and dropped events are recorded. Default one minute. */
  readonly reportIntervalMs?: number;
}

const excluded: Promise<Outcome> = Promise.resolve({ kind: 'excluded' });
const spooled: Promise<Outcome> = Promise.resolve({ kind: 'spooled' });
const recorded = (receipt: Receipt): Outcome => ({ kind: 'recorded', receipt });

export function createRecorder(options: RecorderOptions): Recorder {
  return new PolicyRecorder(options);
}

class PolicyRecorder implements Recorder {
  readonly #policy: RecorderPolicy;
  readonly #filter: (event: AuditEvent) => Verdict;
  readonly #redact: Redact;
  readonly #append: (event: AuditEvent) => Promise<Receipt>;
  readonly #spool: Spool;
  readonly #excluded = new Tally<number>();
  readonly #dropped = new Tally<DropReason>();
  readonly #reportTimer: NodeJS.Timeout;
  #closed: Promise<void> | undefined;

  constructor({ log, policy, redactStatement, reportIntervalMs = 60_000 }: RecorderOptions) {
    this.#policy = policy;
    this.#filter = createFilter(policy);
    this.#redact = createRedact(policy, redactStatement);
    this.#append = policy.batchWrites ? (event) => log.append(event) : oneAtATime((event) => log.append(event));
    this.#spool = new Spool({
      append: this.#append,
      onDrop: (reason, event) => this.#dropped.add(reason, event.timestamp),
      onWritten: () => this.#reportDropped(),
      eventsMax: policy.bufferSize,
      flushIntervalMs: policy.flushIntervalMs,
    });
    this.#reportTimer = setInterval(() => this.#report(), reportIntervalMs);
    this.#reportTimer.unref();
  }

  get spooled(): number {
    return this.#spool.size;
  }

  record(given: AuditEvent): Promise<Outcome> {
    // Not async: what an async function holds while it waits would keep every event alive until it is durable.
    try {
      return this.#take(validateEvent(given));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #take(event: AuditEvent): Promise<Outcome> {
    const verdict = this.#filter(event);
    if (verdict !== 'record') {
      if (verdict !== 'off') this.#excluded.add(verdict);
      return excluded;
    }
    const redacted = this.#redact(event);
    if (this.#policy.failurePolicy[event.event_type] === 'block') return this.#append(redacted).then(recorded);
    this.#spool.add(ownCopy(redacted));
    return spooled;
  }

  recordOwn(event: OwnEvent): Promise<Receipt> {
    return this.#append(this.#redact({ ...event, event_type: 'system' }));
  }

  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<void> {
    clearInterval(this.#reportTimer);
    await this.#spool.close();
    await this.#report();
  }

  async #report(): Promise<void> {
    await Promise.all([this.#reportDropped(), this.#reportExcluded()]);
  }

  async #reportDropped(): Promise<void> {
    await this.#recordCounts(this.#dropped, 'events_dropped', (reason) => ({ reason }));
  }

  async #reportExcluded(): Promise<void> {
    await this.#recordCounts(this.#excluded, 'events_excluded', (index) => ({ rule: this.#policy.exclude[index] }));
  }

  // What cannot be recorded now is counted on, and said when the log is well again.
  async #recordCounts<Key>(
    tally: Tally<Key>,
    subtype: 'events_dropped' | 'events_excluded',
    describe: (key: Key) => Record<string, unknown>,
  ): Promise<void> {
    const reports = tally.take().map(async ([key, count]: [Key, Count]) => {
      try {
        await this.recordOwn({ subtype, details: { ...count, ...describe(key) } });
      } catch {
        tally.putBack(key, count);
      }
    });
    await Promise.all(reports);
  }
}

/** Each call waits for the one before, so that each event has a commit of its own. */
function oneAtATime(append: (event: AuditEvent) => Promise<Receipt>): (event: AuditEvent) => Promise<Receipt> {
  let last: Promise<unknown> = Promise.resolve();
  return (event) => {
    const next = last.then(() => append(event));
    last = next.catch(() => undefined);
    return next;
  };
}

/** A copy that the source cannot change while it waits, with the time at which it happened. */
function ownCopy(event: AuditEvent): AuditEvent {
  return { ...copyPlainData(event), timestamp: event.timestamp ?? nowTimestamp() };
}

function copyPlainData<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyPlainData) as T;
  // Spread makes a member of `__proto__` too; the values are then replaced in place.
  const copy = { ...value };
  for (const key in copy) {
    const member = copy[key];
    if (typeof member === 'object' && member !== null) copy[key] = copyPlainData(member);
  }
  return copy;
}
