// What a statement touches: tables, columns, functions, and the privileges that this needs. Names defined by the
// statement itself (WITH queries, aliases in ORDER BY) are not tables or columns. A superset is preferred to an
// omission.

import type { Node, RangeVar, WithClause } from 'libpg-query';
import { isAggregateCall } from './aggregates.ts';
import type { RequiredPrivilege } from './analysis.ts';
import { isRecord, lastString, relationLabel, stringsOf, visitNodes } from './syntax-tree.ts';

export interface References {
  readonly labels: readonly string[];
  readonly properties: readonly string[];
  readonly functions: readonly string[];
  readonly required: readonly RequiredPrivilege[];
  /** Outside of subqueries in expressions, something is aggregated. */
  readonly aggregates: boolean;
}

interface Scope {
  /** Names of WITH queries in sight. */
  readonly queries: ReadonlySet<string>;
  /** Names by which whole rows can be referred to. */
  readonly rows: ReadonlySet<string>;
  /** Names of the output columns, in ORDER BY and GROUP BY only. */
  readonly outputs: ReadonlySet<string>;
  readonly inExpression: boolean;
}

const outermost: Scope = { queries: new Set(), rows: new Set(), outputs: new Set(), inExpression: false };

type Body = Readonly<Record<string, unknown>>;

export function collectReferences(tree: unknown): References {
  const labels = new Set<string>();
  const properties = new Set<string>();
  const functions = new Set<string>();
  const required = new Map<string, RequiredPrivilege>();
  let aggregates = false;

  function need(privilege: string, resource: string): void {
    const permission = `${privilege}:${resource}`;
    required.set(permission, { resource, permission });
  }

  function touch(relation: RangeVar | undefined, ...privileges: string[]): void {
    if (relation === undefined) return;
    const label = relationLabel(relation);
    labels.add(label);
    for (const privilege of privileges) need(privilege, label);
  }

  function visit(value: unknown, scope: Scope): void {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, scope);
    } else if (isRecord(value)) {
      for (const [key, child] of Object.entries(value)) {
        const special = isRecord(child) ? visitors[key] : undefined;
        if (special !== undefined && isRecord(child)) special(child, scope);
        else visit(child, scope);
      }
    }
  }

  const visitors: Readonly<Record<string, (body: Body, scope: Scope) => void>> = {
    SelectStmt: visitSelect,
    larg: visitSelect,
    rarg: visitSelect,
    InsertStmt(body, scope) {
      touch(relationOf(body.relation), 'INSERT');
      addNames(body.cols);
      const inner = withQueries(body, scope);
      if (isRecord(body.onConflictClause) && body.onConflictClause.action === 'ONCONFLICT_UPDATE') {
        touch(relationOf(body.relation), 'UPDATE', 'SELECT');
      }
      visitRest(body, ['relation', 'cols', 'withClause'], inner);
    },
    UpdateStmt(body, scope) {
      touch(relationOf(body.relation), 'UPDATE');
      visitChange(body, scope);
    },
    DeleteStmt(body, scope) {
      touch(relationOf(body.relation), 'DELETE');
      visitChange(body, scope);
    },
    MergeStmt(body, scope) {
      const clauses = Array.isArray(body.mergeWhenClauses) ? body.mergeWhenClauses : [];
      const acts = clauses.map((clause) => String(clause?.MergeWhenClause?.commandType ?? '').replace('CMD_', ''));
      touch(relationOf(body.relation), ...acts.filter((act) => act !== 'NOTHING' && act !== ''), 'SELECT');
      visitChange(body, scope);
    },
    CopyStmt(body, scope) {
      touch(relationOf(body.relation), body.is_from === true ? 'INSERT' : 'SELECT');
      const columns = stringsOf(nodesOf(body.attlist));
      for (const column of columns) properties.add(column);
      if (body.relation !== undefined && columns.length === 0) properties.add('*');
      visitRest(body, ['relation', 'attlist', 'options'], scope);
    },
    RangeVar(body, scope) {
      const relation = relationOf(body);
      if (relation?.schemaname === undefined && scope.queries.has(relation?.relname ?? '')) return;
      touch(relation, 'SELECT');
    },
    ColumnRef(body, scope) {
      const fields = nodesOf(body.fields);
      const last = fields.at(-1);
      const name = lastString(fields);
      if (last !== undefined && 'A_Star' in last) properties.add('*');
      else if (name !== undefined && fields.length === 1 && scope.rows.has(name)) properties.add('*');
      else if (name !== undefined && !(fields.length === 1 && scope.outputs.has(name))) properties.add(name);
    },
    FuncCall(body, scope) {
      const parts = stringsOf(nodesOf(body.funcname));
      const name = (parts[0] === 'pg_catalog' ? parts.slice(1) : parts).join('.').toLowerCase();
      functions.add(name);
      need('EXECUTE', name);
      if (!scope.inExpression && isAggregateCall(name, body)) aggregates = true;
      visitRest(body, ['funcname'], scope);
    },
    JsonArrayAgg: visitJsonAggregate,
    JsonObjectAgg: visitJsonAggregate,
    SubLink(body, scope) {
      visitRest(body, [], { ...scope, inExpression: true });
    },
    JoinExpr(body, scope) {
      for (const column of stringsOf(nodesOf(body.usingClause))) properties.add(column);
      // The arms of a join are nodes, although their names are those of a set operation's bodies.
      visit([body.larg, body.rarg, body.quals], scope);
    },
    GrantStmt: touchOnly,
    TruncateStmt: touchOnly,
    VacuumStmt: touchOnly,
    CreateStmt(body, scope) {
      touchOnly({ parents: body.inhRelations });
      visitRest(body, ['relation', 'inhRelations'], scope);
    },
  };

  function visitSelect(body: Body, scope: Scope): void {
    const inner = withQueries(body, scope);
    const rows = new Set([...inner.rows, ...rowNames(body.fromClause)]);
    const own: Scope = { ...inner, rows, outputs: new Set() };
    if (body.groupClause !== undefined && !scope.inExpression) aggregates = true;
    const locks = body.lockingClause !== undefined;
    const before = new Set(labels);
    visitRest(body, ['withClause', 'sortClause', 'groupClause'], own);
    visit([body.sortClause, body.groupClause], { ...own, outputs: outputNames(body.targetList) });
    if (locks) for (const label of labels) if (!before.has(label)) need('UPDATE', label);
  }

  function visitChange(body: Body, scope: Scope): void {
    const inner = withQueries(body, scope);
    if (Array.isArray(body.targetList)) addNames(body.targetList);
    for (const clause of nodesOf(body.mergeWhenClauses)) {
      if ('MergeWhenClause' in clause) addNames(clause.MergeWhenClause.targetList);
    }
    if (body.whereClause !== undefined || body.returningClause !== undefined) {
      touch(relationOf(body.relation), 'SELECT');
    }
    const rows = new Set([...inner.rows, ...rowNames([{ RangeVar: body.relation }])]);
    visitRest(body, ['relation', 'withClause'], { ...inner, rows });
  }

  /** These name tables without reading them; what they need is another privilege. */
  function touchOnly(body: Body): void {
    visitNodes(body, (kind, relation) => {
      if (kind === 'RangeVar') touch(relationOf(relation));
    });
  }

  function visitJsonAggregate(body: Body, scope: Scope): void {
    if (!scope.inExpression) aggregates = true;
    visitRest(body, [], scope);
  }

  function visitRest(body: Body, done: readonly string[], scope: Scope): void {
    for (const [key, child] of Object.entries(body)) if (!done.includes(key)) visit({ [key]: child }, scope);
  }

  /** Visits the WITH queries and returns the scope in which their names are known. */
  function withQueries(body: Body, scope: Scope): Scope {
    if (!isRecord(body.withClause)) return scope;
    const clause: WithClause = body.withClause;
    const queries = new Set(scope.queries);
    const expressions = (clause.ctes ?? []).flatMap((cte) => ('CommonTableExpr' in cte ? [cte.CommonTableExpr] : []));
    if (clause.recursive === true) for (const { ctename = '' } of expressions) queries.add(ctename);
    for (const { ctename = '', ctequery } of expressions) {
      // The set grows as the queries are visited in turn, so each sees those before it.
      visit(ctequery, { ...scope, queries });
      queries.add(ctename);
    }
    return { ...scope, queries };
  }

  function addNames(targets: unknown): void {
    for (const target of nodesOf(targets)) {
      if ('ResTarget' in target && target.ResTarget.name !== undefined) properties.add(target.ResTarget.name);
    }
  }

  visit(tree, outermost);
  for (const label of labels) {
    const schema = label.slice(0, label.indexOf('.'));
    if (schema !== 'public') need('USAGE', schema);
  }
  return {
    labels: [...labels],
    properties: [...properties],
    functions: [...functions],
    required: [...required.values()].sort((a, b) => rank(a) - rank(b)),
    aggregates,
  };
}

/** Tables first, for they are what people ask about; functions and schemas after them. */
function rank({ permission }: RequiredPrivilege): number {
  return permission.startsWith('EXECUTE:') ? 1 : permission.startsWith('USAGE:') ? 2 : 0;
}

function relationOf(value: unknown): RangeVar | undefined {
  return isRecord(value) ? value : undefined;
}

function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value : [];
}

function rowNames(from: unknown): string[] {
  return nodesOf(from).flatMap((item) => {
    if ('JoinExpr' in item)
      return rowNames([item.JoinExpr.larg, item.JoinExpr.rarg].filter((arm) => arm !== undefined));
    if (!('RangeVar' in item) || item.RangeVar === undefined) return [];
    const name = item.RangeVar.alias?.aliasname ?? item.RangeVar.relname;
    return name === undefined ? [] : [name];
  });
}

function outputNames(targets: unknown): Set<string> {
  return new Set(
    nodesOf(targets).flatMap((target) =>
      'ResTarget' in target && target.ResTarget.name !== undefined ? [target.ResTarget.name] : [],
    ),
  );
}
