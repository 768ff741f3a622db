// Holds the dependency table of docs/architecture.md: which folder may import which, no cycles, no barrels. The imports
// are read by TypeScript's own scanner, type imports among them: a cycle of types is a cycle of ideas.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

// What each folder of the library may import, besides itself. Everything that a folder may use is named, not implied.
const libraryFolders: Readonly<Record<string, readonly string[]>> = {
  base: [],
  event: ['base'],
  integrity: ['base', 'event'],
  log: ['base', 'event', 'integrity'],
  recorder: ['base', 'event', 'integrity', 'log'],
  verify: ['base', 'event', 'integrity', 'log'],
  logger: ['base', 'event', 'integrity', 'log', 'recorder', 'verify'],
};

// The server's parts know nothing of one another: each is given what it needs by system.ts or by a command.
const serverParts = ['gateway', 'search', 'query', 'export', 'proof-page', 'config', 'terminal'];
const serverComposers = ['commands'];
/** What every part of the server may import; it knows nothing of any. */
const serverBase = 'text';

interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Paths of files of this repository, and names of packages. */
  readonly imports: readonly string[];
}

const sources = ['log', 'server'].flatMap((name) => readSources(join(root, 'packages', name, 'src')));

function readSources(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts'))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(path, 'utf8');
      const named = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
      const imports = named.map((to) => (to.startsWith('.') ? fromRoot(join(dirname(path), to)) : to));
      return { path: fromRoot(path), text, imports };
    });
}

function fromRoot(path: string): string {
  return relative(root, path).split(sep).join('/');
}

/** The package and the folder in its `src`; the folder is empty for files that stand in `src` itself. */
function placeOf(path: string): { readonly package: string; readonly folder: string } {
  const [, name = '', , ...rest] = path.split('/');
  return { package: name, folder: rest.length > 1 ? (rest[0] ?? '') : '' };
}

function isBetweenFolders(from: SourceFile, to: string): boolean {
  return to.startsWith('packages/') && placeOf(to).folder !== placeOf(from.path).folder;
}

test('there are sources to check', () => {
  expect(sources.length).toBeGreaterThan(20);
  expect(sources.filter((file) => file.imports.length > 0).length).toBeGreaterThan(10);
});

test('every folder has its place in the table', () => {
  const known = [...Object.keys(libraryFolders), ...serverParts, ...serverComposers, serverBase, ''];
  const unknown = sources.map((file) => placeOf(file.path).folder).filter((folder) => !known.includes(folder));
  expect(unknown, 'give the new folder a row above and in docs/architecture.md').toEqual([]);
});

test('the library depends one way', () => {
  const wrong = sources
    .filter((file) => placeOf(file.path).package === 'log' && placeOf(file.path).folder !== '')
    .flatMap((file) => {
      const allowed = libraryFolders[placeOf(file.path).folder] ?? [];
      return file.imports
        .filter((to) => isBetweenFolders(file, to) && !allowed.includes(placeOf(to).folder))
        .map((to) => `${file.path} imports ${to}`);
    });
  expect(wrong).toEqual([]);
});

test('parts of the server do not import one another', () => {
  const wrong = sources
    .filter((file) => [...serverParts, serverBase].includes(placeOf(file.path).folder))
    .flatMap((file) =>
      file.imports
        .filter((to) => isBetweenFolders(file, to) && placeOf(to).folder !== serverBase)
        .map((to) => `${file.path} imports ${to}`),
    );
  expect(wrong, 'pass it in from system.ts or from the command').toEqual([]);
});

test('packages know each other by name only, and the library knows no other', () => {
  const wrong = sources.flatMap((file) =>
    file.imports
      .filter((to) => {
        const { package: name } = placeOf(file.path);
        if (to.startsWith('packages/')) return placeOf(to).package !== name;
        return name === 'log' && (to === 'indelible' || to.startsWith('@indelible/'));
      })
      .map((to) => `${file.path} imports ${to}`),
  );
  expect(wrong).toEqual([]);
});

test('the only barrels are the packages’ own index.ts, and no source imports its own', () => {
  const wrong = sources.flatMap((file) => {
    const { folder } = placeOf(file.path);
    const isIndex = file.path.endsWith('/index.ts');
    const found = file.imports
      .filter((to) => /^packages\/[^/]+\/src\/index\.ts$/.test(to))
      .map((to) => `imports ${to}`);
    if (isIndex && folder !== '') found.push('is a barrel');
    if (!isIndex && isOnlyReexports(file)) found.push('only exports what others make');
    return found.map((what) => `${file.path} ${what}`);
  });
  expect(wrong).toEqual([]);
});

function isOnlyReexports(file: SourceFile): boolean {
  const { statements } = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest);
  return statements.length > 0 && statements.every((s) => ts.isExportDeclaration(s) && s.moduleSpecifier !== undefined);
}

test('there are no cycles', () => {
  const importsOf = new Map(
    sources.map((file) => [file.path, file.imports.filter((to) => to.startsWith('packages/'))]),
  );
  expect(findCycle(importsOf), 'take the piece that both need into a file of its own').toBeUndefined();
});

/** The files of one cycle in their order, the first repeated at the end. */
function findCycle(importsOf: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const way: string[] = [];
  function visit(path: string): string[] | undefined {
    const start = way.indexOf(path);
    if (start >= 0) return [...way.slice(start), path];
    if (done.has(path)) return undefined;
    way.push(path);
    for (const to of importsOf.get(path) ?? []) {
      const cycle = visit(to);
      if (cycle !== undefined) return cycle;
    }
    way.pop();
    done.add(path);
    return undefined;
  }
  for (const path of importsOf.keys()) {
    const cycle = visit(path);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

test('a cycle would be found', () => {
  const cycle = findCycle(new Map([['a', ['b']], ['b', ['c']], ['c', ['b']]])); // biome-ignore format: one line shows it.
  expect(cycle).toEqual(['b', 'c', 'b']);
});
