// Reads a mapping by a section of the schema: every key is known or reported with the nearest right one, every value is
// read by its option's kind. Reading goes on after a problem, so that all of them are reported at once.

import { suggestion } from '../text/nearest.ts';
import { isMapping, isOff } from './raw.ts';
import type { AnyOption, Children, Problem, Report, Section } from './schema.ts';

export interface SectionReader {
  readonly report: Report;
  /**
   * Called for each option that was given a right value. `place.key` has the schema's spelling, `place.path` the
   * writer's.
   */
  setting(value: unknown, place: Place): void;
  /** Called for the outermost node of a part that is not there yet and was asked for. */
  later(part: string, path: readonly string[]): void;
}

export interface Place {
  readonly path: readonly string[];
  readonly key: string;
}

type Node = AnyOption | Section;

export function readSection(root: Section, raw: unknown, reader: SectionReader): void {
  readNode(root, raw, { path: [], key: '' }, reader);
}

/** As `readSection`, for any node: used for a flag or a variable, whose text is meant for one node alone. */
export function readNode(node: Node, raw: unknown, place: Place, reader: SectionReader): void {
  if (node.later !== undefined && !isOff(raw)) reader.later(node.later, place.path);
  // What is inside a refused part is still checked, but not refused once more.
  const inner = node.later === undefined ? reader : { ...reader, later: () => {} };
  if (node.node === 'option') readOption(node, raw, place, inner);
  else readMapping(node, raw, place, inner);
}

function readOption(option: AnyOption, raw: unknown, place: Place, reader: SectionReader): void {
  // A key without a value leaves the default, as in most programs that read YAML.
  if (raw === null) return;
  const value = option.kind.read(raw, (problem) => reader.report(below(place.path, problem)));
  if (value === undefined) return;
  const reason = option.refuse?.(value);
  if (reason === undefined) reader.setting(value, place);
  else reader.report({ path: place.path, at: 'value', message: reason });
}

function readMapping(section: Section, raw: unknown, place: Place, reader: SectionReader): void {
  if (raw === null) return;
  const report: Report = (problem) => reader.report(below(place.path, problem));
  const mapping = isMapping(raw) ? raw : section.shorthand?.(raw, report);
  if (mapping === undefined) {
    if (section.shorthand === undefined) report(notAMapping(section, raw));
    return;
  }
  const names = namesOf(section.children);
  const taken = new Map<string, string>();
  for (const [key, value] of Object.entries(mapping)) {
    const name = names.get(key);
    const child = name === undefined ? undefined : section.children[name];
    if (name === undefined || child === undefined) {
      report({ path: [key], at: 'key', message: unknownKey(key, place.path, names) });
      continue;
    }
    const other = taken.get(name);
    taken.set(name, key);
    if (other === undefined) {
      const childKey = place.key === '' ? name : `${place.key}.${name}`;
      readNode(child, value, { path: [...place.path, key], key: childKey }, reader);
    } else {
      report({ path: [key], at: 'key', message: `"${key}" and "${other}" are the same option; keep one` });
    }
  }
}

function unknownKey(key: string, path: readonly string[], names: ReadonlyMap<string, string>): string {
  const where = path.length === 0 ? '' : ` under ${path.join('.')}`;
  return `unknown key ${shorten(key)}${where}${suggestion(key, names.keys())}`;
}

function notAMapping(section: Section, raw: unknown): Problem {
  const keys = Object.keys(section.children).slice(0, 6).join(', ');
  return { path: [], at: 'value', found: raw, message: `is not a mapping with keys such as ${keys}` };
}

/** Every spelling of every key, to the key itself. */
function namesOf(children: Children): Map<string, string> {
  const pairs = Object.entries(children).flatMap(([name, node]): [string, string][] => [
    [name, name],
    ...(node.aliases ?? []).map((alias): [string, string] => [alias, name]),
  ]);
  return new Map(pairs);
}

function below(path: readonly string[], problem: Problem): Problem {
  return { ...problem, path: [...path, ...problem.path] };
}

function shorten(key: string): string {
  return JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key);
}
