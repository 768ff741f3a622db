// What a name means at a place of a statement: which columns the tables in FROM have there, and of what type they are
// as far as they come from the log. Names are found as DuckDB finds them: in any case, the innermost scope first.

import { type ColumnType, tableName } from '../columns.ts';

/** `JSON text` is a value taken out of JSON: text, of which nobody knows whether it is a number. */
export type FieldType = ColumnType | 'JSON text' | 'unknown';
/** Keys in lower case, in the order of the columns. */
export type Fields = ReadonlyMap<string, FieldType>;

/** One table in FROM. */
export interface Source {
  /** In lower case. */
  readonly alias: string;
  readonly fields: Fields;
  readonly isLog: boolean;
}

export interface Scope {
  readonly sources: readonly Source[];
  /** Names given in the select list, which stand behind the columns. */
  readonly aliases: Fields;
  /** Parameters of lambdas, which stand before the columns. */
  readonly lambdaNames: ReadonlySet<string>;
  readonly outer: Scope | undefined;
}

export function innerScope(sources: readonly Source[], outer: Scope | undefined): Scope {
  return { sources, aliases: new Map(), lambdaNames: outer?.lambdaNames ?? new Set(), outer };
}

export interface Resolved {
  /** How many of the parts name the column or a member of it; the rest are keys within JSON. */
  readonly partsUsed: number;
  readonly type: FieldType;
  /** Whether the first part is the name of a table in FROM. */
  readonly isQualified: boolean;
}

/** @returns undefined where the path does not begin with a column that is known. */
export function resolvePath(scope: Scope | undefined, parts: readonly string[]): Resolved | undefined {
  const [first = '', second] = parts.map((part) => part.toLowerCase());
  if (scope === undefined || scope.lambdaNames.has(first)) return undefined;
  if (second !== undefined) {
    const field = scope.sources.find(({ alias }) => alias === first)?.fields.get(second);
    if (field !== undefined) return { ...descend(field, parts, 2), isQualified: true };
  }
  const field = columnNamed(scope, first) ?? scope.aliases.get(first);
  if (field !== undefined) return { ...descend(field, parts, 1), isQualified: false };
  return resolvePath(scope.outer, parts);
}

/** Two tables may have the name; then the log's column is meant, and DuckDB says so if that is ambiguous to it. */
function columnNamed({ sources }: Scope, name: string): FieldType | undefined {
  const having = sources.filter(({ fields }) => fields.has(name));
  return (having.find(({ isLog }) => isLog) ?? having[0])?.fields.get(name);
}

function descend(field: FieldType, parts: readonly string[], from: number): Omit<Resolved, 'isQualified'> {
  let type = field;
  let partsUsed = from;
  while (typeof type === 'object' && partsUsed < parts.length) {
    type = memberOf(type.struct, parts[partsUsed] ?? '');
    partsUsed++;
  }
  return { partsUsed, type };
}

/** The type of what the whole path names, where it leads to a column or a member of one and no further. */
export function typeOfPath(scope: Scope, parts: readonly string[]): FieldType {
  const names = withoutSchema(parts);
  const resolved = resolvePath(scope, names);
  return resolved?.partsUsed === names.length ? resolved.type : 'unknown';
}

function memberOf(members: Readonly<Record<string, ColumnType>>, name: string): FieldType {
  const key = name.toLowerCase();
  return Object.hasOwn(members, key) ? (members[key] ?? 'unknown') : 'unknown';
}

/** `system.audit_log.seq` without the schema: DuckDB knows the columns by the table's name. */
export function withoutSchema(parts: readonly string[]): readonly string[] {
  const [schema = '', table = ''] = parts.map((part) => part.toLowerCase());
  return parts.length > 2 && ['system', 'main'].includes(schema) && table === tableName ? parts.slice(1) : parts;
}
