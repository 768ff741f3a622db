// Chance that can be had again: everything the query benchmark makes up is drawn from here, so that one seed gives the
// same events on every machine.

/** Bob Jenkins' small fast counting generator, 32 bits at a time. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = 0x9e3779b9 | 0;
    this.#c = (seed ^ 0x5bd1e995) | 0;
    for (let n = 0; n < 16; n++) this.bits();
  }

  /** 32 random bits as a signed integer. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    return (this.bits() >>> 0) / 0x1_0000_0000;
  }

  /** An integer from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(part: number): boolean {
    return this.next() < part;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** As `pick`, and the earlier in the list the likelier: half of the draws come from the first eighth. */
  pickEarly<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() ** 3 * list.length)]!;
  }

  /** Distinct members of the list, in its order. */
  some<T>(list: readonly T[], count: number): T[] {
    let left = Math.min(count, list.length);
    return list.filter((_, index) => {
      const taken = this.next() * (list.length - index) < left;
      if (taken) left -= 1;
      return taken;
    });
  }

  /** Mean 1. */
  exponential(): number {
    return -Math.log(1 - this.next());
  }

  /** Half of the values lie below `median`; the larger `spread`, the longer the tail. */
  logNormal(median: number, spread: number): number {
    const radius = Math.sqrt(2 * this.exponential());
    return median * Math.exp(spread * radius * Math.cos(2 * Math.PI * this.next()));
  }

  /** Lower-case hexadecimal digits, four for each group. */
  hex(groups: number): string {
    let text = '';
    for (let left = groups; left > 0; left -= 2) {
      const bits = this.bits();
      text += hexGroups[bits & 0xffff];
      if (left > 1) text += hexGroups[bits >>> 16];
    }
    return text;
  }

  uuid(): string {
    const first = this.bits();
    return (
      `${hexGroups[first & 0xffff]}${hexGroups[first >>> 16]}-${this.hex(1)}-` +
      `${hexGroups[0x4000 | (this.bits() & 0xfff)]}-${hexGroups[0x8000 | (this.bits() & 0x3fff)]}-${this.hex(3)}`
    );
  }
}

const hexGroups = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'));

/** Draws positions of a list in proportion to weights, each draw at the same small cost (Walker's alias method). */
export class WeightedChoice {
  readonly #keep: Float64Array;
  readonly #other: Int32Array;

  constructor(weights: readonly number[]) {
    const size = weights.length;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#keep = Float64Array.from(weights, (weight) => (weight * size) / total);
    this.#other = new Int32Array(size);
    const poor: number[] = [];
    const rich: number[] = [];
    for (const [index, share] of this.#keep.entries()) (share < 1 ? poor : rich).push(index);
    while (poor.length > 0 && rich.length > 0) {
      const [taker, giver] = [poor.pop()!, rich.pop()!];
      this.#other[taker] = giver;
      const rest = this.#keep[giver]! - (1 - this.#keep[taker]!);
      this.#keep[giver] = rest;
      (rest < 1 ? poor : rich).push(giver);
    }
    for (const index of [...poor, ...rich]) this.#keep[index] = 1;
  }

  draw(random: Random): number {
    const index = random.below(this.#keep.length);
    return random.next() < this.#keep[index]! ? index : this.#other[index]!;
  }
}
