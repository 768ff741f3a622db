// The columns of a query, as those see them who read from it. Bounded, for `SELECT *, *` of a subquery of the same kind
// doubles them at each step.

import { isExtraction, pathText, writtenPath } from './json-path.ts';
import { notAllowed } from './not-allowed.ts';
import { type Fields, type FieldType, type Scope, typeOfPath } from './scope.ts';
import { kindOf, nodesOf, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

const fieldsMax = 2_000;

/**
 * @param written The select list as the user wrote it.
 * @param items The same rewritten.
 */
export function fieldsOfSelectList(
  text: string,
  written: readonly SqlNode[],
  items: readonly SqlNode[],
  scope: Scope,
): Fields {
  const fields = new Map<string, FieldType>();
  const add = (name: string, type: FieldType): void => {
    // DuckDB sets further columns of a name apart; nobody can refer to them by the name alone.
    fields.set(freeName(fields, name.toLowerCase()), type);
  };
  for (const [index, item] of items.entries()) {
    const before = written[index] ?? item;
    if (kindOf(item) === 'STAR') for (const [name, type] of starFields(item, scope)) add(name, type);
    else add(nameOf(before), isExtraction(item) ? 'JSON text' : typeOfPath(scope, textsOf(before, 'column_names')));
    if (fields.size > fieldsMax) throw notAllowed(text, before, `more than ${fieldsMax} columns in one query`);
  }
  return fields;
}

function freeName(fields: Fields, name: string): string {
  return fields.has(name) ? `${name}\0${fields.size}` : name;
}

/** The name that DuckDB gives a column; only what can be named in a query is of interest. */
function nameOf(item: SqlNode): string {
  return textOf(item, 'alias') || defaultName(item);
}

/** As DuckDB names the column of a path: by its last part. */
export function defaultName(item: SqlNode): string {
  const path = writtenPath(item);
  if (path === undefined) return '';
  const last = path.parts.at(-1);
  return typeof last === 'string' ? last : pathText(path);
}

function starFields(star: SqlNode, { sources }: Scope): [string, FieldType][] {
  const table = textOf(star, 'relation_name').toLowerCase();
  const left = new Set(textsOf(star, 'exclude_list').map((name) => name.toLowerCase()));
  const replaced = new Set(nodesOf(star, 'replace_list').map((entry) => textOf(entry, 'key').toLowerCase()));
  const isWhole = star.columns !== true && nodesOf(star, 'rename_list').length === 0;
  return sources
    .filter(({ alias }) => table === '' || alias === table)
    .flatMap(({ fields }) => [...fields])
    .filter(([name]) => !left.has(name))
    .map(([name, type]) => [name, isWhole && !replaced.has(name) ? type : 'unknown']);
}

/** With the names of `AS t(a, b)`, which go by position. */
export function renamed(fields: Fields, names: readonly string[]): Fields {
  if (names.length === 0) return fields;
  return new Map([...fields].map(([name, type], index) => [names[index]?.toLowerCase() ?? name, type]));
}
