// Rewrites one expression, innermost parts first: values for parameters and for the present, extractions for paths into
// JSON, casts around what came out of JSON. Subqueries are handed back to whoever rewrites queries.

import { compareJson } from './compare-json.ts';
import { lambdaFunctions } from './functions/collections.ts';
import { extractJson } from './json-path.ts';
import { notAllowed } from './not-allowed.ts';
import { parameterValue } from './parameters.ts';
import { presentValue } from './present.ts';
import { resolvePath, type Scope, withoutSchema } from './scope.ts';
import { kindOf, mapChildren, nodeOf, nodesOf, nodesWithin, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

export interface RewriteContext {
  /** The user's own, for errors. */
  readonly text: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** Canonical timestamp. */
  readonly now: string;
  /** Rewrites the query of a subquery that stands in an expression. */
  readonly rewriteSubquery: (query: SqlNode, outer: Scope) => SqlNode;
}

export function rewriteExpression(context: RewriteContext, node: SqlNode, scope: Scope): SqlNode {
  const replaced =
    parameterValue(node, context.parameters) ?? presentValue(node, scope, context.now) ?? extractJson(node, scope);
  if (replaced !== undefined) return replaced;
  switch (kindOf(node)) {
    case 'COLUMN_REF':
      return { ...node, column_names: withoutSchema(textsOf(node, 'column_names')) };
    case 'SELECT_NODE':
    case 'SET_OPERATION_NODE':
      return context.rewriteSubquery(node, scope);
    case 'FUNCTION':
      if (lambdaFunctions.has(textOf(node, 'function_name').toLowerCase()))
        return rewriteLambdaCall(context, node, scope);
  }
  const rewritten = mapChildren(node, (child) => rewriteExpression(context, child, scope));
  // The statement of a subquery lists its parameters, of which none is left.
  if ('named_param_map' in rewritten) return { ...rewritten, named_param_map: [] };
  return compareJson(node, rewritten, scope);
}

/** Elsewhere `a -> b` takes a value out of JSON; here its left side names parameters. */
function rewriteLambdaCall(context: RewriteContext, call: SqlNode, scope: Scope): SqlNode {
  const children = nodesOf(call, 'children').map((child) =>
    kindOf(child) === 'LAMBDA' ? rewriteLambda(context, child, scope) : rewriteExpression(context, child, scope),
  );
  return { ...call, children };
}

function rewriteLambda(context: RewriteContext, lambda: SqlNode, scope: Scope): SqlNode {
  const named = [...nodesWithin(nodeOf(lambda, 'lhs') ?? {})].filter((node) => kindOf(node) === 'COLUMN_REF');
  const names = named.flatMap((node) => textsOf(node, 'column_names')).map((name) => name.toLowerCase());
  const column = names.find((name) => resolvePath(scope, [name]) !== undefined);
  if (column !== undefined) {
    // DuckDB writes every lambda with an arrow, which would then be taken for one into JSON.
    throw notAllowed(context.text, lambda, `"${column}" as the parameter of a lambda, for it is a column; rename it`);
  }
  const inner = { ...scope, lambdaNames: new Set([...scope.lambdaNames, ...names]) };
  return { ...lambda, expr: rewriteExpression(context, nodeOf(lambda, 'expr') ?? {}, inner) };
}
