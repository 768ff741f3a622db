// A queue that stays fast when a client pipelines a hundred thousand messages.

export class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  get last(): T | undefined {
    return this.size === 0 ? undefined : this.#items.at(-1);
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes out, behind the first item, what `isUnwanted` says, up to and without the item where `isEnd` says so. */
  dropBehindFirst(isUnwanted: (item: T) => boolean, isEnd: (item: T) => boolean): T | undefined {
    const items = this.#items.slice(this.#head);
    const found = items.findIndex((item, position) => position > 0 && isEnd(item));
    const end = found === -1 ? items.length : found;
    this.#items = items.filter((item, position) => position === 0 || position >= end || !isUnwanted(item));
    this.#head = 0;
    return found === -1 ? undefined : items[found];
  }

  /** Empties the queue and gives what was in it. */
  takeAll(): T[] {
    const items = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return items;
  }
}
