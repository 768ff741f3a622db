// A log that comes back: when an open log stops after a failed write, it is opened anew, with back-off, until it is
// closed. In between appends are refused, visibly; what the log says after it came back begins with why it had stopped.

import { setTimeout as sleep } from 'node:timers/promises';
import { nowTimestamp } from '../base/clock.ts';
import { AuditError } from '../base/errors.ts';
import type { AuditEvent } from '../event/event.ts';
import type { Log, LogState, Receipt } from './log.ts';
import { type OpenLogOptions, openLog } from './open-log.ts';
import type { OwnRecord } from './own-record.ts';

export interface ReopeningOptions extends OpenLogOptions {
  /** First wait before a new attempt; doubled after each failed one. Default 100 ms. */
  readonly backoffMs?: number;
  /** Longest wait. Default 10 s. */
  readonly backoffMaxMs?: number;
  /** Told of each stop, each failed attempt and each return, to tell people. */
  readonly onState?: (state: 'stopped' | 'still_stopped' | 'open', reason: Error | undefined) => void;
}

/**
 * Opens a log and keeps it open.
 * @throws AuditError as `openLog`, for the first opening only.
 */
export async function openReopeningLog(options: ReopeningOptions): Promise<Log> {
  return new ReopeningLog(options, await openLog(options));
}

class ReopeningLog implements Log {
  readonly ended: Promise<{ reason?: Error }>;
  readonly #options: ReopeningOptions;
  readonly #listeners = new Set<(size: number) => void>();
  readonly #closing = new AbortController();
  readonly #supervision: Promise<void>;
  #log: Log;

  constructor(options: ReopeningOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#listen();
    this.#supervision = this.#supervise();
    this.ended = this.#supervision.then(() => ({}));
  }

  get origin(): string {
    return this.#log.origin;
  }

  get vkey(): string {
    return this.#log.vkey;
  }

  get dataDir(): string {
    return this.#log.dataDir;
  }

  get state(): LogState {
    return this.#closing.signal.aborted ? 'closed' : this.#log.state;
  }

  get size(): number {
    return this.#log.size;
  }

  get checkpoint(): string | undefined {
    return this.#log.checkpoint;
  }

  append(event: AuditEvent): Promise<Receipt> {
    return this.#log.append(event);
  }

  rotateKey(): Promise<string> {
    return this.#log.rotateKey();
  }

  onCommit(listener: (size: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#log.close();
    await this.#supervision;
  }

  async #supervise(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const { reason } = await this.#log.ended;
      if (reason === undefined) return;
      this.#options.onState?.('stopped', reason);
      await this.#reopen(reason);
    }
  }

  async #reopen(reason: Error): Promise<void> {
    const stoppedAt = nowTimestamp();
    const { backoffMs = 100, backoffMaxMs = 10_000, onState } = this.#options;
    for (let waitMs = backoffMs; ; waitMs = Math.min(2 * waitMs, backoffMaxMs)) {
      // Closing while the log is down ends the wait; there is nothing to finish.
      await sleep(waitMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      if (this.#closing.signal.aborted) return;
      try {
        const log = await openLog({ ...this.#options, firstRecords: [whyStopped(reason, stoppedAt)] });
        if (this.#closing.signal.aborted) return await log.close();
        this.#log = log;
        this.#listen();
        onState?.('open', reason);
        return;
      } catch (error) {
        onState?.('still_stopped', error instanceof Error ? error : new AuditError('internal', String(error)));
      }
    }
  }

  #listen(): void {
    this.#log.onCommit((size) => {
      for (const listener of this.#listeners) listener(size);
    });
  }
}

/** The first record after the log came back: its own time is that of the return. */
function whyStopped(reason: Error, stoppedAt: string): OwnRecord {
  const systemCode = reason instanceof AuditError ? reason.details.systemCode : undefined;
  const full = systemCode === 'ENOSPC' || systemCode === 'EDQUOT';
  return {
    subtype: full ? 'disk_full' : 'log_stopped',
    severity: 'critical',
    details: { reason: reason.message, stopped_at: stoppedAt },
  };
}
