// The types that values may be cast to: those of the log's columns and their like. A type with a size of the caller's
// choosing, one that somebody defined, or one that an extension brings is refused.

import { notAllowed } from './not-allowed.ts';
import { nodeOf, type SqlNode, textOf } from './syntax-tree.ts';

const types: ReadonlySet<string> = new Set([
  ...['NULL', 'BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT'],
  ...['UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT', 'UHUGEINT', 'FLOAT', 'DOUBLE', 'DECIMAL'],
  ...['VARCHAR', 'BLOB', 'UUID', 'DATE', 'TIME', 'TIME WITH TIME ZONE', 'INTERVAL'],
  ...['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE'],
  ...['LIST', 'STRUCT', 'MAP'],
]);

/** JSON is a type that the parser knows by its name only. */
const namedTypes: ReadonlySet<string> = new Set(['json']);

export function checkType(text: string, type: SqlNode): void {
  const id = textOf(type, 'id');
  const info = nodeOf(type, 'type_info') ?? {};
  const name = textOf(info, 'name').toLowerCase();
  // An alias makes of an ordinary type one of somebody's own, with functions of its own.
  const alias = textOf(info, 'alias');
  if (alias === '' && (id === 'UNBOUND' ? namedTypes.has(name) : types.has(id))) return;
  const shown = alias || textOf(info, 'name') || id;
  throw notAllowed(
    text,
    type,
    `the type ${shown}; use VARCHAR, BIGINT, DOUBLE, DATE, TIMESTAMPTZ, JSON and lists of them`,
  );
}
