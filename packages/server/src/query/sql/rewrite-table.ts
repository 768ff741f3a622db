// Rewrites what stands in FROM, from left to right: what comes later may refer to what came before. The log's name
// becomes that of the view with its columns.

import { auditLogColumns, tableName } from '../columns.ts';
import { isLog } from './guard-tables.ts';
import { rewriteExpression } from './rewrite-expression.ts';
import { type Fields, innerScope, type Source } from './scope.ts';
import { renamed } from './select-fields.ts';
import { expressionContext, type Surroundings } from './surroundings.ts';
import { kindOf, nodeOf, nodesOf, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

export interface RewrittenTable {
  readonly table: SqlNode;
  /** Those before it and its own. */
  readonly sources: readonly Source[];
}

const logFields: Fields = new Map(Object.entries(auditLogColumns));

export function rewriteTable(surroundings: Surroundings, table: SqlNode, before: readonly Source[]): RewrittenTable {
  switch (kindOf(table)) {
    case 'BASE_TABLE':
      return rewriteName(surroundings, table, before);
    case 'JOIN':
      return rewriteJoin(surroundings, table, before);
    case 'SUBQUERY':
      return rewriteSubquery(surroundings, table, before);
    default:
      return rewriteList(surroundings, table, before);
  }
}

function rewriteName({ ctes }: Surroundings, table: SqlNode, before: readonly Source[]): RewrittenTable {
  const ofLog = isLog(table, ctes);
  const name = textOf(table, 'table_name');
  const fields = ofLog ? logFields : (ctes.get(name.toLowerCase()) ?? new Map());
  const named = ofLog ? { ...table, schema_name: 'main', table_name: tableName } : table;
  return { table: named, sources: [...before, sourceOf(table, fields, name, ofLog)] };
}

function rewriteSubquery(surroundings: Surroundings, table: SqlNode, before: readonly Source[]): RewrittenTable {
  const statement = nodeOf(table, 'subquery') ?? {};
  const outer = innerScope(before, surroundings.outer);
  const { query, fields } = surroundings.rewriteQuery(
    { ...surroundings, outer, isOutermost: false },
    nodeOf(statement, 'node') ?? {},
  );
  const subquery = { ...statement, node: query, named_param_map: [] };
  return { table: { ...table, subquery }, sources: [...before, sourceOf(table, fields)] };
}

function rewriteJoin(surroundings: Surroundings, table: SqlNode, before: readonly Source[]): RewrittenTable {
  const left = rewriteTable(surroundings, nodeOf(table, 'left') ?? {}, before);
  const right = rewriteTable(surroundings, nodeOf(table, 'right') ?? {}, left.sources);
  const condition = nodeOf(table, 'condition');
  const scope = innerScope(right.sources, surroundings.outer);
  const on = condition === undefined ? null : rewriteExpression(expressionContext(surroundings), condition, scope);
  return { table: { ...table, left: left.table, right: right.table, condition: on }, sources: right.sources };
}

/** VALUES and unnest(): columns of which nothing is known but the names given to them. */
function rewriteList(surroundings: Surroundings, table: SqlNode, before: readonly Source[]): RewrittenTable {
  if (kindOf(table) === 'EMPTY') return { table, sources: before };
  const scope = innerScope(before, surroundings.outer);
  const rewrite = (node: SqlNode) => rewriteExpression(expressionContext(surroundings), node, scope);
  const call = nodeOf(table, 'function');
  const named = textsOf(table, 'column_name_alias').map((name) => [name.toLowerCase(), 'unknown'] as const);
  const rows = Array.isArray(table.values) ? table.values : [];
  const values = rows.map((row) => nodesOf({ row }, 'row').map(rewrite));
  const rewritten = call === undefined ? { ...table, values } : { ...table, function: rewrite(call) };
  return { table: rewritten, sources: [...before, sourceOf({ ...table, column_name_alias: [] }, new Map(named))] };
}

function sourceOf(table: SqlNode, fields: Fields, name = '', ofLog = false): Source {
  const alias = (textOf(table, 'alias') || name).toLowerCase();
  return { alias, fields: renamed(fields, textsOf(table, 'column_name_alias')), isLog: ofLog };
}
