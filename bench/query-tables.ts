// The made-up database that the query benchmark's statements are about: a thousand tables and more in a dozen schemas.

import type { Random } from './query-random.ts';
import type { ValueKind } from './query-values.ts';
import { facets, subjects } from './query-words.ts';

export interface Column {
  readonly name: string;
  readonly kind: ValueKind;
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  /** `schema.table` */
  readonly label: string;
  /** The first is the key. */
  readonly columns: readonly Column[];
}

const ordinaryColumns: readonly Column[] = (
  [
    ['created_at', 'moment'],
    ['status', 'state'],
    ['email', 'email'],
    ['full_name', 'name'],
    ['amount', 'amount'],
    ['country', 'country'],
    ['updated_at', 'moment'],
    ['note', 'phrase'],
    ['currency', 'currency'],
    ['phone', 'phone'],
    ['is_active', 'flag'],
    ['due_date', 'date'],
    ['external_ref', 'uuid'],
    ['iban', 'iban'],
    ['description', 'phrase'],
    ['quantity', 'small'],
    ['birth_date', 'date'],
    ['total_net', 'amount'],
    ['total_gross', 'amount'],
    ['priority', 'small'],
    ['contact_email', 'email'],
    ['assigned_to', 'name'],
    ['valid_from', 'date'],
    ['valid_to', 'date'],
    ['is_deleted', 'flag'],
    ['reason', 'phrase'],
    ['score', 'small'],
    ['version', 'small'],
    ['tenant_id', 'id'],
    ['parent_id', 'id'],
    ['batch_id', 'uuid'],
    ['city', 'name'],
    ['signed_at', 'moment'],
    ['emergency_contact', 'name'],
    ['subject', 'phrase'],
    ['locale', 'country'],
  ] as const
).map(([name, kind]) => ({ name, kind }));

export function createTables(random: Random): Table[] {
  return Object.entries(subjects).flatMap(([schema, things]) =>
    things.flatMap((thing) => {
      const owner = `${thing}_id`;
      const main = createTable(random, schema, thing, []);
      const parts = random
        .some(facets, random.between(3, facets.length))
        .map((facet) => createTable(random, schema, `${thing}_${facet}`, [{ name: owner, kind: 'id' }]));
      return [main, ...parts];
    }),
  );
}

function createTable(random: Random, schema: string, name: string, owners: readonly Column[]): Table {
  const ordinary = random.some(ordinaryColumns, random.between(4, 18));
  const columns: Column[] = [{ name: 'id', kind: random.chance(0.8) ? 'id' : 'uuid' }, ...owners, ...ordinary];
  return { schema, name, label: `${schema}.${name}`, columns };
}
