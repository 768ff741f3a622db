// What was appended and is not durable yet, in order: first gathered in a staging buffer, then cut into chunks, then
// posted to the sealing thread. As bytes, not as strings: nothing but a few bytes an event outlives the call, which keeps
// the garbage collector out of it. Bounded: past its limit an appender waits, and past a second limit it is refused.

import { AuditError } from '../base/errors.ts';
import { hashBytes } from '../integrity/hash.ts';
import { lineBytesMax } from './line.ts';
import type { Receipt } from './log.ts';
import type { Commit } from './sealer.ts';

interface Entry {
  readonly eventId: string;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: Error) => void;
}

/** Events that cross to the sealing thread together: their JSON texts in UTF-8, a newline after each. */
interface Chunk {
  /** Handed over when posted, and given back by the commit. */
  readonly buffer: ArrayBuffer;
  readonly length: number;
  readonly entries: readonly Entry[];
}

/** Bytes that wait and are posted together, at most. */
const queueBytesMax = 16 << 20;
/** Bytes posted, at most: what the thread has not taken yet only makes the next commits late. */
const postedBytesMax = 2 << 20;
/** A chunk this long is cut at once; a shorter one when its turn of the event loop ends. */
const chunkBytes = 64 << 10;
/** Room for a chunk that is nearly full and one more line. */
const bufferBytes = chunkBytes + lineBytesMax + 1;
/** Buffers kept for the next chunks, at most: as many as can be posted. */
const spareMax = postedBytesMax / chunkBytes;
const waitersMax = 100_000;
const newline = 0x0a;

export class AppendQueue {
  readonly #post: (buffer: ArrayBuffer, length: number) => void;
  readonly #spare: ArrayBuffer[] = [];
  #staging = Buffer.from(new ArrayBuffer(bufferBytes));
  #stagedBytes = 0;
  #staged: Entry[] = [];
  #cut: Chunk[] = [];
  #cutBytes = 0;
  readonly #posted: Chunk[] = [];
  #postedBytes = 0;
  #waiters: (() => void)[] = [];
  #drained: (() => void)[] = [];
  #cuttingSoon = false;

  /** @param post hands a buffer over, `length` bytes of it filled */
  constructor(post: (buffer: ArrayBuffer, length: number) => void) {
    this.#post = post;
  }

  get hasRoom(): boolean {
    return this.#cutBytes + this.#postedBytes < queueBytesMax;
  }

  get isEmpty(): boolean {
    return this.#staged.length === 0 && this.#cut.length === 0 && this.#posted.length === 0;
  }

  get postedChunks(): number {
    return this.#posted.length;
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
    this.#cutStaged();
    if (this.isEmpty) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /** @param body the event's JSON text, at most as long as a line */
  push(eventId: string, body: string): Promise<Receipt> {
    const end = this.#stagedBytes + this.#staging.write(body, this.#stagedBytes);
    this.#staging[end] = newline;
    this.#stagedBytes = end + 1;
    const receipt = new Promise<Receipt>((resolve, reject) => {
      this.#staged.push({ eventId, resolve, reject });
    });
    if (this.#stagedBytes >= chunkBytes) this.#cutStaged();
    else if (!this.#cuttingSoon) this.#cutSoon();
    return receipt;
  }

  /**
   * Resolves what the commit made durable.
   * @param buffers those of the chunks, to be filled again
   */
  committed(chunks: number, commit: Commit, buffers: readonly ArrayBuffer[]): void {
    if (this.#spare.length < spareMax) this.#spare.push(...buffers);
    let index = 0;
    for (const { entries, length } of this.#posted.splice(0, chunks)) {
      this.#postedBytes -= length;
      for (const entry of entries) entry.resolve(new CommitReceipt(entry.eventId, commit, index++));
    }
    this.#postCut();
    this.#admit();
    if (this.isEmpty) for (const resume of this.#drained.splice(0)) resume();
  }

  /** Rejects the first `chunks` posted chunks with one error, all that comes after them with another. */
  failed(chunks: number, error: Error, rest: Error): void {
    this.#cutStaged();
    const all = [...this.#posted.splice(0), ...this.#cut.splice(0)];
    for (const [position, { entries }] of all.entries()) {
      for (const entry of entries) entry.reject(position < chunks ? error : rest);
    }
    this.#cutBytes = 0;
    this.#postedBytes = 0;
    // Those that waited for room find the log stopped when they go on.
    for (const resume of this.#waiters.splice(0)) resume();
    for (const resume of this.#drained.splice(0)) resume();
  }

  #cutSoon(): void {
    this.#cuttingSoon = true;
    queueMicrotask(() => {
      this.#cuttingSoon = false;
      this.#cutStaged();
    });
  }

  #cutStaged(): void {
    if (this.#staged.length === 0) return;
    const length = this.#stagedBytes;
    this.#cut.push({ buffer: this.#staging.buffer, length, entries: this.#staged });
    this.#cutBytes += length;
    this.#staging = Buffer.from(this.#spare.pop() ?? new ArrayBuffer(bufferBytes));
    this.#staged = [];
    this.#stagedBytes = 0;
    this.#postCut();
  }

  #postCut(): void {
    let taken = 0;
    for (const chunk of this.#cut) {
      if (this.#postedBytes >= postedBytesMax) break;
      this.#posted.push(chunk);
      this.#postedBytes += chunk.length;
      this.#cutBytes -= chunk.length;
      this.#post(chunk.buffer, chunk.length);
      taken += 1;
    }
    if (taken > 0) this.#cut = this.#cut.slice(taken);
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
