// Reads the fields of one message body in their order. Every read is checked against the end of the body, so that a
// message that lies about its counts and lengths is an error and never a read past its end.

import { wireError } from './message.ts';

export class BodyReader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get remaining(): number {
    return this.#body.length - this.#at;
  }

  uint8(): number {
    return this.#body.readUInt8(this.#take(1));
  }

  int16(): number {
    return this.#body.readInt16BE(this.#take(2));
  }

  /** A count of things that each take at least `bytesEach` of the body: more than could be there is refused. */
  count(bytesEach: number): number {
    const count = this.#body.readUInt16BE(this.#take(2));
    if (count * bytesEach > this.remaining) throw wireError('08P01', 'a message is shorter than its counts say');
    return count;
  }

  int32(): number {
    return this.#body.readInt32BE(this.#take(4));
  }

  uint32(): number {
    return this.#body.readUInt32BE(this.#take(4));
  }

  /** A string up to its zero byte. */
  cstring(): string {
    const end = this.#body.indexOf(0, this.#at);
    if (end === -1) throw wireError('08P01', 'a string in a message has no end');
    const text = this.#body.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  bytes(length: number): Buffer {
    const at = this.#take(length);
    return this.#body.subarray(at, at + length);
  }

  #take(length: number): number {
    if (length < 0 || length > this.remaining) throw wireError('08P01', 'a message ends before its fields do');
    const at = this.#at;
    this.#at += length;
    return at;
  }
}
