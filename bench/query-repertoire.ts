// Which statements the query benchmark's people have: programs share theirs with all who use them, analysts and
// administrators write their own.

import type { Kind } from './query-people.ts';
import type { Random } from './query-random.ts';
import { type Shape, shapeMakers } from './query-shapes.ts';
import type { Table } from './query-tables.ts';

/** The statements of somebody new, the likelier first. */
export type Repertoire = (kind: Kind, schema: string, count: number) => Shape[];

type ShapeName = keyof typeof shapeMakers;

/** What each kind of user does, a name as often as it is likely. */
const habits: Readonly<Record<Kind, readonly ShapeName[]>> = {
  service: ['pointRead', 'pointRead', 'pointRead', 'listRead', 'joinRead', 'insertion', 'update', 'update', 'deletion'],
  clerk: ['pointRead', 'pointRead', 'listRead', 'listRead', 'joinRead', 'insertion', 'update', 'update'],
  analyst: ['aggregateRead', 'aggregateRead', 'joinRead', 'listRead', 'wholeRead', 'wholeRead', 'exportRead'],
  admin: ['schemaChange', 'schemaChange', 'wholeRead', 'listRead', 'bulkInsertion', 'exportRead', 'deletion', 'update'],
  agent: ['pointRead', 'listRead', 'aggregateRead', 'insertion'],
};

/** Statements that the programs of one schema have for one kind of user. */
const sharedShapes = 250;

export function createRepertoire(random: Random, tables: readonly Table[]): Repertoire {
  const shared = new Map<string, Shape[]>();
  return (kind, schema, count) => {
    if (kind === 'analyst' || kind === 'admin') return createShapes(random, kind, tables, count);
    const name = `${kind} ${schema}`;
    const known = shared.get(name) ?? createShapes(random, kind, tablesOf(schema, tables), sharedShapes);
    shared.set(name, known);
    return random.some(known, count);
  };
}

function tablesOf(schema: string, tables: readonly Table[]): Table[] {
  return tables.filter((table) => table.schema === schema);
}

function createShapes(random: Random, kind: Kind, tables: readonly Table[], count: number): Shape[] {
  const maker = () => shapeMakers[random.pick(habits[kind])];
  return Array.from({ length: count }, () => maker()(random, random.pickEarly(tables), random.pickEarly(tables)));
}
