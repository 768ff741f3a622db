// The table of a search whose columns a person chose, by the dotted names that they have in SQL.

import { AuditError } from '@indelible/log';
import { cellOf, type Plain } from '../query/answer/plain-value.ts';
import { auditLogColumns, type Columns } from '../query/columns.ts';
import type { Screen } from '../terminal/screen.ts';
import { createTable } from '../terminal/table.ts';
import { suggestion } from '../text/nearest.ts';
import type { FoundRecord } from './search-finder.ts';

export interface ChosenColumn {
  /** As it was given. */
  readonly name: string;
  readonly path: readonly string[];
}

export interface ColumnTable {
  /** Rows as text; the first call puts the heading before them. */
  render(records: readonly FoundRecord[]): string;
}

/** @throws AuditError `invalid_argument` for a column that the log does not have. */
export function readColumns(names: readonly string[]): ChosenColumn[] {
  return names.map((name) => ({ name, path: pathOf(name) }));
}

export function createColumnTable(chosen: readonly ChosenColumn[], screen: Screen): ColumnTable {
  const isShort = (name: string) => name === 'seq' || name === 'timestamp' || name === 'recorded_at';
  const columns = chosen.map(({ name }) => ({ header: name, flexible: !isShort(name) }));
  const table = createTable(columns, screen);
  return { render: (records) => table.render(records.map((record) => cellsOf(record, chosen))) };
}

function cellsOf({ line, recordedAt }: FoundRecord, chosen: readonly ChosenColumn[]): string[] {
  const record: Plain = { ...parse(line), recorded_at: recordedAt ?? null };
  return chosen.map(({ path }) => cellOf(path.reduce(memberOf, record)));
}

/** Of a line that somebody damaged there is nothing to show; `verify` says what is wrong with it. */
function parse(line: string): { readonly [name: string]: Plain } {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

function memberOf(value: Plain, name: string): Plain {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
  return Object.entries(value).find(([key]) => key === name)?.[1] ?? null;
}

/** Below a column of JSON there may be anything. */
function pathOf(name: string): readonly string[] {
  const path = name.split('.');
  let columns: Columns = auditLogColumns;
  for (const [depth, part] of path.entries()) {
    const type = Object.hasOwn(columns, part) ? columns[part] : undefined;
    if (type === undefined) break;
    if (type === 'JSON' || depth === path.length - 1) return path;
    if (typeof type === 'string') break;
    columns = type.struct;
  }
  const known = namesOf(auditLogColumns);
  const others = suggestion(name, known) || '; docs/events.md lists them, and seq and recorded_at are columns too';
  throw new AuditError('invalid_argument', `--columns: the log has no column ${name}${others}`);
}

function namesOf(columns: Columns): string[] {
  return Object.entries(columns).flatMap(([name, type]) =>
    typeof type === 'string' ? [name] : [name, ...namesOf(type.struct).map((inner) => `${name}.${inner}`)],
  );
}
