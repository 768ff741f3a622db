import { describe, expect, it } from 'vitest';
import { readYaml, yamlBytesMax } from './yaml-file.ts';

describe('readYaml', () => {
  it('says where a key and where a value stands', () => {
    const file = readYaml('audit:\n  level: security\n', {});
    expect(file.locate(['audit', 'level'], 'key')).toEqual({ line: 2, column: 3 });
    expect(file.locate(['audit', 'level'], 'value')).toEqual({ line: 2, column: 10 });
  });

  it('gives the place of the nearest thing around what is not written', () => {
    const file = readYaml('audit:\n  events: [a, b]\n', {});
    expect(file.locate(['audit', 'events', 'authentication'], 'key')).toEqual({ line: 2, column: 3 });
  });

  it('takes an empty file, and one of comments, for nothing said', () => {
    expect(readYaml('', {})).toMatchObject({ value: undefined, problems: [] });
    expect(readYaml('# nothing\n', {})).toMatchObject({ value: undefined, problems: [] });
  });

  it('reports every key that is given twice', () => {
    const { problems } = readYaml('a: 1\nb: {c: 1, c: 2}\na: 2\n', {});
    expect(problems).toMatchObject([
      { line: 3, column: 1 },
      { line: 2, column: 11 },
    ]);
  });

  it.each(['- a\n- b\n', 'just text\n', '42\n'])('refuses what is no mapping: %j', (text) => {
    const { value, problems } = readYaml(text, {});
    expect(value).toBeUndefined();
    expect(problems).toMatchObject([{ line: 1, message: expect.stringContaining('not a mapping') }]);
  });

  it('reports broken YAML with line and column', () => {
    expect(readYaml('a: 1\nb: [1, 2\nc: 3\n', {}).problems[0]).toMatchObject({ line: 3 });
    expect(readYaml('a:\n\t- b\n', {}).problems[0]).toMatchObject({ line: 2 });
    expect(readYaml('a: 1\n---\nb: 2\n', {}).problems).not.toEqual([]);
    expect(readYaml('a: !secret x\n', {}).problems).not.toEqual([]);
  });

  it('replaces variables in values after parsing, so that a value cannot become structure', () => {
    const file = readYaml('a: ${X}\nb: "${X}"\n', { X: 'c: [1]\nd: 2' });
    expect(file.value).toEqual({ a: 'c: [1]\nd: 2', b: 'c: [1]\nd: 2' });
    expect(file.variablesAt(['a'])).toEqual(['X']);
  });

  it('names an unset variable, its line and column', () => {
    expect(readYaml('a: 1\nb:\n  - ${NOPE}\n', {}).problems).toMatchObject([
      { line: 3, column: 5, message: expect.stringContaining('NOPE') },
    ]);
  });

  it('bounds what a hostile file costs', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let letter = 98; letter < 107; letter++) {
      const [name, last] = [String.fromCharCode(letter), String.fromCharCode(letter - 1)];
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${last}`).join(', ')}]`);
    }
    const texts = [
      bomb.join('\n'),
      '['.repeat(200_000),
      `${']'.repeat(9000)}${'['.repeat(9000)}`,
      '- '.repeat(100_000),
      'a: '.repeat(80_000),
      '&a '.repeat(80_000),
      `a: ${'{a: '.repeat(100_000)}`,
      'a: 1\n'.repeat(50_000),
      Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n'),
      'x'.repeat(yamlBytesMax + 1),
      'a: \0',
      'a: &x {b: *x}',
    ];
    const started = performance.now();
    for (const text of texts) readYaml(text, {});
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(readYaml(bomb.join('\n'), {}).problems).not.toEqual([]);
    expect(readYaml('['.repeat(200_000), {}).problems).not.toEqual([]);
  }, 60_000);
});
