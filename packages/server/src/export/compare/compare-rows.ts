// Lays the rows of a file beside those that it should have, and says where they part: a row that was changed, one that
// is missing, one that was put in. Looks ahead so far as to find where both go on together, and no farther.

export interface ExpectedRow {
  readonly text: string;
  /** The record's position; absent for rows that frame the records. */
  readonly seq?: number;
}

export interface RowDifference {
  readonly kind: 'changed' | 'missing' | 'added';
  /** 1-based number of the row in the file; for a missing row, of the one in its place. */
  readonly row: number;
  readonly expected?: ExpectedRow;
  readonly found?: string;
}

const lookAheadRows = 10_000;
/** Long rows are fewer, so that they take no more memory. */
const lookAheadChars = 8 << 20;

export async function* compareRows(
  expectedRows: AsyncIterable<ExpectedRow>,
  foundRows: AsyncIterable<string>,
): AsyncGenerator<RowDifference> {
  const expected = new LookAhead(expectedRows, ({ text }) => text.length);
  const found = new LookAhead(foundRows, (text) => text.length);
  let row = 1;
  try {
    for (;;) {
      if (expected.rows.length === 0) await expected.fill(1);
      if (found.rows.length === 0) await found.fill(1);
      if (expected.rows.length === 0 && found.rows.length === 0) return;
      if (expected.rows[0]?.text === found.rows[0]) {
        expected.rows.shift();
        found.rows.shift();
        row += 1;
        continue;
      }
      await expected.fill(lookAheadRows);
      await found.fill(lookAheadRows);
      const [behindExpected, behindFound] = meetingPoint(expected.rows, found.rows);
      const lost = expected.rows.splice(0, behindExpected);
      const gained = found.rows.splice(0, behindFound);
      yield* differencesOf(lost, gained, row);
      row += gained.length;
    }
  } finally {
    await expected.close();
    await found.close();
  }
}

/** How many rows to pass on either side until both go on alike; all of them where they do not. */
function meetingPoint(expected: readonly ExpectedRow[], found: readonly string[]): [number, number] {
  const places = new Map(expected.map(({ text }, index) => [text, index] as const).reverse());
  let best: [number, number] = [expected.length, found.length];
  for (const [index, text] of found.entries()) {
    const place = places.get(text);
    if (place !== undefined && place + index < best[0] + best[1]) best = [place, index];
  }
  return best;
}

function* differencesOf(
  lost: readonly ExpectedRow[],
  gained: readonly string[],
  first: number,
): Generator<RowDifference> {
  for (let i = 0; i < Math.max(lost.length, gained.length); i++) {
    const expected = lost[i];
    const found = gained[i];
    const row = first + Math.min(i, gained.length);
    if (expected === undefined && found !== undefined) yield { kind: 'added', row, found };
    else if (expected !== undefined && found === undefined) yield { kind: 'missing', row, expected };
    else if (expected !== undefined && found !== undefined) yield { kind: 'changed', row, expected, found };
  }
}

class LookAhead<T> {
  readonly rows: T[] = [];
  readonly #lengthOf: (row: T) => number;
  readonly #source: AsyncIterator<T>;
  #isEnded = false;

  constructor(source: AsyncIterable<T>, lengthOf: (row: T) => number) {
    this.#lengthOf = lengthOf;
    this.#source = source[Symbol.asyncIterator]();
  }

  async fill(count: number): Promise<void> {
    let chars = this.rows.reduce((sum, row) => sum + this.#lengthOf(row), 0);
    while (this.rows.length < count && chars < lookAheadChars && !this.#isEnded) {
      const next = await this.#source.next();
      if (next.done === true) this.#isEnded = true;
      else {
        this.rows.push(next.value);
        chars += this.#lengthOf(next.value);
      }
    }
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
