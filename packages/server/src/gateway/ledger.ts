// The records of one connection on their way into the log. Knows how many are not safe yet, so that an answer can wait
// for them, and gives the alarm when one could not be written.

import type { AuditEvent } from '@indelible/log';

/** What the gateway needs of the recorder. */
export interface EventRecorder {
  /**
   * Resolves when the act that the event tells of may become known: for a class with the policy `block` when the record
   * is durable, for `spool` when it is taken into the buffer. Rejects when the record could not be written.
   */
  record(event: AuditEvent): Promise<unknown>;
}

export class Ledger {
  readonly #recorder: EventRecorder;
  readonly #onFailure: (error: unknown) => void;
  readonly #onChange: (open: number) => void;
  #open = 0;
  #waiting: (() => void)[] = [];

  constructor(recorder: EventRecorder, onFailure: (error: unknown) => void, onChange: (open: number) => void) {
    this.#recorder = recorder;
    this.#onFailure = onFailure;
    this.#onChange = onChange;
  }

  /** How many records are not safe yet. */
  get open(): number {
    return this.#open;
  }

  record(event: AuditEvent): void {
    this.#open += 1;
    this.#write(event);
  }

  /** Resolves when no record is open; also after a failure, of which `onFailure` has told by then. */
  settled(): Promise<void> {
    return this.#open === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #write(event: AuditEvent): Promise<void> {
    try {
      await this.#recorder.record(event);
    } catch (error) {
      this.#onFailure(error);
    }
    this.#open -= 1;
    this.#onChange(this.#open);
    if (this.#open > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
