// What goes wrong in the query benchmark's events, as PostgreSQL says it.

import type { Random } from './query-random.ts';
import type { Shape } from './query-shapes.ts';
import { makeValue } from './query-values.ts';

export interface Failure {
  readonly status: 'failure';
  readonly error_code: string;
  readonly error_message: string;
}

export const accessDenied = '42501';

function failure(error_code: string, error_message: string): Failure {
  return { status: 'failure', error_code, error_message };
}

const causes: readonly ((table: string, shape: Shape, random: Random) => Failure)[] = [
  (table) => failure(accessDenied, `permission denied for table ${table}`),
  (table) => failure(accessDenied, `permission denied for table ${table}`),
  (table) => failure('23505', `duplicate key value violates unique constraint "${table}_pkey"`),
  (table) => failure('23505', `duplicate key value violates unique constraint "${table}_pkey"`),
  (table, shape) =>
    failure('23503', `insert or update on table "${table}" violates foreign key "${shape.properties[0]}_fkey"`),
  () => failure('57014', 'canceling statement due to statement timeout'),
  () => failure('57014', 'canceling statement due to user request'),
  () => failure('40P01', 'deadlock detected'),
  () => failure('40001', 'could not serialize access due to concurrent update'),
  (_, __, random) => failure('22P02', `invalid input syntax for type integer: "${makeValue('phrase', random)}"`),
  (table, __, random) => failure('42P01', `relation "${table}_${random.hex(1)}" does not exist`),
  (_, shape, random) => failure('42703', `column "${shape.properties[0]}_${random.below(9)}" does not exist`),
  () => failure('08006', 'the connection ended before the outcome was known'),
];

export function statementFailure(shape: Shape, random: Random): Failure {
  return random.pick(causes)(shape.labels[0]?.split('.')[1] ?? 'pg_class', shape, random);
}

export function loginFailure(userId: string): Failure {
  return failure('28P01', `password authentication failed for user "${userId}"`);
}
