import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareRows, type ExpectedRow, type RowDifference } from './compare-rows.ts';

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const rowOf = (seq: number): ExpectedRow => ({ seq, text: `row ${seq}` });
const rows = (count: number) => Array.from({ length: count }, (_, seq) => rowOf(seq));

async function compare(expected: readonly ExpectedRow[], found: readonly string[]): Promise<RowDifference[]> {
  const differences: RowDifference[] = [];
  for await (const difference of compareRows(each(expected), each(found))) differences.push(difference);
  return differences;
}

const texts = rows(10).map(({ text }) => text);

test('equal rows differ in nothing', async () => {
  expect(await compare(rows(10), texts)).toEqual([]);
  expect(await compare([], [])).toEqual([]);
});

test('a changed row is found where it stands', async () => {
  const found = texts.with(4, 'other');
  expect(await compare(rows(10), found)).toEqual([{ kind: 'changed', row: 5, expected: rowOf(4), found: 'other' }]);
});

test('a removed row is found, and the rows after it are not taken for changed', async () => {
  expect(await compare(rows(10), texts.toSpliced(3, 2))).toEqual([
    { kind: 'missing', row: 4, expected: rowOf(3) },
    { kind: 'missing', row: 4, expected: rowOf(4) },
  ]);
});

test('the rows that a cut file lacks are named', async () => {
  const missing = await compare(rows(10), texts.slice(0, 8));
  expect(missing.map(({ kind, expected }) => [kind, expected?.seq])).toEqual([
    ['missing', 8],
    ['missing', 9],
  ]);
});

test('a row put in is found', async () => {
  expect(await compare(rows(10), texts.toSpliced(3, 0, 'new'))).toEqual([{ kind: 'added', row: 4, found: 'new' }]);
  expect(await compare(rows(10), [...texts, 'new'])).toEqual([{ kind: 'added', row: 11, found: 'new' }]);
});

test('two rows that changed places are one that is missing and one that was put in', async () => {
  const found = texts.with(3, texts[4]!).with(4, texts[3]!);
  const differences = await compare(rows(10), found);
  expect(differences.map(({ kind, row }) => [kind, row])).toEqual([
    ['missing', 4],
    ['added', 5],
  ]);
});

test('a file that is another altogether ends, too', async () => {
  const differences = await compare(
    rows(25_000),
    Array.from({ length: 20_000 }, (_, i) => `other ${i}`),
  );
  expect(differences.filter(({ kind }) => kind === 'changed')).toHaveLength(20_000);
  expect(differences.filter(({ kind }) => kind === 'missing')).toHaveLength(5_000);
});

test('no more rows are held than it takes to look ahead', async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<string> {
    for (;;) yield `endless ${given++}`;
  }
  for await (const { kind } of compareRows(each([rowOf(0)]), endless())) {
    expect(kind).toBe('changed');
    break;
  }
  expect(given).toBeLessThanOrEqual(10_000);
});

test('there is a difference exactly if the rows differ, and what is called missing is', async () => {
  const few = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(few, few, async (expected, found) => {
      const differences = await compare(
        expected.map(rowOf),
        found.map((seq) => `row ${seq}`),
      );
      expect(differences.length === 0).toBe(expected.join() === found.join());
      const counts = { changed: 0, missing: 0, added: 0 };
      for (const { kind } of differences) counts[kind] += 1;
      expect(expected.length - counts.missing).toBe(found.length - counts.added);
    }),
  );
});
