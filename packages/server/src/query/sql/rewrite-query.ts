// Rewrites a statement that the guard has let pass: the log's name, and every expression in the scope where it stands.
// Knows of each query what columns it has, so that a path into JSON is found through WITH and subqueries too.

import { headSelectList } from './headings.ts';
import { countParameter } from './parameters.ts';
import { rewriteExpression } from './rewrite-expression.ts';
import { rewriteTable } from './rewrite-table.ts';
import { type Fields, innerScope, type Scope, type Source } from './scope.ts';
import { fieldsOfSelectList, renamed } from './select-fields.ts';
import { expressionContext, type RewrittenQuery, type StatementContext, type Surroundings } from './surroundings.ts';
import { kindOf, mapChildren, nodeOf, nodesOf, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

export function rewriteStatement(context: StatementContext, statement: SqlNode): SqlNode {
  const query = nodeOf(statement, 'node') ?? {};
  const surroundings = { context, ctes: new Map(), outer: undefined, isOutermost: true, rewriteQuery };
  return { ...statement, node: rewriteQuery(surroundings, query).query, named_param_map: [] };
}

function rewriteQuery(surroundings: Surroundings, query: SqlNode): RewrittenQuery {
  const { ctes, cteMap } = rewriteCtes(surroundings, query);
  const inner = { ...surroundings, ctes };
  const rewritten = kindOf(query) === 'SELECT_NODE' ? rewriteSelect(inner, query) : rewriteSetOperation(inner, query);
  return { ...rewritten, query: { ...rewritten.query, cte_map: cteMap } };
}

function rewriteCtes(surroundings: Surroundings, query: SqlNode): { ctes: Map<string, Fields>; cteMap: SqlNode } {
  const ctes = new Map(surroundings.ctes);
  const map = nodesOf(nodeOf(query, 'cte_map') ?? {}, 'map').map((entry) => {
    const cte = nodeOf(entry, 'value') ?? {};
    const statement = nodeOf(cte, 'query') ?? {};
    const rewritten = rewriteQuery({ ...surroundings, ctes, isOutermost: false }, nodeOf(statement, 'node') ?? {});
    ctes.set(textOf(entry, 'key').toLowerCase(), renamed(rewritten.fields, textsOf(cte, 'aliases')));
    return { ...entry, value: { ...cte, query: { ...statement, node: rewritten.query, named_param_map: [] } } };
  });
  return { ctes, cteMap: { map } };
}

function rewriteSelect(surroundings: Surroundings, query: SqlNode): RewrittenQuery {
  const { context, outer } = surroundings;
  const from = rewriteTable(surroundings, nodeOf(query, 'from_table') ?? {}, []);
  const scope = innerScope(from.sources, outer);
  const rewrite = (node: SqlNode, inner: Scope) => rewriteExpression(expressionContext(surroundings), node, inner);
  const list = nodesOf(query, 'select_list');
  const items = list.map((item) => rewrite(item, scope));
  const headed = headSelectList(list, items, { query, sources: from.sources, isOutermost: surroundings.isOutermost });
  const fields = fieldsOfSelectList(context.text, list, items, scope);
  const withAliases = { ...scope, aliases: fields };
  const rest = mapChildren({ ...query, select_list: [], from_table: null, cte_map: null, modifiers: [] }, (node) =>
    rewrite(node, withAliases),
  );
  const modifiers = rewriteModifiers(surroundings, query, withAliases);
  return { query: { ...rest, select_list: headed, from_table: from.table, modifiers }, fields };
}

function rewriteSetOperation(surroundings: Surroundings, query: SqlNode): RewrittenQuery {
  const { outer, isOutermost } = surroundings;
  const left = rewriteQuery(
    { ...surroundings, isOutermost: isOutermost && keepsNames(query) },
    nodeOf(query, 'left') ?? {},
  );
  const right = rewriteQuery({ ...surroundings, isOutermost: false }, nodeOf(query, 'right') ?? {});
  const scope = innerScope([{ alias: '', fields: left.fields, isLog: false } satisfies Source], outer);
  const modifiers = rewriteModifiers(surroundings, query, scope);
  return { query: { ...query, left: left.query, right: right.query, modifiers }, fields: left.fields };
}

/** A new heading must not come between a column and what finds it by its name. */
function keepsNames(query: SqlNode): boolean {
  const orders = nodesOf(query, 'modifiers').flatMap((modifier) => nodesOf(modifier, 'orders'));
  const byName = orders.some((order) => kindOf(nodeOf(order, 'expression') ?? {}) === 'COLUMN_REF');
  return textOf(query, 'setop_type') !== 'UNION_BY_NAME' && !byName;
}

function rewriteModifiers(surroundings: Surroundings, query: SqlNode, scope: Scope): SqlNode[] {
  const { text, parameters } = surroundings.context;
  const context = expressionContext(surroundings);
  return nodesOf(query, 'modifiers').map((modifier) => {
    const isLimit = textOf(modifier, 'type').startsWith('LIMIT');
    return mapChildren(modifier, (node) =>
      isLimit && kindOf(node) === 'PARAMETER'
        ? countParameter(text, node, parameters)
        : rewriteExpression(context, node, scope),
    );
  });
}
