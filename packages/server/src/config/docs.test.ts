import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { annotatedExample, starterFile } from './docs.ts';
import { checkConfig } from './load-config.ts';
import { entries, optionEntries } from './options/schema-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'indelible-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function check(yaml: string) {
  writeFileSync(join(folder, 'indelible.yaml'), yaml);
  return checkConfig({ environment: {}, workingDir: folder });
}

describe('the documentation of the configuration', () => {
  it('has an example that checks, and sets every option that can be set', () => {
    const { findings, settings } = check(annotatedExample());
    expect(findings).toEqual([]);
    const unset = optionEntries.filter(
      ({ key, later }) => later === undefined && settings.at(key).origin.from === 'default',
    );
    expect(unset.map(({ key }) => key)).toEqual([]);
  });

  it('stays right when all that is not yet available is switched on, but for being refused', () => {
    const everything = annotatedExample().replace(/^( *)# (?=( *- |[a-z_0-9]+:))/gm, '$1');
    const wrong = check(everything).findings.filter(({ kind }) => kind === 'unknown_key');
    expect(wrong).toEqual([]);
  });

  it('gives a starter file that changes nothing', () => {
    const { findings, settings } = check(starterFile());
    expect(findings).toEqual([]);
    expect(optionEntries.every(({ key }) => settings.at(key).origin.from === 'default')).toBe(true);
  });

  it('says of every option what it does', () => {
    expect(entries.filter(({ node }) => node.help === '')).toEqual([]);
    const flags = entries.flatMap(({ node }) => node.flag ?? []);
    expect(new Set(flags).size).toBe(flags.length);
    expect(new Set(entries.map(({ environmentName }) => environmentName)).size).toBe(entries.length);
  });
});
