// Reads a YAML text into plain values, and keeps where each of them was written. What the text could do to the reader
// is bounded: its size, its depth, how often its aliases are followed.

import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import { isMapping } from './raw.ts';
import { substituteVariables } from './variables.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlProblem extends Position {
  readonly message: string;
}

export interface YamlFile {
  /** Plain values with their variables replaced; undefined if the text cannot be read at all. */
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
  /** Where a key or value stands; for what is not in the text, where the nearest thing around it stands. */
  readonly locate: (path: readonly string[], at: 'key' | 'value') => Position;
  /** The variables that went into the value at `path`. */
  readonly variablesAt: (path: readonly string[]) => readonly string[];
}

export const yamlBytesMax = 1 << 18;
const aliasesMax = 100;
const depthMax = 300;

export function readYaml(text: string, environment: Readonly<Record<string, string | undefined>>): YamlFile {
  if (Buffer.byteLength(text) > yamlBytesMax) return unreadable('the file is larger than 256KiB: no configuration is');
  if (text.includes('\0')) return unreadable('the file holds NUL bytes: it is no YAML');
  if (isTooDeep(text)) return unreadable('the file is nested too deeply');
  try {
    return readDocument(text, environment);
  } catch (error) {
    // Aliases are followed only so often: that is an error of the text, not of the program.
    if (error instanceof ReferenceError) return unreadable('the file follows its aliases too often');
    throw error;
  }
}

function readDocument(text: string, environment: Readonly<Record<string, string | undefined>>): YamlFile {
  const lines = new LineCounter();
  // Duplicate keys are looked for below: the parser compares each key with each other one, which a hostile file makes
  // slow.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
  });
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: YamlProblem[] = [...document.errors, ...document.warnings].map((error) => ({
    ...positionOf(error.pos[0]),
    message: `this is no YAML that can be read: ${error.message}`,
  }));
  const variables = new Map<Node, readonly string[]>();
  if (document.errors.length === 0) {
    problems.push(...findDuplicates(document, positionOf));
    problems.push(...replaceVariables(document, environment, variables, positionOf));
  }
  const value: unknown = document.errors.length === 0 ? document.toJS({ maxAliasCount: aliasesMax }) : undefined;
  if (value !== undefined && value !== null && !isMapping(value)) {
    problems.push({
      ...startOf(document.contents, positionOf),
      message: 'the file is not a mapping of keys to values',
    });
  }
  return {
    value: isMapping(value) ? value : undefined,
    problems,
    locate: (path, at) => locate(document, path, at, positionOf),
    variablesAt: (path) => {
      const found = nodeAt(document, path).value;
      return found === undefined ? [] : (variables.get(found) ?? []);
    },
  };
}

/**
 * The parser recurses, and an exhausted stack can end the whole process, so depth is bounded before it is called. This
 * counts what could nest (brackets; indentation and indicators at the start of a line; colons in a line) and so may
 * count too much, but never too little.
 */
function isTooDeep(text: string): boolean {
  let brackets = 0;
  for (const line of text.split('\n')) {
    const start = /^[\s?:-]*/.exec(line)?.[0].length ?? 0;
    if (start > depthMax || line.split(': ').length > depthMax) return true;
    for (const character of line) {
      if (character === '[' || character === '{') brackets++;
      else if (character === ']' || character === '}') brackets = Math.max(0, brackets - 1);
      if (brackets > depthMax) return true;
    }
  }
  return false;
}

function unreadable(message: string): YamlFile {
  const start = { line: 1, column: 1 };
  return { value: undefined, problems: [{ ...start, message }], locate: () => start, variablesAt: () => [] };
}

function findDuplicates(document: Document, positionOf: (offset: number) => Position): YamlProblem[] {
  const problems: YamlProblem[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Map<string, Position>();
      for (const { key } of map.items) {
        const name = keyText(key);
        const first = seen.get(name);
        const position = startOf(key, positionOf);
        if (first !== undefined) {
          problems.push({
            ...position,
            message: `the key ${JSON.stringify(name)} was given already in line ${first.line}`,
          });
        }
        seen.set(name, first ?? position);
      }
    },
  });
  return problems;
}

function replaceVariables(
  document: Document,
  environment: Readonly<Record<string, string | undefined>>,
  variables: Map<Node, readonly string[]>,
  positionOf: (offset: number) => Position,
): YamlProblem[] {
  const problems: YamlProblem[] = [];
  visit(document, {
    Scalar(role, scalar) {
      if (role === 'key' || typeof scalar.value !== 'string' || !scalar.value.includes('${')) return;
      const substitution = substituteVariables(scalar.value, environment);
      for (const message of substitution.problems) problems.push({ ...startOf(scalar, positionOf), message });
      scalar.value = substitution.text;
      if (substitution.variables.length > 0) variables.set(scalar, substitution.variables);
    },
  });
  return problems;
}

function locate(
  document: Document,
  path: readonly string[],
  at: 'key' | 'value',
  positionOf: (offset: number) => Position,
): Position {
  const { key, value } = nodeAt(document, path);
  const first = at === 'key' ? (key ?? value) : (value ?? key);
  return startOf(first ?? document.contents, positionOf);
}

/** The key and value at `path`, or the nearest ones above it that the text has. */
function nodeAt(document: Document, path: readonly string[]): { key?: Node; value?: Node } {
  let found: { key?: Node; value?: Node } = isNode(document.contents) ? { value: document.contents } : {};
  for (const step of path) {
    const parent = isAlias(found.value) ? found.value.resolve(document) : found.value;
    const item = isMap(parent)
      ? parent.items.find(({ key }) => keyText(key) === step)
      : isSeq(parent)
        ? parent.items[Number(step)]
        : undefined;
    if (item === undefined) return found;
    const key = isPair(item) && isNode(item.key) ? item.key : undefined;
    const value = isPair(item) ? item.value : item;
    found = { ...(key !== undefined && { key }), ...(isNode(value) && { value }) };
  }
  return found;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value ?? '') : String(key);
}

function startOf(node: unknown, positionOf: (offset: number) => Position): Position {
  return positionOf((isNode(node) ? node.range?.[0] : undefined) ?? 0);
}
