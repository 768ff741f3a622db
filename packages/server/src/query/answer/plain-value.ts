// DuckDB's values as plain ones: what JSON has for a value, and canonical text for times. JSON columns come parsed.

import { type DuckDBResult, type DuckDBType, DuckDBTypeId, type DuckDBValue } from '@duckdb/node-api';
import { formatTimestamp } from '@indelible/log';

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** The rows of a result as they come, in batches. Whole numbers that a double would change are text. */
export async function* plainRows(result: DuckDBResult): AsyncGenerator<Plain[][]> {
  // Only the result knows which texts are JSON: its chunks have forgotten.
  const types = result.columnTypes();
  for await (const rows of result.yieldRows()) {
    yield rows.map((row) => row.map((value, index) => plainValue(value, types[index])));
  }
}

/** All rows of a small result, as objects by the names of its columns. */
export async function plainObjects(result: DuckDBResult): Promise<Record<string, Plain>[]> {
  const names = result.columnNames();
  const objects: Record<string, Plain>[] = [];
  for await (const rows of plainRows(result)) {
    for (const row of rows) objects.push(Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
  }
  return objects;
}

function plainValue(value: DuckDBValue, type: DuckDBType | undefined): Plain {
  if (value === null || type === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return wholeNumber(value);
  if (typeof value === 'string') return isJson(type) ? parsed(value) : value;
  if ('items' in value && Array.isArray(value.items)) {
    const itemType = 'valueType' in type ? type.valueType : undefined;
    return value.items.map((item) => plainValue(item, itemType));
  }
  if (type.typeId === DuckDBTypeId.STRUCT && 'entries' in value) {
    const types = 'entryTypes' in type ? type.entryTypes : [];
    const members = Object.entries(value.entries);
    return Object.fromEntries(members.map(([name, member], index) => [name, plainValue(member, types[index])]));
  }
  if (type.typeId === DuckDBTypeId.TIMESTAMP_TZ && 'micros' in value) return formatTimestamp(Number(value.micros));
  if (type.typeId === DuckDBTypeId.DECIMAL && 'toDouble' in value) return value.toDouble();
  return String(value);
}

/** A value in one cell of a table or of CSV: text as it is, what is composed as JSON, nothing for null. */
export function cellOf(value: Plain): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function wholeNumber(value: bigint): Plain {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function isJson(type: DuckDBType): boolean {
  return type.alias === 'JSON';
}

function parsed(text: string): Plain {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
