// Heads the columns of an answer that are expressions with what the user wrote, not with what became of it: rewriting
// leaves no trace in a heading.

import type { DuckDBConnection } from '@duckdb/node-api';
import { selectOf } from './build-nodes.ts';
import { writeStatement } from './parse-statement.ts';
import { kindOf, nodeOf, nodesOf, type SqlNode, textOf } from './syntax-tree.ts';

/** @param written The statement as it was parsed. @param tree The same, rewritten. */
export async function nameExpressions(connection: DuckDBConnection, written: SqlNode, tree: SqlNode): Promise<SqlNode> {
  const query = nodeOf(tree, 'node') ?? {};
  if (kindOf(query) !== 'SELECT_NODE') return tree;
  const before = nodesOf(nodeOf(written, 'node') ?? {}, 'select_list');
  const list = nodesOf(query, 'select_list').map((item, index) => named(connection, before[index] ?? item, item));
  return { ...tree, node: { ...query, select_list: await Promise.all(list) } };
}

async function named(connection: DuckDBConnection, before: SqlNode, item: SqlNode): Promise<SqlNode> {
  const isSame = JSON.stringify(before) === JSON.stringify(item);
  if (isSame || textOf(item, 'alias') !== '' || kindOf(item) === 'STAR') return item;
  const text = await writeStatement(connection, '', selectOf([before]));
  return { ...item, alias: text.replace(/^SELECT /, '') };
}
