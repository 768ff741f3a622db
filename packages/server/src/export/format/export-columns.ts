// The columns of the formats that are tables, as their caller knows them, and records fitted into them. Nothing of a
// record is lost: what has no column, or is not of its column's type (a marker where a text was cut), goes to `other`.

import { isMembers, type Members } from './parse-record.ts';

/** A type as DuckDB names it, or the members of a struct. */
export type ExportColumnType = string | { readonly struct: ExportColumns };
export type ExportColumns = Readonly<{ [name: string]: ExportColumnType }>;

export interface LeafColumn {
  readonly path: readonly string[];
  readonly type: string;
}

/** The column behind all others: a JSON object, nested like the record, of all that did not fit. */
export const otherColumn = 'other';

export interface FittedRecord {
  /** Nested like the columns; each value is of its column's type. */
  readonly fitted: Members;
  readonly other: Members | undefined;
}

/** Columns without members, in order, each with the way to it. */
export function leafColumns(columns: ExportColumns, above: readonly string[] = []): LeafColumn[] {
  return Object.entries(columns).flatMap(([name, type]): LeafColumn[] => {
    const path = [...above, name];
    return typeof type === 'string' ? [{ path, type }] : leafColumns(type.struct, path);
  });
}

export function fitRecord(record: Members, columns: ExportColumns): FittedRecord {
  const fitted: [string, unknown][] = [];
  const other: [string, unknown][] = [];
  for (const [name, value] of Object.entries(record)) {
    const type = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (value === null && type !== undefined) continue;
    if (typeof type === 'object' && isMembers(value)) {
      const inner = fitRecord(value, type.struct);
      fitted.push([name, inner.fitted]);
      if (inner.other !== undefined) other.push([name, inner.other]);
    } else if (typeof type === 'string' && isOfType(value, type)) fitted.push([name, value]);
    else other.push([name, value]);
  }
  // `fromEntries` defines members, where an assignment to `__proto__` would not.
  return { fitted: Object.fromEntries(fitted), other: other.length === 0 ? undefined : Object.fromEntries(other) };
}

const canonicalTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'JSON':
      return true;
    case 'BIGINT':
      return Number.isSafeInteger(value);
    case 'DOUBLE':
      return typeof value === 'number';
    case 'TIMESTAMPTZ':
      return typeof value === 'string' && canonicalTime.test(value);
    case 'VARCHAR[]':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    default:
      return typeof value === 'string';
  }
}
