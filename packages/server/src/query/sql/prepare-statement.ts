// From a user's text to a statement that may run: parsed by DuckDB, let through by the guard, rewritten to the view of
// the log, and looked at once more as DuckDB will read it.

import type { DuckDBConnection } from '@duckdb/node-api';
import { collectBounds, type LogReading } from './collect-bounds.ts';
import { checkGrowth } from './growth.ts';
import { guardStatement } from './guard.ts';
import { nameExpressions } from './name-expressions.ts';
import { checkParameters } from './parameters.ts';
import { checkText, parseStatement, writeStatement } from './parse-statement.ts';
import { type Places, placesOf } from './places.ts';
import { rewriteStatement } from './rewrite-query.ts';
import type { SqlNode } from './syntax-tree.ts';

export interface StatementRequest {
  readonly text: string;
  /** By name, without the `$`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** What `now()` is: a canonical timestamp. */
  readonly now: string;
}

export interface PreparedStatement extends LogReading {
  /** To be run on a connection that has the log as the view `main.audit_log`. */
  readonly sql: string;
  /** The same as a syntax tree, with the places of the user's own text. */
  readonly tree: SqlNode;
  /** From places in `sql` to those in the user's text. */
  readonly places: Places;
}

/** @throws AuditError that shows the place in the user's text, if the statement is wrong or not allowed. */
export async function prepareStatement(
  connection: DuckDBConnection,
  request: StatementRequest,
): Promise<PreparedStatement> {
  const { text, parameters } = request;
  checkText(text, 'the statement');
  const written = await parseStatement(connection, text);
  guardStatement(text, written);
  checkParameters(text, written, parameters);
  const tree = await nameExpressions(connection, written, rewriteStatement(request, written));
  guardStatement(text, tree);
  checkGrowth(text, tree);
  const sql = await writeStatement(connection, text, tree);
  // What runs is this text, so this text is judged too: nothing depends on how faithfully a tree is written out.
  const readAgain = await parseStatement(connection, sql);
  guardStatement(sql, readAgain);
  return { sql, tree, places: placesOf(tree, readAgain), ...(await collectBounds(connection, tree)) };
}
