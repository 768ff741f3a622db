// The bytes `{"seq":N,` that the next line must start with, kept as bytes and counted up in place: comparing them costs
// less than making a number of what stands there, and a line that starts in any other way is noticed.

const digitZero = 0x30;
const digitNine = 0x39;
const head = '{"seq":';

export class ExpectedPrefix {
  #position = 0;
  #bytes = Buffer.alloc(head.length + 17);
  #length = 0;

  constructor(position: number) {
    this.position = position;
  }

  /** The position that the next line must name. */
  get position(): number {
    return this.#position;
  }

  set position(position: number) {
    this.#position = position;
    this.#length = this.#bytes.write(`${head}${position},`, 'latin1');
  }

  get length(): number {
    return this.#length;
  }

  isAt(bytes: Buffer, at: number): boolean {
    const expected = this.#bytes;
    // From the right, where the digits that differ most often are.
    for (let i = this.#length - 1; i >= 0; i--) {
      if (bytes[at + i] !== expected[i]) return false;
    }
    return true;
  }

  next(): void {
    const lastDigit = this.#length - 2;
    if (this.#bytes[lastDigit] === digitNine) {
      this.position = this.#position + 1;
      return;
    }
    this.#bytes[lastDigit] = (this.#bytes[lastDigit] ?? digitZero) + 1;
    this.#position += 1;
  }
}
