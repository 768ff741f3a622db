// What was appended and is not durable yet, in order: first gathered in a staging buffer, then cut into chunks, then
// posted to the sealing thread. As bytes, not as strings: nothing but a few bytes an event outlives the call, which
// keeps the garbage collector out of it. Bounded: past its limit an event waits outside, and past a second limit it is
// refused.

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

/** Events that wait for room in the queue. */
interface Waiting {
  readonly entry: Entry;
  readonly body: string;
}

/** Bytes that are cut and posted together, at most. */
const queueBytesMax = 16 << 20;
/** Bytes posted, at most: what the thread has not taken yet only makes the next commits late. */
const postedBytesMax = 2 << 20;
/** Chunks posted, at most: one of a single event takes as large a buffer as a full one. */
const postedChunksMax = 64;
/** A chunk this long is cut at once; a shorter one when its turn of the event loop ends. */
const chunkBytes = 64 << 10;
/** Room for a chunk that is nearly full and one more line. */
const bufferBytes = chunkBytes + lineBytesMax + 1;
/** Buffers kept for the next chunks, at most: as many as can be posted. */
const spareMax = postedBytesMax / chunkBytes;
/** Events that wait outside the queue, at most, and the length of their texts together. */
const waitingMax = 100_000;
const waitingLengthMax = 64 << 20;
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
  #waiting: Waiting[] = [];
  #waitingLength = 0;
  #drained: (() => void)[] = [];
  #cuttingSoon = false;

  /** @param post hands a buffer over, `length` bytes of it filled */
  constructor(post: (buffer: ArrayBuffer, length: number) => void) {
    this.#post = post;
  }

  get isEmpty(): boolean {
    return this.#staged.length + this.#cut.length + this.#posted.length + this.#waiting.length === 0;
  }

  get postedChunks(): number {
    return this.#posted.length;
  }

  /** Resolves when nothing waits and nothing is under way. Nothing may be pushed any more. */
  drained(): Promise<void> {
    this.#cutStaged();
    if (this.isEmpty) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  /**
   * Queues an event; one that finds no room waits for it, in the order of pushing.
   * @param body the event's JSON text, at most as long as a line
   * @throws AuditError `queue_full`, as a rejection, when too many wait already.
   */
  push(eventId: string, body: string): Promise<Receipt> {
    return new Promise<Receipt>((resolve, reject) => {
      const entry = { eventId, resolve, reject };
      if (this.#hasRoom && this.#waiting.length === 0) this.#stage(entry, body);
      else this.#wait(entry, body);
    });
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
    if (this.#canPost) this.#cutStaged();
    if (this.isEmpty) for (const resume of this.#drained.splice(0)) resume();
  }

  /** Rejects the first `chunks` posted chunks with one error, all that comes after them with another. */
  failed(chunks: number, error: Error, rest: Error): void {
    this.#cutStaged();
    const all = [...this.#posted.splice(0), ...this.#cut.splice(0)];
    for (const [position, { entries }] of all.entries()) {
      for (const entry of entries) entry.reject(position < chunks ? error : rest);
    }
    for (const { entry } of this.#waiting.splice(0)) entry.reject(rest);
    this.#waitingLength = 0;
    this.#cutBytes = 0;
    this.#postedBytes = 0;
    for (const resume of this.#drained.splice(0)) resume();
  }

  get #hasRoom(): boolean {
    return this.#cutBytes + this.#postedBytes < queueBytesMax;
  }

  get #canPost(): boolean {
    return this.#cut.length === 0 && this.#posted.length < postedChunksMax && this.#postedBytes < postedBytesMax;
  }

  #stage(entry: Entry, body: string): void {
    const end = this.#stagedBytes + this.#staging.write(body, this.#stagedBytes);
    this.#staging[end] = newline;
    this.#stagedBytes = end + 1;
    this.#staged.push(entry);
    if (this.#stagedBytes >= chunkBytes) this.#cutStaged();
    else if (!this.#cuttingSoon) this.#cutSoon();
  }

  #wait(entry: Entry, body: string): void {
    if (this.#waiting.length >= waitingMax || this.#waitingLength >= waitingLengthMax) {
      const message = `${this.#waiting.length} events wait for the disk: await append(), or use a recorder that spools`;
      entry.reject(new AuditError('queue_full', message));
      return;
    }
    this.#waiting.push({ entry, body });
    this.#waitingLength += body.length;
  }

  /** Cuts a chunk when this turn of the event loop ends, unless it could not be posted: then it may as well fill up. */
  #cutSoon(): void {
    this.#cuttingSoon = true;
    queueMicrotask(() => {
      this.#cuttingSoon = false;
      if (this.#canPost) this.#cutStaged();
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
      if (this.#postedBytes >= postedBytesMax || this.#posted.length >= postedChunksMax) break;
      this.#posted.push(chunk);
      this.#postedBytes += chunk.length;
      this.#cutBytes -= chunk.length;
      this.#post(chunk.buffer, chunk.length);
      taken += 1;
    }
    if (taken > 0) this.#cut = this.#cut.slice(taken);
  }

  #admit(): void {
    let admitted = 0;
    for (const { entry, body } of this.#waiting) {
      if (!this.#hasRoom) break;
      this.#waitingLength -= body.length;
      this.#stage(entry, body);
      admitted += 1;
    }
    if (admitted > 0) this.#waiting = this.#waiting.slice(admitted);
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
