// What an open log offers to those who write into it. The implementation is `open-log.ts`.

import type { AuditEvent } from '../event/event.ts';

/** Proof that a record is durable and sealed. */
export interface Receipt {
  /** The record's position: its 0-based leaf index in the tree. */
  readonly seq: number;
  readonly event_id: string;
  /** RFC 6962 leaf hash of the record's line, 32 bytes. */
  readonly leafHash: Buffer;
  /** The signed checkpoint (C2SP signed note) of the seal that covers the record. */
  readonly checkpoint: string;
}

export type LogState = 'open' | 'stopped' | 'closed';

export interface Log {
  /** The log's name, fixed at creation; also the name of its key. */
  readonly origin: string;
  /** The verifier key of the log's present root key, `name+hash+base64`. */
  readonly vkey: string;
  readonly dataDir: string;
  readonly state: LogState;

  /**
   * Appends one event. Resolves after the `fdatasync` of the commit that holds and seals it; not before.
   * Missing `event_id`, `timestamp` and `severity` are filled in. Waits while the queue is full.
   * @throws AuditError `invalid_event` (nothing was written), `queue_full`, `log_stopped` and `log_closed` (nothing was
   * written), `outcome_unknown` (the write or its sync failed: the record may or may not survive).
   */
  append(event: AuditEvent): Promise<Receipt>;

  /** The newest durable signed checkpoint, or undefined before the first commit. */
  readonly checkpoint: string | undefined;
  /** The number of lines that are durable and sealed: the position the next record would get. */
  readonly size: number;

  /** Replaces the root key: a `key_rotated` record, then a seal signed by both keys. Resolves to the new vkey. */
  rotateKey(): Promise<string>;

  /** Resolves when the log has stopped after a failed write or was closed. */
  readonly ended: Promise<{ reason?: Error }>;

  /** Called after each durable commit with the new size. Returns the unsubscribe function. */
  onCommit(listener: (size: number) => void): () => void;

  /** Commits what is queued, releases the lock. Idempotent. */
  close(): Promise<void>;
}
