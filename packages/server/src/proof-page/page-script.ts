// The page's script: the compiled modules of `browser/`, put into one text without a bundler. Each module becomes a
// function that returns what it exports, in an order in which each comes after those that it imports.

import { readFileSync } from 'node:fs';
import { startPage } from './browser/start-page.ts';

// Seen from `src/proof-page` as from `dist/proof-page`, this is where the compiled modules are.
const compiled = new URL('../../dist/proof-page/browser/', import.meta.url);

const importLines = /^import \{([^}]*)\} from ['"]\.\/([a-z0-9-]+)\.js['"];$/gm;
const exportMarks = /^export (?=(?:async function|function|const) (\w+))/gm;

/** JavaScript for an inline module script. It is made of the program's own files only, never of anything in a log. */
export function readPageScript(): string {
  const modules = new Map<string, string>();
  addModule('start-page', modules);
  const start = `modules['start-page'].${startPage.name}(document, globalThis.crypto?.subtle);`;
  return ['const modules = {};', ...modules.values(), start, ''].join('\n');
}

function addModule(name: string, modules: Map<string, string>): void {
  if (modules.has(name)) return;
  const source = readFileSync(new URL(`${name}.js`, compiled), 'utf8');
  for (const [, , imported = ''] of source.matchAll(importLines)) addModule(imported, modules);
  const exported = [...source.matchAll(exportMarks)].map(([, exportedName]) => exportedName);
  const body = source.replace(importLines, "const {$1} = modules['$2'];").replace(exportMarks, '');
  modules.set(name, `modules['${name}'] = (() => {\n${body}return { ${exported.join(', ')} };\n})();`);
}
