// The rows of the contract, and the seeds' own text for them: a fixture holds a block of a seed, named by its lines,
// with the indentation restored that the seed has lost and three replacements (see `seed-fixtures.test.ts`).

import { readdirSync, readFileSync } from 'node:fs';
import rows from '../rows.json' with { type: 'json' };

export interface SeedRow {
  readonly id: string;
  readonly document: string;
  readonly section: string;
  /** First and last line in the seed, both counted. */
  readonly lines: readonly number[];
  readonly kind: string;
  /** The first line, cut where it is long. */
  readonly first: string;
  readonly area: string;
}

export const seedRows: readonly SeedRow[] = rows;

export function seedRow(id: string): SeedRow {
  const row = seedRows.find((candidate) => candidate.id === id);
  if (row === undefined) throw new RangeError(`the contract has no row ${id}`);
  return row;
}

const fixtureDir = new URL('../fixtures/', import.meta.url);

/** All fixture lines of a document, by their number in the seed. */
export function fixtureLines(document: string): ReadonlyMap<number, string> {
  const lines = new Map<number, string>();
  for (const name of readdirSync(new URL(`${document}/`, fixtureDir)).sort()) {
    const first = Number(/^\d+/.exec(name)?.[0]);
    const text = readFileSync(new URL(`${document}/${name}`, fixtureDir), 'utf8');
    for (const [index, line] of text.replace(/\n$/, '').split('\n').entries()) lines.set(first + index, line);
  }
  return lines;
}

/** The lines of a row, with its paths below `scratch`. */
export function seedText(id: string, scratch = ''): string {
  const { document, lines } = seedRow(id);
  return textOf(document, lines, scratch).join('\n');
}

/** The same as a configuration that stands for itself: with the lines that enclose it. */
export function seedYaml(id: string, scratch = ''): string {
  const { document, lines } = seedRow(id);
  const own = textOf(document, lines, scratch);
  const all = fixtureLines(document);
  const enclosing: string[] = [];
  let depth = indentOf(own.find((line) => !line.trimStart().startsWith('#')) ?? '');
  for (let number = (lines[0] ?? 0) - 1; depth > 0; number--) {
    const line = all.get(number);
    if (line === undefined) break;
    if (line.trimStart().startsWith('#') || indentOf(line) >= depth) continue;
    depth = indentOf(line);
    enclosing.unshift(line.replaceAll('{scratch}', scratch));
  }
  return `${[...enclosing, ...own].join('\n')}\n`;
}

export function seedJson(id: string): Record<string, unknown> {
  return JSON.parse(seedText(id));
}

function textOf(document: string, [first = 0, last = first]: readonly number[], scratch: string): string[] {
  const all = fixtureLines(document);
  const found: string[] = [];
  for (let number = first; number <= last; number++) {
    const line = all.get(number);
    if (line === undefined) throw new RangeError(`no fixture holds line ${number} of ${document}`);
    found.push(line.replaceAll('{scratch}', scratch));
  }
  return found;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
