// The value of every option and where it came from, laid one over the other: default, file, environment, flag.

import { dirname, resolve } from 'node:path';
import { nearestWord } from '../text/nearest.ts';
import type { ConfigFinding } from './finding.ts';
import { path } from './kinds.ts';
import { entries, optionEntries, rootSection } from './options/schema-root.ts';
import { describe } from './raw.ts';
import { readNode, readSection, type SectionReader } from './read-section.ts';
import type { AnyOption, Option, Problem } from './schema.ts';
import type { YamlFile } from './yaml-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly file: string; readonly line: number; readonly variables: readonly string[] }
  | { readonly from: 'environment'; readonly name: string }
  | { readonly from: 'flag'; readonly flag: string };

export interface Setting {
  readonly value: unknown;
  readonly origin: Origin;
}

export class Settings {
  // Keyed by dotted key, because one declaration may stand at two places of the tree.
  readonly #given = new Map<string, Setting>();
  readonly #workingDir: string;

  /** Relative paths among the defaults are from `workingDir`. */
  constructor(workingDir: string) {
    this.#workingDir = workingDir;
  }

  /** Lays a value over what is there. A relative path is one from `folder`, and absolute from here on. */
  lay(key: string, { value, origin }: Setting, folder: string): void {
    this.#given.set(key, { value: absolute(key, value, folder), origin });
  }

  /** The effective value. What is stored for an option was read by its own kind, so it has the option's type. */
  get<T>(option: Option<T>): T {
    return this.at(keyOf(option)).value as T;
  }

  originOf(option: AnyOption): Origin {
    return this.at(keyOf(option)).origin;
  }

  /** The setting at a dotted key; its value is the default where nothing was given. */
  at(key: string): Setting {
    const given = this.#given.get(key);
    if (given !== undefined) return given;
    const value = absolute(key, optionByKey.get(key)?.default, this.#workingDir);
    return { value, origin: { from: 'default' } };
  }
}

const optionByKey = new Map(optionEntries.map(({ key, node }) => [key, node]));
const keys = new Map(optionEntries.map(({ node, key }) => [node, key]));

function absolute(key: string, value: unknown, folder: string): unknown {
  const isPath = optionByKey.get(key)?.kind === path && typeof value === 'string';
  return isPath ? resolve(folder, value) : value;
}

function keyOf(option: AnyOption): string {
  const key = keys.get(option);
  if (key === undefined) throw new TypeError('the option is not part of the schema');
  return key;
}

interface ConfigFileName {
  /** As findings name it. */
  readonly name: string;
  readonly path: string;
}

/**
 * Where a value came from, for a person: `indelible.yaml:3`, `--audit-log-level`, `INDELIBLE_AUDIT_LEVEL`, `default`.
 */
export function formatOrigin(origin: Origin): string {
  if (origin.from === 'file') return `${origin.file}:${origin.line}`;
  if (origin.from === 'environment') return origin.name;
  return origin.from === 'flag' ? origin.flag : 'default';
}

/** Lays the values of the file, and returns what is wrong with it. */
export function layFile(settings: Settings, { name, path: filePath }: ConfigFileName, file: YamlFile): ConfigFinding[] {
  const findings: ConfigFinding[] = file.problems.map(({ line, column, message }) => ({
    severity: 'error',
    kind: 'unreadable',
    source: `${name}:${line}:${column}`,
    key: '',
    message,
  }));
  if (file.value === undefined) return findings;
  const sourceOf = (path: readonly string[], at: 'key' | 'value'): string => {
    const { line, column } = file.locate(path, at);
    return `${name}:${line}:${column}`;
  };
  readSection(rootSection, file.value, {
    report: (problem) => {
      const variables = file.variablesAt(problem.path);
      findings.push(problemFinding(problem, sourceOf(problem.path, problem.at), problem.path.join('.'), variables));
    },
    setting: (value, { key, path }) => {
      const { line } = file.locate(path, 'value');
      const origin: Origin = { from: 'file', file: name, line, variables: file.variablesAt(path) };
      settings.lay(key, { value, origin }, dirname(filePath));
    },
    later: (part, path) => findings.push(laterFinding(part, path.join('.'), sourceOf(path, 'key'))),
  });
  return cut(findings.sort((a, b) => compareSources(a.source, b.source)));
}

const findingsMax = 200;

/** A file that is no configuration at all would otherwise be reported character by character. */
function cut(findings: ConfigFinding[]): ConfigFinding[] {
  const last = findings[findingsMax - 1];
  if (last === undefined || findings.length === findingsMax) return findings;
  const message = `${findings.length - findingsMax + 1} more from here on`;
  return [...findings.slice(0, findingsMax - 1), { ...last, key: '', message }];
}

/** By line, then by column. */
function compareSources(a: string, b: string): number {
  const numbers = (source: string): number[] => source.split(':').slice(-2).map(Number);
  const [lineA = 0, columnA = 0] = numbers(a);
  const [lineB = 0, columnB = 0] = numbers(b);
  return lineA - lineB || columnA - columnB;
}

export function layEnvironment(settings: Settings, environment: Environment, folder: string): ConfigFinding[] {
  const findings: ConfigFinding[] = [];
  for (const { node, key, environmentName: name, later } of entries) {
    const text = environment[name];
    if (text === undefined || text === '' || (node.node === 'section' && node.shorthand === undefined)) continue;
    const reader = textReader(settings, findings, key, { from: 'environment', name }, folder);
    readNode(later === undefined ? node : { ...node, later }, text, { path: key.split('.'), key }, reader);
  }
  return [...findings, ...likelySlips(environment)];
}

/** Lays flags, given as their text by the flag's name without dashes. */
export function layFlags(settings: Settings, flags: ReadonlyMap<string, string>, folder: string): ConfigFinding[] {
  const findings: ConfigFinding[] = [];
  for (const { node, key, later } of entries) {
    const text = node.flag === undefined ? undefined : flags.get(node.flag);
    if (text === undefined) continue;
    const flag = `--${node.flag}`;
    const reader = textReader(settings, findings, key, { from: 'flag', flag }, folder);
    readNode(later === undefined ? node : { ...node, later }, text, { path: key.split('.'), key }, reader);
  }
  return findings;
}

function textReader(
  settings: Settings,
  findings: ConfigFinding[],
  key: string,
  origin: Origin,
  folder: string,
): SectionReader {
  const source = formatOrigin(origin);
  return {
    report: (problem) => findings.push(problemFinding(problem, source, key, [])),
    setting: (value, place) => settings.lay(place.key, { value, origin }, folder),
    later: (part) => findings.push(laterFinding(part, key, source)),
  };
}

function problemFinding(problem: Problem, source: string, key: string, variables: readonly string[]): ConfigFinding {
  const found = Object.hasOwn(problem, 'found');
  const subject = !found
    ? ''
    : variables.length > 0
      ? `the value of ${variables.join(', ')} `
      : `${describe(problem.found)} `;
  const unknown = problem.at === 'key';
  return {
    severity: 'error',
    kind: unknown ? 'unknown_key' : 'wrong_value',
    source,
    key,
    message: unknown ? problem.message : `${key}: ${subject}${problem.message}`,
  };
}

function laterFinding(part: string, key: string, source: string): ConfigFinding {
  const message = `${key} is not yet available: it comes with ${part}; remove it, so that nothing seems to be done that is not`;
  return { severity: 'error', kind: 'not_available_yet', source, key, message };
}

/**
 * Names that are nearly those of an option. Others that begin alike belong to somebody else, such as a container's
 * host.
 */
function likelySlips(environment: Environment): ConfigFinding[] {
  const known = entries.map(({ environmentName }) => environmentName);
  return Object.keys(environment)
    .filter((name) => name.startsWith('INDELIBLE_') && !known.includes(name) && !otherNames.has(name))
    .flatMap((name) => {
      const meant = nearestWord(name, known, 2);
      const message = `no option reads this variable; did you mean ${meant}?`;
      return meant === undefined
        ? []
        : [{ severity: 'warning', kind: 'advice', source: name, key: '', message } as const];
    });
}

const otherNames = new Set(['INDELIBLE_CONFIG', 'INDELIBLE_CONFIG_HOME', 'INDELIBLE_DEBUG', 'INDELIBLE_SMTP_URL']);
