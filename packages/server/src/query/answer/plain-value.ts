// DuckDB's values as plain ones: what JSON has for a value, and canonical text for times. JSON columns come parsed.

import { type DuckDBType, DuckDBTypeId, type DuckDBValueConverter } from '@duckdb/node-api';
import { formatTimestamp } from '@indelible/log';

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** For `yieldConvertedRows`: one value of a result. Whole numbers that a double would change are text. */
export const plainValue: DuckDBValueConverter<Plain> = (value, type, convert) => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return wholeNumber(value);
  if (typeof value === 'string') return isJson(type) ? parsed(value) : value;
  if ('items' in value && Array.isArray(value.items)) {
    const itemType = 'valueType' in type ? type.valueType : undefined;
    return itemType === undefined ? String(value) : value.items.map((item) => convert(item, itemType, convert));
  }
  if (type.typeId === DuckDBTypeId.STRUCT && 'entries' in value) {
    const types = 'entryTypes' in type ? type.entryTypes : [];
    const members = Object.entries(value.entries).map(([name, member], index) => {
      const memberType = types[index];
      return [name, memberType === undefined ? null : convert(member, memberType, convert)] as const;
    });
    return Object.fromEntries(members);
  }
  if (type.typeId === DuckDBTypeId.TIMESTAMP_TZ && 'micros' in value) return formatTimestamp(Number(value.micros));
  if (type.typeId === DuckDBTypeId.DECIMAL && 'toDouble' in value) return value.toDouble();
  return String(value);
};

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
