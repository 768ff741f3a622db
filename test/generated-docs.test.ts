import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventTypes, subtypesOf } from '../packages/log/src/event/subtypes.ts';
import { generatedDocs } from '../scripts/generated-docs.ts';

const root = join(import.meta.dirname, '..');

it.each(Object.entries(generatedDocs))('%s is what the code generates; `npm run docs` writes it', (path, render) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(render());
});

it('docs/events.md has a line with a sentence for every subtype', () => {
  const lines = readFileSync(join(root, 'docs/events.md'), 'utf8').split('\n');
  for (const subtype of eventTypes.flatMap(subtypesOf)) {
    expect(lines.some((line) => line.startsWith(`| \`${subtype}\` | `) && line.endsWith('. |'))).toBe(true);
  }
});
