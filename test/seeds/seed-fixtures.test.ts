import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtureLines, seedRows, seedYaml } from './support/seed-rows.ts';

const here = import.meta.dirname;
const shared = path.resolve(here, '../../../shared');

const addresses = /analyst@example\.com|security@example\.com|subject@example\.com/g;

/** Undoes the three replacements: the program's name, the obfuscated addresses, the roots of paths. */
function asInSeed(line: string): string {
  return line
    .trimStart()
    .replace(/\bindelible (serve|audit)\b/g, 'geode $1')
    .replace('indelible.yaml', 'geode.yaml')
    .replace(addresses, '[email protected]')
    .replaceAll('{scratch}/', '/');
}

describe('the contract', () => {
  it('has 151 rows of the one seed and 81 of the other, each with its own id', () => {
    expect(seedRows.filter(({ id }) => id.startsWith('G'))).toHaveLength(151);
    expect(seedRows.filter(({ id }) => id.startsWith('A'))).toHaveLength(81);
    expect(new Set(seedRows.map(({ id }) => id)).size).toBe(232);
  });

  it('has exactly one case for each row', () => {
    const sources = readdirSync(here)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(path.join(here, name), 'utf8'));
    const calls = sources.flatMap((source) => [...source.matchAll(/\b(?:seeds?|pending)\(\s*(\[[^\]]*\]|'[^']*')/g)]);
    const named = calls.flatMap(([, ids = '']) => ids.match(/[GA]\d{2,3}/g) ?? []);
    const once = seedRows.map(({ id }) => ({ id, cases: named.filter((name) => name === id).length }));
    expect(once.filter(({ cases }) => cases !== 1)).toEqual([]);
    expect(named.filter((id) => !seedRows.some((row) => row.id === id))).toEqual([]);
  });

  it.runIf(existsSync(path.join(shared, 'seeds')))('quotes the seeds: fixtures differ only by the replacements', () => {
    const seed = readFileSync(path.join(shared, 'seeds', '000_a6212058e0b21a88.txt'), 'utf8').split('\n');
    for (const [number, line] of fixtureLines('geode')) {
      // One address escaped the obfuscation, so it is put in the place of all.
      const printed = seed[number - 1]?.replace(addresses, '[email protected]');
      expect(`${number}: ${asInSeed(line)}`).toBe(`${number}: ${printed}`);
    }
  });

  it('gives a fragment with the lines that enclose it', () => {
    expect(seedYaml('G131')).toBe('audit:\n  security:\n    immutable: true\n');
    expect(seedYaml('G136')).toBe('audit:\n  retention:\n    duration: 2555d # 7 years covers most requirements\n');
  });
});
