// A set of positions that ascend, at one bit for each position of the log, so that it can hold those of any export.

const bitsPerBlock = 1 << 20;

export class PositionSet {
  readonly #blocks = new Map<number, Uint8Array>();
  #count = 0;
  #last = -1;

  get count(): number {
    return this.#count;
  }

  /** False, and nothing is added, if the position does not lie behind the last one. */
  add(position: number): boolean {
    if (position <= this.#last) return false;
    const block = this.#block(position);
    const bit = position % bitsPerBlock;
    block[bit >> 3] = block[bit >> 3]! | (1 << (bit & 7));
    this.#last = position;
    this.#count += 1;
    return true;
  }

  has(position: number): boolean {
    const bit = position % bitsPerBlock;
    const byte = this.#blocks.get(Math.floor(position / bitsPerBlock))?.[bit >> 3] ?? 0;
    return (byte & (1 << (bit & 7))) !== 0;
  }

  #block(position: number): Uint8Array {
    const number = Math.floor(position / bitsPerBlock);
    const known = this.#blocks.get(number);
    if (known !== undefined) return known;
    const block = new Uint8Array(bitsPerBlock / 8);
    this.#blocks.set(number, block);
    return block;
  }
}
