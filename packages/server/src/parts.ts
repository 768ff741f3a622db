// The parts that were started, so that they can be ended in reverse order, each whatever becomes of the others.

export class Parts {
  readonly #ends: ((reason: string) => unknown)[] = [];
  readonly #tell: (message: string) => void;
  #ended: Promise<void> | undefined;

  constructor(tell: (message: string) => void) {
    this.#tell = tell;
  }

  /** `end` is called with the reason why the whole ends. */
  add(end: (reason: string) => unknown): void {
    this.#ends.push(end);
  }

  end(reason: string): Promise<void> {
    this.#ended ??= this.#endAll(reason);
    return this.#ended;
  }

  async #endAll(reason: string): Promise<void> {
    for (const end of this.#ends.reverse()) {
      try {
        await end(reason);
      } catch (error) {
        this.#tell(`a part did not end in order: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}
