// Style that no tool of ours checks, as a failing test that says what to write instead.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Files that may be longer than 300 lines, each with the reason. */
const longFiles: Readonly<Record<string, string>> = {};

/** Documents that are made from the code. */
const generated = ['docs/events.md', 'docs/config.md'];

interface Rule {
  readonly name: string;
  readonly instead: string;
  readonly applies: (path: string) => boolean;
  /** Line numbers that break the rule; 0 stands for the file as a whole. */
  readonly broken: (text: string, path: string) => number[];
}

const isCode = (path: string) => path.endsWith('.ts') && !path.endsWith('.d.ts');
const isTest = (path: string) => path.endsWith('.test.ts') || path.startsWith('test/');
const isSource = (path: string) => isCode(path) && /^packages\/[^/]+\/src\//.test(path) && !isTest(path);
const isProse = (path: string) => path.endsWith('.md');
const isText = (path: string) => !/\.(png|ico|gz|tgz|zst|wasm|bin)$/.test(path) && !path.includes('/fixtures/');

// Put together here, so that this file itself does not name them.
const registryHosts = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['npm', 'pkg', 'github', 'com'],
  ['pypi', 'org'],
  ['crates', 'io'],
  ['proxy', 'golang', 'org'],
  ['docker', 'io'],
  ['deb', 'debian', 'org'],
].map((parts) => parts.join('.'));
const unfinished = new RegExp(
  `\\b(${['TO', 'FIX', 'XX'].map((w) => w + { TO: 'DO', FIX: 'ME', XX: 'X' }[w]).join('|')})\\b`,
);

const rules: readonly Rule[] = [
  {
    name: 'a source has at most 300 lines, a test 500',
    instead: 'look for the second idea in it, or list it above with the reason',
    applies: (path) => isCode(path) && longFiles[path] === undefined,
    broken: (text, path) => (text.split('\n').length - 1 > (isTest(path) ? 500 : 300) ? [0] : []),
  },
  {
    name: 'a line of prose has at most 120 characters',
    instead: 'break it; a table or a link may be longer (code is broken by Biome, as far as it can be)',
    applies: (path) => (isCode(path) || isProse(path)) && !generated.includes(path),
    broken: (text, path) => linesWhere(text, (line) => line.length > 120 && isProseLine(line, path)),
  },
  {
    name: 'a source opens with a comment',
    instead: 'say in one to three sentences what the file owns and what it guarantees',
    applies: (path) => isSource(path) && !path.endsWith('/src/index.ts'),
    broken: (text) => (/^(#!.*\n)?(\/\/ |\/\*)/.test(text) ? [] : [1]),
  },
  {
    name: 'file names are in kebab-case',
    instead: 'name the file for its main export: commit-writer.ts',
    applies: isCode,
    broken: (_, path) => (/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.ts$/.test(basename(path)) ? [] : [0]),
  },
  {
    name: 'errors are AuditError',
    instead: 'throw new AuditError(code, message), so that callers can tell what kind of error it is',
    applies: isSource,
    broken: (text) => linesWhere(text, (line) => /\bthrow new Error\(/.test(line)),
  },
  {
    name: 'nothing is left for later in a comment',
    instead: 'do it now or open an issue',
    applies: (path) => isText(path) && path !== 'package-lock.json',
    broken: (text) => linesWhere(text, (line) => unfinished.test(line)),
  },
  {
    name: 'no test is switched on alone, and no type check is switched off',
    instead: 'remove it',
    applies: isCode,
    broken: (text) => linesWhere(text, (line) => /\b(test|it|describe)\.only\b|@ts-(ignore|nocheck)\b/.test(line)),
  },
  {
    name: 'no file names a package registry or an address to download from',
    instead: 'name the package; where it comes from is the matter of whoever installs it',
    applies: isText,
    broken: (text) =>
      linesWhere(
        text,
        (line) =>
          registryHosts.some((host) => line.includes(host)) ||
          /"resolved": *"https?:/.test(line) ||
          /https?:\/\/\S+\.(tgz|tar\.gz|tar\.xz|zip|whl|deb|rpm|crate|dmg|exe)\b/.test(line),
      ),
  },
];

function isProseLine(line: string, path: string): boolean {
  return isProse(path) ? !/^\||\]\(/.test(line) : /^\s*(\/\/|\/?\*)/.test(line) && !line.includes('biome-ignore');
}

function linesWhere(text: string, isBroken: (line: string) => boolean): number[] {
  return text.split('\n').flatMap((line, index) => (isBroken(line) ? [index + 1] : []));
}

const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));

test('there are files to check', () => {
  expect(files.filter(isSource).length).toBeGreaterThan(20);
});

for (const rule of rules) {
  test(rule.name, () => {
    const found = files.filter(rule.applies).flatMap((path) => {
      const lines = rule.broken(readFileSync(join(root, path), 'utf8'), path);
      return lines.map((line) => (line === 0 ? path : `${path}:${line}`));
    });
    expect(found, rule.instead).toEqual([]);
  });
}

test('the lock file holds every optional dependency that it names, or npm ci refuses it', () => {
  const lock: { packages: Record<string, { optionalDependencies?: Record<string, string> }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const missing = Object.entries(lock.packages).flatMap(([owner, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in lock.packages || `${owner}/node_modules/${name}` in lock.packages),
    ),
  );
  expect(missing, 'run npm run lock').toEqual([]);
});

test('every long file that is listed is still there and still long', () => {
  const idle = Object.keys(longFiles).filter((path) => !files.includes(path) || lengthOf(path) <= 300);
  expect(idle).toEqual([]);
});

function lengthOf(path: string): number {
  return readFileSync(join(root, path), 'utf8').split('\n').length - 1;
}
