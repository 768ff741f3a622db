// Where a query stands while it is rewritten: what is in scope there, and how to rewrite a query within it.

import type { RewriteContext } from './rewrite-expression.ts';
import type { Fields, Scope } from './scope.ts';
import type { SqlNode } from './syntax-tree.ts';

export type StatementContext = Omit<RewriteContext, 'rewriteSubquery'>;

export interface Surroundings {
  readonly context: StatementContext;
  /** The columns of each WITH in scope, by its name in lower case. */
  readonly ctes: ReadonlyMap<string, Fields>;
  readonly outer: Scope | undefined;
  readonly isOutermost: boolean;
  readonly rewriteQuery: (surroundings: Surroundings, query: SqlNode) => RewrittenQuery;
}

export interface RewrittenQuery {
  readonly query: SqlNode;
  readonly fields: Fields;
}

export function expressionContext(surroundings: Surroundings): RewriteContext {
  return {
    ...surroundings.context,
    rewriteSubquery: (query, outer) =>
      surroundings.rewriteQuery({ ...surroundings, outer, isOutermost: false }, query).query,
  };
}
