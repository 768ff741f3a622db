// Finds the bounds of a rewritten statement. Every place that reads the log has its own; the statement's are around all
// of them. A place is bounded only where FROM is the log alone: with joins there is more to think of.

import type { DuckDBConnection } from '@duckdb/node-api';
import { type Bounds, intersection, union } from './bounds.ts';
import { conditionBounds, numbersAsked } from './condition-bounds.ts';
import { readNumbers } from './constant-values.ts';
import { isLogTable, type LogCondition, logConditions } from './log-conditions.ts';
import { kindOf, nodeOf, nodesWithin, type SqlNode } from './syntax-tree.ts';

export interface LogReading {
  readonly readsLog: boolean;
  readonly bounds: Bounds;
}

export async function collectBounds(connection: DuckDBConnection, statement: SqlNode): Promise<LogReading> {
  const nodes = [...nodesWithin(statement)];
  const readings = nodes.filter(isLogTable).length;
  const places = nodes.filter((node) => kindOf(node) === 'SELECT_NODE' && isLogTable(nodeOf(node, 'from_table')));
  const isBounded = readings === places.length;
  const bounds = isBounded ? await boundsOfAll(connection, places.map(logConditions)) : {};
  return { readsLog: readings > 0, bounds };
}

async function boundsOfAll(
  connection: DuckDBConnection,
  places: readonly (readonly LogCondition[])[],
): Promise<Bounds> {
  const numbers = await readNumbers(connection, places.flat().flatMap(numbersAsked));
  let next = 0;
  const boundsOf = (condition: LogCondition): Bounds => {
    const start = next;
    next += numbersAsked(condition).length;
    const own = Array.from({ length: next - start }, (_, index) => numbers[start + index]);
    return conditionBounds(condition, own);
  };
  const [first = {}, ...others] = places.map((conditions) => conditions.map(boundsOf).reduce(intersection, {}));
  return others.reduce(union, first);
}
