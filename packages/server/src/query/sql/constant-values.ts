// The values of constant expressions, such as `TIMESTAMPTZ '2026-01-28' - INTERVAL '24 hours'`: DuckDB is asked, so
// that they are what it would compare with.

import type { DuckDBConnection } from '@duckdb/node-api';
import { castTo, functionCall, selectOf, tryOperator } from './build-nodes.ts';
import { writeStatement } from './parse-statement.ts';
import { kindOf, nodesWithin, type SqlNode } from './syntax-tree.ts';

const constantKinds: ReadonlySet<string> = new Set(['CONSTANT', 'CAST', 'FUNCTION']);

/** An expression without columns, subqueries and the like; the guard has seen to its functions. */
export function isConstant(expression: SqlNode): boolean {
  const parts = [...nodesWithin(expression)].filter((node) => typeof node.class === 'string');
  return parts.every((node) => constantKinds.has(kindOf(node)));
}

/** Microseconds since 1970. */
export function microsOf(expression: SqlNode): SqlNode {
  return functionCall('epoch_us', [castTo('TIMESTAMP WITH TIME ZONE', expression)]);
}

/** The numbers that the expressions stand for; none for those that stand for none, or that a double cannot hold. */
export async function readNumbers(
  connection: DuckDBConnection,
  expressions: readonly SqlNode[],
): Promise<readonly (number | undefined)[]> {
  if (expressions.length === 0) return [];
  const select = selectOf(expressions.map((expression) => tryOperator(castTo('DOUBLE', expression))));
  try {
    const sql = await writeStatement(connection, '', select);
    const [row = []] = (await connection.runAndReadAll(sql)).getRowsJS();
    return row.map((value) =>
      typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined,
    );
  } catch {
    // The statement itself will fail of the same, where it can be said under the user's text.
    return [];
  }
}
