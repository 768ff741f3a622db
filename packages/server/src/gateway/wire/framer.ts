// Finds the messages in a stream of chunks, wherever the chunks are cut. Bodies are kept for the types that somebody
// wants to read, up to a limit; all others are only counted, so that a row of a gigabyte costs no memory.

import { headerBytes, type Message, wireError } from './message.ts';

export interface FramerOptions {
  /** Whether bodies of this type are wanted. */
  keeps(type: number): boolean;
  keptBytesMax: number;
  /** What becomes of a wanted body past the limit: it fails the connection, or only its head is kept. */
  beyondMax: 'fail' | 'head';
}

/** Where a reading of a chunk ended. */
export interface Step {
  /** The offset in the chunk behind what was read. */
  readonly end: number;
  /** The message that is complete now; undefined when the chunk ended first. */
  readonly message: Message | undefined;
  /** Whether the bytes read so far belong to a message that should be forwarded only as a whole. */
  readonly whole: boolean;
}

export class Framer {
  readonly #options: FramerOptions;
  readonly #header = Buffer.alloc(headerBytes);
  #headerFilled = 0;
  #bodyLeft = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #keeping = false;

  constructor(options: FramerOptions) {
    this.#options = options;
  }

  /** True between two messages. */
  get atBoundary(): boolean {
    return this.#headerFilled === 0;
  }

  /**
   * Reads on from `offset`, to the end of the present message or of the chunk, whichever comes first.
   * @throws AuditError `invalid_message` for a length that cannot be, or a body past the limit.
   */
  read(chunk: Buffer, offset: number): Step {
    let at = offset;
    if (this.#headerFilled < headerBytes) {
      at = this.#readHeader(chunk, at);
      if (this.#headerFilled < headerBytes) return { end: at, message: undefined, whole: true };
    }
    const end = Math.min(chunk.length, at + this.#bodyLeft);
    if (this.#keeping) this.#keep(chunk.subarray(at, end));
    this.#bodyLeft -= end - at;
    if (this.#bodyLeft > 0) return { end, message: undefined, whole: this.#keeping };
    return { end, message: this.#finish(), whole: this.#keeping };
  }

  #readHeader(chunk: Buffer, offset: number): number {
    const end = Math.min(chunk.length, offset + headerBytes - this.#headerFilled);
    chunk.copy(this.#header, this.#headerFilled, offset, end);
    this.#headerFilled += end - offset;
    if (this.#headerFilled === headerBytes) {
      const length = this.#header.readInt32BE(1);
      if (length < 4) throw wireError('08P01', `invalid message length ${length}`);
      this.#bodyLeft = length - 4;
      this.#keeping = this.#options.keeps(this.#header[0]!);
      this.#kept = [];
      this.#keptBytes = 0;
      const { keptBytesMax, beyondMax } = this.#options;
      if (this.#keeping && this.#bodyLeft > keptBytesMax && beyondMax === 'fail') {
        throw wireError('54000', `a message of ${this.#bodyLeft} bytes is over the limit of ${keptBytesMax} bytes`);
      }
    }
    return end;
  }

  #keep(part: Buffer): void {
    const room = this.#options.keptBytesMax - this.#keptBytes;
    const kept = part.length > room ? part.subarray(0, room) : part;
    if (kept.length > 0) this.#kept.push(kept);
    this.#keptBytes += kept.length;
  }

  #finish(): Message {
    const body = this.#keeping ? (this.#kept.length === 1 ? this.#kept[0]! : Buffer.concat(this.#kept)) : undefined;
    const size = this.#header.readInt32BE(1) + 1;
    this.#headerFilled = 0;
    this.#kept = [];
    return { type: this.#header[0]!, body, size };
  }
}
