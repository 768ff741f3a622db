// The columns of the table `system.audit_log`: those of the event schema, with the position before them and the log's
// own time behind. What has no fixed shape (`details`, parameters, values before and after) is JSON.

import { recordJsonSchema } from '@indelible/log';

/** A column's type as DuckDB names it, or the members of a struct. */
export type ColumnType = ScalarType | StructType;
export type ScalarType = 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'TIMESTAMPTZ' | 'JSON' | 'VARCHAR[]';
export interface StructType {
  readonly struct: Columns;
}
export type Columns = Readonly<Record<string, ColumnType>>;

/** Name of the table in the main schema; users write `system.audit_log`, or this alone. */
export const tableName = 'audit_log';

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** When the log took the record: the time of the seal that closed its commit. */
const recordedAt = 'recorded_at';

export const auditLogColumns: Columns = { ...columnsOf(recordJsonSchema()), [recordedAt]: 'TIMESTAMPTZ' };

function columnsOf({ properties = {} }: Schema): Columns {
  const columns = Object.entries(properties).map(([name, schema]) => [name, columnType(name, schema)] as const);
  return Object.fromEntries(columns);
}

function columnType(name: string, schema: Schema): ColumnType {
  if (name === 'timestamp') return 'TIMESTAMPTZ';
  const forms = (schema.anyOf ?? [schema]).filter(({ type }) => type !== 'null');
  const types = forms.flatMap(({ type = [] }) => type).filter((type) => type !== 'null');
  const [form] = forms;
  if (types.includes('string') && !types.includes('array') && !types.includes('object')) return 'VARCHAR';
  if (form === undefined || forms.length !== 1 || types.length !== 1) return 'JSON';
  if (types[0] === 'integer') return 'BIGINT';
  if (types[0] === 'number') return 'DOUBLE';
  if (types[0] === 'array') return form.items?.type === 'string' ? 'VARCHAR[]' : 'JSON';
  const members = columnsOf(form);
  return types[0] === 'object' && Object.keys(members).length > 0 ? { struct: members } : 'JSON';
}

/** `STRUCT("user_id" VARCHAR, …)`: a type as it stands in a statement. */
export function typeInSql(type: ColumnType): string {
  if (typeof type === 'string') return type;
  const members = Object.entries(type.struct).map(([name, member]) => `${quoteName(name)} ${typeInSql(member)}`);
  return `STRUCT(${members.join(', ')})`;
}

/** A name as an identifier in SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a literal in SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
