// Lays the lines of one commit out as bytes and hashes each as it is laid down. Each line is written one byte after a
// spare one, which first serves as the 0x00 of its leaf hash and then becomes the newline of the line before:
//
//   | 0x00 | line 0 … | 0x00 | line 1 … |        while hashing
//   | ---- | line 0 … | 0x0A | line 1 … | 0x0A   as written, without the first byte

import { type Hash, hashPrefixedLeaf } from '../integrity/hash.ts';
import { lineBytesMax, recordPrefixOf } from './line.ts';

const newline = 0x0a;

export class CommitBuffer {
  #bytes = Buffer.allocUnsafe(1 << 20);
  #end = 0;

  /** The bytes since `clear`, newline included. Valid until the next change. */
  get bytes(): Buffer {
    this.#reserve(1);
    this.#bytes[this.#end] = newline;
    return this.#bytes.subarray(1, this.#end + 1);
  }

  clear(): void {
    this.#end = 0;
  }

  /** Adds a line that is no leaf. */
  addLine(line: string): void {
    // A UTF-16 unit is at most three bytes of UTF-8.
    this.#reserve(1 + 3 * line.length);
    this.#bytes[this.#end] = newline;
    this.#end += 1 + this.#bytes.write(line, this.#end + 1);
  }

  /** Adds the record of an event, given as JSON in UTF-8, and returns its leaf hash. */
  addRecord(seq: number, body: Uint8Array): Hash {
    const start = this.#end;
    const prefix = recordPrefixOf(seq);
    const size = prefix.length + body.length - 1;
    if (size > lineBytesMax) throw new RangeError(`a line of ${size} bytes came to be sealed`);
    this.#reserve(1 + size);
    this.#bytes.write(prefix, start + 1, 'latin1');
    // The event's own opening brace gives way to the prefix, which has one.
    this.#bytes.set(body.subarray(1), start + 1 + prefix.length);
    this.#end = start + 1 + size;
    this.#bytes[start] = 0;
    const leaf = hashPrefixedLeaf(this.#bytes.subarray(start, this.#end));
    this.#bytes[start] = newline;
    return leaf;
  }

  #reserve(room: number): void {
    if (this.#end + room <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#end + room));
    this.#bytes.copy(grown, 0, 0, this.#end);
    this.#bytes = grown;
  }
}
