// Holds events whose acts do not wait for their records: bounded in number, appended in batches, kept while the log is
// down. What finds no room, or cannot be written, is dropped and reported to `onDrop`: the caller counts it.

import { AuditError } from '../base/errors.ts';
import type { AuditEvent } from '../event/event.ts';

export type DropReason = 'buffer_full' | 'outcome_unknown' | 'invalid_event' | 'log_closed' | 'write_failed';

export interface SpoolOptions {
  /** Resolves when the event is durable. */
  readonly append: (event: AuditEvent) => Promise<unknown>;
  readonly onDrop: (reason: DropReason, event: AuditEvent) => void;
  /** Told after each batch that was written. */
  readonly onWritten: () => void;
  readonly eventsMax: number;
  readonly flushIntervalMs: number;
}

const batchMax = 256;
const retryMs = 500;

export class Spool {
  readonly #options: SpoolOptions;
  #waiting: AuditEvent[] = [];
  #underWay = 0;
  #timer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;
  #closing = false;

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** Events that are not durable yet. */
  get size(): number {
    return this.#waiting.length + this.#underWay;
  }

  /** Takes an event, of which nobody else may change anything any more. Returns false if it was dropped. */
  add(event: AuditEvent): boolean {
    if (this.#closing || this.size >= this.#options.eventsMax) {
      this.#options.onDrop(this.#closing ? 'log_closed' : 'buffer_full', event);
      return false;
    }
    this.#waiting.push(event);
    if (this.#waiting.length >= batchMax) this.#drain();
    // Half of the interval is left for the commit itself.
    else this.#drainIn(this.#options.flushIntervalMs / 2);
    return true;
  }

  /** Writes what waits. What the log does not take now is dropped. Resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await this.#draining;
    await this.#drain();
    clearTimeout(this.#timer);
    for (const event of this.#waiting.splice(0)) this.#options.onDrop('log_closed', event);
  }

  #drainIn(ms: number): void {
    if (this.#timer !== undefined || this.#draining !== undefined) return;
    // Not unref'd: a process that has nothing else to do still writes what it promised.
    this.#timer = setTimeout(() => this.#drain(), ms);
  }

  #drain(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#draining ??= this.#writeBatches().finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  // Goes on while there are full batches; fewer events wait for their interval, so that they share a commit.
  async #writeBatches(): Promise<void> {
    let isUp = true;
    do isUp = await this.#writeBatch();
    while (isUp && this.#waiting.length > 0 && (this.#closing || this.#waiting.length >= batchMax));
    const waitMs = isUp ? this.#options.flushIntervalMs / 2 : retryMs;
    if (this.#waiting.length > 0 && !this.#closing) this.#timer = setTimeout(() => this.#drain(), waitMs);
  }

  /** Returns false if the log is down; the events then wait on. */
  async #writeBatch(): Promise<boolean> {
    const batch = this.#waiting.splice(0, batchMax);
    this.#underWay = batch.length;
    const outcomes = await Promise.allSettled(batch.map((event) => this.#options.append(event)));
    const kept: AuditEvent[] = [];
    let written = 0;
    for (const [index, outcome] of outcomes.entries()) {
      const event = batch[index];
      if (outcome.status === 'fulfilled' || event === undefined) written++;
      else if (isRetryable(outcome.reason)) kept.push(event);
      else this.#options.onDrop(dropReason(outcome.reason), event);
    }
    this.#waiting = kept.length === 0 ? this.#waiting : [...kept, ...this.#waiting];
    this.#underWay = 0;
    if (written > 0) this.#options.onWritten();
    return kept.length === 0;
  }
}

function isRetryable(error: unknown): boolean {
  // `outcome_unknown` is not: the event may be in the log already, and twice is a lie too.
  return error instanceof AuditError && ['log_stopped', 'queue_full', 'unavailable'].includes(error.code);
}

function dropReason(error: unknown): DropReason {
  if (!(error instanceof AuditError)) return 'write_failed';
  const { code } = error;
  return code === 'outcome_unknown' || code === 'invalid_event' || code === 'log_closed' ? code : 'write_failed';
}
