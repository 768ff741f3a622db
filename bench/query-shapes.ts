// Shapes of statements, made from tables and columns: what a program prepares once, or a person types with other values
// each time. A shape knows what the gateway's analysis would say of it, and what its results are like.

import type { AuditEvent } from '@indelible/log';
import type { Random } from './query-random.ts';
import type { Column, Table } from './query-tables.ts';
import type { ValueKind } from './query-values.ts';

export interface Shape {
  readonly eventType: AuditEvent['event_type'];
  readonly subtype: string;
  /** `operation.type`. */
  readonly operationType: string;
  /** The command as its tag names it. */
  readonly verb: string;
  /** The text between the values: one more than there are slots. */
  readonly pieces: readonly string[];
  readonly slots: readonly ValueKind[];
  readonly labels: string[];
  readonly properties: string[];
  /** Median of the rows returned or affected; 0 where there are none. */
  readonly rows: number;
  readonly durationMs: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Makes a shape about a table; a join takes the other one too. */
type ShapeMaker = (random: Random, table: Table, other: Table) => Shape;

/** Stands for a value in a text under construction; no statement has it otherwise. */
const slot = '\u0001';

type Measure = Pick<Shape, 'rows' | 'durationMs'>;
type Place = Pick<Shape, 'eventType' | 'subtype' | 'operationType' | 'verb' | 'labels'>;

const read = (labels: string[], subtype = 'query_executed'): Place => {
  return { eventType: 'data_access', subtype, operationType: 'SELECT', verb: 'SELECT', labels };
};

/** @param text with a `slot` for each of `compared`, in this order */
function shape(place: Place, text: string, used: readonly Column[], compared: readonly Column[], size: Measure): Shape {
  const properties = [...new Set([...used, ...compared].map(({ name }) => name))];
  return { ...place, ...size, pieces: text.split(slot), slots: compared.map(({ kind }) => kind), properties };
}

const names = (columns: readonly Column[], alias = '') => columns.map(({ name }) => `${alias}${name}`).join(', ');
const equal = (columns: readonly Column[], alias = '') =>
  columns.map(({ name }) => `${alias}${name} = ${slot}`).join(' AND ');

function pointRead(random: Random, table: Table): Shape {
  const key = table.columns[0]!;
  const shown = random.some(table.columns, random.between(1, 5));
  const text = `SELECT ${names(shown)} FROM ${table.label} WHERE ${equal([key])}`;
  return shape(read([table.label]), text, shown, [key], { rows: 1, durationMs: 0.4 });
}

function listRead(random: Random, table: Table): Shape {
  const shown = random.some(table.columns, random.between(1, 5));
  const compared = random.some(table.columns.slice(1), random.between(1, 2));
  const [order] = random.some(table.columns, 1);
  const limit = random.pick(['', ' LIMIT 20', ' LIMIT 50', ' LIMIT 100', ' LIMIT 1000']);
  const text =
    `SELECT ${names(shown)} FROM ${table.label} WHERE ${equal(compared)} ` +
    `ORDER BY ${order!.name}${random.pick([' DESC', ''])}${limit}`;
  return shape(read([table.label]), text, [...shown, order!], compared, { rows: 18, durationMs: 3 });
}

/** What somebody writes who wants to see what is there. */
function wholeRead(random: Random, table: Table): Shape {
  const compared = random.some(table.columns.slice(1), random.between(0, 1));
  const where = compared.length === 0 ? '' : ` WHERE ${equal(compared)}`;
  const text = `SELECT * FROM ${table.label}${where}${random.pick([' LIMIT 100', ' LIMIT 500', ''])}`;
  return shape(read([table.label]), text, [{ name: '*', kind: 'small' }], compared, { rows: 100, durationMs: 12 });
}

function joinRead(random: Random, table: Table, other: Table): Shape {
  const left = random.some(table.columns, random.between(1, 4));
  const right = random.some(other.columns, random.between(1, 3));
  const compared = random.some(table.columns.slice(1), 1);
  const text =
    `SELECT ${names(left, 'a.')}, ${names(right, 'b.')} FROM ${table.label} a ` +
    `${random.pick(['JOIN', 'LEFT JOIN'])} ${other.label} b ON b.id = a.${random.pick(table.columns).name} ` +
    `WHERE ${equal(compared, 'a.')} AND b.created_at >= ${slot}`;
  const since: Column = { name: 'created_at', kind: 'date' };
  const place = read([table.label, other.label]);
  return shape(place, text, [...left, ...right], [...compared, since], { rows: 40, durationMs: 22 });
}

function aggregateRead(random: Random, table: Table): Shape {
  const [group, second] = random.some(table.columns.slice(1), 2);
  const measured = random.pick(table.columns).name;
  const measure = random.pick([`sum(${measured})`, `avg(${measured})`, `count(DISTINCT ${measured})`, 'count(*)']);
  const unit = random.pick(['day', 'week', 'month', 'quarter']);
  const text =
    `SELECT date_trunc('${unit}', created_at) AS ${unit}, ${group!.name}, ${measure} AS value FROM ${table.label} ` +
    `WHERE created_at BETWEEN ${slot} AND ${slot} AND ${second!.name} = ${slot} ` +
    `GROUP BY 1, 2 ${random.pick(['HAVING count(*) > 10 ', ''])}ORDER BY ${random.pick(['1', '3 DESC', '1, 2'])}`;
  const created: Column = { name: 'created_at', kind: 'date' };
  const place = read([table.label], 'aggregation_computed');
  return shape(place, text, [group!], [created, created, second!], { rows: 24, durationMs: 140 });
}

function exportRead(random: Random, table: Table): Shape {
  const shown = random.some(table.columns, random.between(3, 8));
  const text = `COPY (SELECT ${names(shown)} FROM ${table.label} WHERE updated_at > ${slot}) TO STDOUT WITH CSV HEADER`;
  const place = { ...read([table.label], 'data_exported'), verb: 'COPY' };
  const since: Column = { name: 'updated_at', kind: 'moment' };
  return { ...shape(place, text, shown, [since], { rows: 9_000, durationMs: 900 }), details: { to: 'client' } };
}

const change = (subtype: string, operationType: string, verb: string, { label }: Table): Place => {
  return { eventType: 'data_modification', subtype, operationType, verb, labels: [label] };
};

function insertion(random: Random, table: Table): Shape {
  const set = random.some(table.columns, random.between(2, 5));
  const returning = random.pick([' RETURNING id', '', ' ON CONFLICT (id) DO NOTHING']);
  const text = `INSERT INTO ${table.label} (${names(set)}) VALUES (${set.map(() => slot).join(', ')})${returning}`;
  return shape(change('node_created', 'CREATE', 'INSERT', table), text, [], set, { rows: 1, durationMs: 1.1 });
}

function update(random: Random, table: Table): Shape {
  const set = random.some(table.columns.slice(1), random.between(1, 2));
  const key = table.columns[0]!;
  const text =
    `UPDATE ${table.label} SET ${set.map(({ name }) => `${name} = ${slot}`).join(', ')}` +
    `${random.pick([', updated_at = now()', ''])} WHERE ${equal([key])}`;
  const place = change('node_updated', 'UPDATE', 'UPDATE', table);
  return shape(place, text, [], [...set, key], { rows: 1, durationMs: 1.4 });
}

function deletion(random: Random, table: Table): Shape {
  const compared = [table.columns[0]!, ...random.some(table.columns.slice(1), random.between(0, 1))];
  const text = `DELETE FROM ${table.label} WHERE ${equal(compared)}`;
  return shape(change('node_deleted', 'DELETE', 'DELETE', table), text, [], compared, { rows: 1, durationMs: 1.2 });
}

function bulkInsertion(random: Random, table: Table): Shape {
  const set = random.some(table.columns, random.between(3, 8));
  const text = `COPY ${table.label} (${names(set)}) FROM STDIN WITH (FORMAT csv)`;
  const place = change('bulk_insert', 'CREATE', 'COPY', table);
  return { ...shape(place, text, set, [], { rows: 4_000, durationMs: 420 }), details: { from: 'client' } };
}

function schemaChange(random: Random, table: Table): Shape {
  const column = random.pick(table.columns);
  const suffix = random.hex(1);
  const [subtype, verb, text] = random.pick([
    [
      'index_created',
      'CREATE INDEX',
      `CREATE INDEX CONCURRENTLY ${table.name}_${suffix} ON ${table.label} (${column.name})`,
    ],
    ['index_dropped', 'DROP INDEX', `DROP INDEX ${table.schema}.${table.name}_${suffix}`],
    ['table_altered', 'ALTER TABLE', `ALTER TABLE ${table.label} ADD COLUMN ${column.name}_${suffix} text`],
    [
      'table_created',
      'CREATE TABLE',
      `CREATE TABLE ${table.label}_${suffix} (LIKE ${table.label} INCLUDING DEFAULTS, loaded_at timestamptz)`,
    ],
  ] as const);
  const place: Place = { eventType: 'schema_change', subtype, operationType: verb, verb, labels: [table.label] };
  const details = { object_type: verb.split(' ')[1]?.toLowerCase(), object_name: table.label, definition: text };
  return { ...shape(place, text, [column], [], { rows: 0, durationMs: 60 }), details };
}

export const shapeMakers = {
  pointRead,
  listRead,
  wholeRead,
  joinRead,
  aggregateRead,
  exportRead,
  insertion,
  update,
  deletion,
  bulkInsertion,
  schemaChange,
} as const satisfies Record<string, ShapeMaker>;
