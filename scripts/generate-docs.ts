// Writes the documents that are made from code, where they differ: `npm run docs`. With `--check` nothing is written,
// and the exit code says whether all of them are up to date.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDocs } from './generated-docs.ts';

const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');

for (const [path, render] of Object.entries(generatedDocs)) {
  const file = join(root, path);
  const text = render();
  if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
  if (isCheck) {
    console.error(`${path} is out of date: run npm run docs`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.error(`${path} written`);
  }
}
