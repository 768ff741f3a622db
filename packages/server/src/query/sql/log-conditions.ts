// The conditions of WHERE that every row of a query over the log alone fulfils, in the form of a column compared with
// constants. What has another form is not one of them.

import { tableName } from '../columns.ts';
import { isConstant } from './constant-values.ts';
import { kindOf, nodeOf, nodesOf, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

export interface LogCondition {
  /** As `actor.user_id`. */
  readonly column: string;
  /** DuckDB's word, such as `COMPARE_EQUAL`. */
  readonly operator: string;
  readonly operands: readonly SqlNode[];
}

/** Whether a table in FROM is the log, after rewriting. */
export function isLogTable(table: SqlNode | undefined): boolean {
  const isTable = table !== undefined && textOf(table, 'type') === 'BASE_TABLE';
  return isTable && textOf(table, 'schema_name') === 'main' && textOf(table, 'table_name') === tableName;
}

/** @param query A SELECT whose FROM is the log alone. */
export function logConditions(query: SqlNode): LogCondition[] {
  const table = nodeOf(query, 'from_table');
  const where = nodeOf(query, 'where_clause');
  if (table === undefined || where === undefined || textsOf(table, 'column_name_alias').length > 0) return [];
  const alias = (textOf(table, 'alias') || tableName).toLowerCase();
  return conjuncts(where).flatMap((condition) => readCondition(condition, alias) ?? []);
}

function conjuncts(condition: SqlNode): SqlNode[] {
  const isAnd = textOf(condition, 'type') === 'CONJUNCTION_AND';
  return isAnd ? nodesOf(condition, 'children').flatMap(conjuncts) : [condition];
}

const mirrored: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: 'COMPARE_EQUAL',
  COMPARE_LESSTHAN: 'COMPARE_GREATERTHAN',
  COMPARE_LESSTHANOREQUALTO: 'COMPARE_GREATERTHANOREQUALTO',
  COMPARE_GREATERTHAN: 'COMPARE_LESSTHAN',
  COMPARE_GREATERTHANOREQUALTO: 'COMPARE_LESSTHANOREQUALTO',
};

function readCondition(node: SqlNode, alias: string): LogCondition | undefined {
  const operator = textOf(node, 'type');
  const [left, ...others] = operandsOf(node);
  const [right] = others;
  if (left === undefined || right === undefined) return undefined;
  const column = columnOf(left, alias);
  if (column !== undefined) return others.every(isConstant) ? { column, operator, operands: others } : undefined;
  const other = columnOf(right, alias);
  const turned = mirrored[operator];
  if (other === undefined || turned === undefined || !isConstant(left)) return undefined;
  return { column: other, operator: turned, operands: [left] };
}

function operandsOf(node: SqlNode): readonly SqlNode[] {
  if (textOf(node, 'type') === 'COMPARE_IN') return nodesOf(node, 'children');
  const members = { COMPARISON: ['left', 'right'], BETWEEN: ['input', 'lower', 'upper'] }[kindOf(node)] ?? [];
  return members.map((member) => nodeOf(node, member)).filter((operand) => operand !== undefined);
}

function columnOf(node: SqlNode, alias: string): string | undefined {
  if (kindOf(node) !== 'COLUMN_REF') return undefined;
  const names = textsOf(node, 'column_names').map((name) => name.toLowerCase());
  const isQualified = names.length > 1 && names[0] === alias;
  return (isQualified ? names.slice(1) : names).join('.');
}
