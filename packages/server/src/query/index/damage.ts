// What is wrong with the lines of a stretch, as sentences for a person. `verify` says where exactly; this says that an
// answer is not whole.

const listedMax = 20;

export class Damage {
  readonly #sentences: string[] = [];
  #more = 0;
  /** Whether the tree after the stretch is not to be believed. */
  isOfTree = false;

  /** The first of them; how many more there were is the last one. */
  get sentences(): readonly string[] {
    return this.#more === 0 ? this.#sentences : [...this.#sentences, `And ${this.#more} more.`];
  }

  add(sentence: string): void {
    if (this.#sentences.length < listedMax) this.#sentences.push(sentence);
    else this.#more += 1;
  }

  ofTree(sentence: string): void {
    this.add(sentence);
    this.isOfTree = true;
  }
}
