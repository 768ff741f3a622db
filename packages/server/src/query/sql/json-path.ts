// Paths that lead into JSON: `details.required_permission`, `operation.parameters."1"`, `details.items[0].name`. Each
// becomes one `json_extract_string`, which gives the text of a string and not its JSON.

import { functionCall, textConstant } from './build-nodes.ts';
import { resolvePath, type Scope, withoutSchema } from './scope.ts';
import { kindOf, locationOf, nodeOf, nodesOf, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

/** A path as written: the column reference that it begins with, and all its parts, an index as a number. */
export interface WrittenPath {
  readonly root: SqlNode;
  readonly parts: readonly (string | number)[];
}

export function writtenPath(node: SqlNode): WrittenPath | undefined {
  if (kindOf(node) === 'COLUMN_REF') return { root: node, parts: withoutSchema(textsOf(node, 'column_names')) };
  if (!['ARRAY_EXTRACT', 'STRUCT_EXTRACT'].includes(textOf(node, 'type'))) return undefined;
  const [base, key] = nodesOf(node, 'children');
  const path = base === undefined ? undefined : writtenPath(base);
  const { value } = (key === undefined ? undefined : nodeOf(key, 'value')) ?? {};
  if (path === undefined || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
  return { root: path.root, parts: [...path.parts, value] };
}

/** The path as a heading: `details.items[0].name`. */
export function pathText({ parts }: WrittenPath): string {
  return parts
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${part}`))
    .join('');
}

/** The extraction that a path into JSON stands for; undefined for all other expressions. */
export function extractJson(node: SqlNode, scope: Scope): SqlNode | undefined {
  const path = writtenPath(node);
  if (path === undefined) return undefined;
  const names = path.parts.slice(0, firstIndex(path.parts)).map(String);
  const resolved = resolvePath(scope, names);
  if (resolved === undefined || !['JSON', 'JSON text'].includes(String(resolved.type))) return undefined;
  const keys = path.parts.slice(resolved.partsUsed);
  if (keys.length === 0) return undefined;
  const column = { ...path.root, alias: '', column_names: names.slice(0, resolved.partsUsed) };
  const place = { ...node, query_location: locationOf(path.root) ?? path.root.query_location ?? null };
  return functionCall('json_extract_string', [column, textConstant(jsonPath(keys))], place);
}

function firstIndex(parts: readonly (string | number)[]): number {
  const index = parts.findIndex((part) => typeof part === 'number');
  return index < 0 ? parts.length : index;
}

export function isExtraction(node: SqlNode): boolean {
  return textOf(node, 'function_name') === 'json_extract_string';
}

/** `$."a"[0]`; a key that cannot be quoted there needs a JSON pointer, in which an index is a key like any other. */
function jsonPath(keys: readonly (string | number)[]): string {
  if (keys.some((key) => typeof key === 'string' && /["\\]/.test(key))) {
    return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  }
  return `$${keys.map((key) => (typeof key === 'number' ? `[${key < 0 ? '#' : ''}${key}]` : `."${key}"`)).join('')}`;
}
