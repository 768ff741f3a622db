// What was appended and is not durable yet, in order: first waiting to be posted to the sealing thread, then posted in
// chunks. Bounded: past its limit an appender waits for room, and past a second limit it is refused.

import { AuditError } from '../base/errors.ts';
import { hashBytes } from '../integrity/hash.ts';
import type { Receipt } from './log.ts';
import type { Commit } from './sealer.ts';

interface Entry {
  readonly eventId: string;
  readonly body: string;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: Error) => void;
}

/** Characters that wait and are posted together, at most. */
const queueLengthMax = 16 << 20;
/** Characters posted, at most: what the thread has not taken yet only makes the next commits late. */
const postedLengthMax = 2 << 20;
/** A chunk this long is posted at once; a shorter one when its turn of the event loop ends. */
const chunkLength = 64 << 10;
const waitersMax = 100_000;

export class AppendQueue {
  readonly #post: (bodies: string, count: number) => void;
  #waiting: Entry[] = [];
  #waitingLength = 0;
  readonly #posted: { entries: Entry[]; length: number }[] = [];
  #postedLength = 0;
  #waiters: (() => void)[] = [];
  #flushing = false;
  #drained: (() => void)[] = [];

  constructor(post: (bodies: string, count: number) => void) {
    this.#post = post;
  }

  get hasRoom(): boolean {
    return this.#waitingLength + this.#postedLength < queueLengthMax;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#posted.length === 0;
  }

  /**
   * Resolves when there is room, in the order of asking.
   * @throws AuditError `queue_full` when too many wait already.
   */
  waitForRoom(): Promise<void> {
    if (this.#waiters.length >= waitersMax) {
      const message = `${waitersMax} events wait for the disk already: await append(), or use a recorder that spools`;
      return Promise.reject(new AuditError('queue_full', message));
    }
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Resolves when nothing waits and nothing is under way. Those that wait for room go on, and find the log closed. */
  drained(): Promise<void> {
    for (const resume of this.#waiters.splice(0)) resume();
    this.#flush();
    if (this.isEmpty) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  push(eventId: string, body: string): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ eventId, body, resolve, reject });
      this.#waitingLength += body.length;
      if (this.#waitingLength >= chunkLength) this.#flush();
      else if (!this.#flushing) this.#flushSoon();
    });
  }

  /** Resolves what the commit made durable. */
  committed(chunks: number, commit: Commit): void {
    let index = 0;
    for (const { entries, length } of this.#posted.splice(0, chunks)) {
      this.#postedLength -= length;
      for (const entry of entries) entry.resolve(new CommitReceipt(entry.eventId, commit, index++));
    }
    this.#flush();
    this.#admit();
    if (this.isEmpty) for (const resume of this.#drained.splice(0)) resume();
  }

  /** Rejects the first `chunks` posted chunks with one error, all that comes after them with another. */
  failed(chunks: number, error: Error, rest: Error): void {
    const posted = this.#posted.splice(0);
    posted.forEach(({ entries }, position) => {
      for (const entry of entries) entry.reject(position < chunks ? error : rest);
    });
    for (const entry of this.#waiting.splice(0)) entry.reject(rest);
    this.#waitingLength = 0;
    this.#postedLength = 0;
    // Those that waited for room find the log stopped when they go on.
    for (const resume of this.#waiters.splice(0)) resume();
    for (const resume of this.#drained.splice(0)) resume();
  }

  get postedChunks(): number {
    return this.#posted.length;
  }

  #flushSoon(): void {
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#waiting.length === 0 || this.#postedLength >= postedLengthMax) return;
    const entries = this.#waiting;
    const length = this.#waitingLength;
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#posted.push({ entries, length });
    this.#postedLength += length;
    let bodies = entries[0]!.body;
    for (let i = 1; i < entries.length; i++) bodies += `\n${entries[i]!.body}`;
    this.#post(bodies, entries.length);
  }

  #admit(): void {
    const admitted = this.#waiters;
    if (admitted.length === 0 || !this.hasRoom) return;
    this.#waiters = [];
    for (const resume of admitted) resume();
  }
}

/** A receipt that shares its commit with the others of the same commit. */
class CommitReceipt implements Receipt {
  readonly event_id: string;
  readonly seq: number;
  readonly #commit: Commit;
  readonly #index: number;

  constructor(eventId: string, commit: Commit, index: number) {
    this.event_id = eventId;
    this.seq = commit.first + index;
    this.#commit = commit;
    this.#index = index;
  }

  get leafHash(): Buffer {
    const { leafHashes } = this.#commit;
    const start = this.#index * hashBytes;
    return Buffer.from(leafHashes.buffer, leafHashes.byteOffset + start, hashBytes);
  }

  get checkpoint(): string {
    return this.#commit.checkpoint;
  }
}
