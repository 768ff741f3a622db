// Makes the answer of a statement follow from the log alone, for those who have to come to the same answer again. With
// LIMIT or DISTINCT ON, which rows there are depends on their order, so that the order must leave nothing open.

import type { DuckDBConnection } from '@duckdb/node-api';
import { integerConstant } from './build-nodes.ts';
import { isLogTable } from './log-conditions.ts';
import { notAllowed } from './not-allowed.ts';
import { writeStatement } from './parse-statement.ts';
import type { PreparedStatement, StatementRequest } from './prepare-statement.ts';
import { kindOf, nodeOf, nodesOf, nodesWithin, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

/**
 * Appends all columns of the answer to the outermost ORDER BY where rows are chosen by it.
 *
 * @throws AuditError if the order that a LIMIT chooses by, here or in a subquery, is left open.
 */
export async function withTotalOrder(
  connection: DuckDBConnection,
  { text }: StatementRequest,
  prepared: PreparedStatement,
  columnCount: number,
): Promise<PreparedStatement> {
  const outermost = nodeOf(prepared.tree, 'node') ?? {};
  for (const node of nodesWithin(outermost)) if (node !== outermost) checkInner(text, node);
  const choice = choiceOf(outermost);
  if (choice === undefined) return prepared;
  const orders = ordersOf(outermost);
  if (orders.length === 0) throw notAllowed(text, choice, `${wordOf(choice)} without ORDER BY, ${uncertain}`);
  if (isByAll(orders)) return prepared;
  const modifiers = nodesOf(outermost, 'modifiers').map((modifier) =>
    'orders' in modifier ? { ...modifier, orders: [...orders, ...byPosition(columnCount)] } : modifier,
  );
  const tree = { ...prepared.tree, node: { ...outermost, modifiers } };
  return { ...prepared, tree, sql: await writeStatement(connection, text, tree) };
}

const uncertain = 'where other rows would be as right an answer; add ORDER BY seq, or ORDER BY ALL';

function checkInner(text: string, node: SqlNode): void {
  const choice = 'modifiers' in node ? choiceOf(node) : undefined;
  if (choice === undefined || isTotal(node)) return;
  throw notAllowed(text, choice, `${wordOf(choice)} in a subquery whose order leaves rows equal, ${uncertain}`);
}

/** The modifier by which some of the rows are chosen. */
function choiceOf(query: SqlNode): SqlNode | undefined {
  return nodesOf(query, 'modifiers').find(
    (modifier) => wordOf(modifier) === 'LIMIT' || nodesOf(modifier, 'distinct_on_targets').length > 0,
  );
}

function wordOf(modifier: SqlNode): string {
  return textOf(modifier, 'type').startsWith('LIMIT') ? 'LIMIT' : 'DISTINCT ON';
}

function ordersOf(query: SqlNode): readonly SqlNode[] {
  return nodesOf(query, 'modifiers').flatMap((modifier) => nodesOf(modifier, 'orders'));
}

/** ORDER BY ALL: rows that are still equal are the same. */
function isByAll(orders: readonly SqlNode[]): boolean {
  return orders.some((order) => kindOf(nodeOf(order, 'expression') ?? {}) === 'STAR');
}

/** By position or by identifier no two records are equal, as long as each makes one row. */
function isTotal(query: SqlNode): boolean {
  const orders = ordersOf(query);
  if (isByAll(orders)) return true;
  const multiplies = nodesOf(query, 'select_list').some(callsUnnest);
  return isLogTable(nodeOf(query, 'from_table')) && !multiplies && orders.some(isByRecord);
}

function callsUnnest(item: SqlNode): boolean {
  return [...nodesWithin(item)].some((node) => textOf(node, 'function_name').toLowerCase() === 'unnest');
}

function isByRecord(order: SqlNode): boolean {
  const column = textsOf(nodeOf(order, 'expression') ?? {}, 'column_names')
    .at(-1)
    ?.toLowerCase();
  return column === 'seq' || column === 'event_id';
}

function byPosition(columnCount: number): SqlNode[] {
  return Array.from({ length: columnCount }, (_, index) => ({
    type: 'ORDER_DEFAULT',
    null_order: 'ORDER_DEFAULT',
    expression: integerConstant(index + 1),
  }));
}
