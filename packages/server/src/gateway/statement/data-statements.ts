// Statements that read or change data. `operation.type` has four values for them, as in the seeds: SELECT, CREATE,
// UPDATE and DELETE.

import type { CopyStmt, ExplainStmt, InsertStmt, Node, SelectStmt } from 'libpg-query';
import { adminAct, type Outline, privilege, type StatementContext } from './outline.ts';
import { constantText, kindOf, relationLabel, stringOf } from './syntax-tree.ts';

const read = { operationType: 'SELECT', eventType: 'data_access' } as const;
const change = { eventType: 'data_modification' } as const;

export function outlineDataStatement(context: StatementContext): Outline | undefined {
  const { node } = context;
  if ('SelectStmt' in node) return outlineSelect(node.SelectStmt, context);
  if ('InsertStmt' in node) return outlineInsert(node.InsertStmt);
  if ('UpdateStmt' in node) return { verb: 'UPDATE', operationType: 'UPDATE', ...change, subtype: 'node_updated' };
  if ('DeleteStmt' in node) {
    const subtype = node.DeleteStmt.whereClause === undefined ? 'bulk_delete' : 'node_deleted';
    return { verb: 'DELETE', operationType: 'DELETE', ...change, subtype };
  }
  if ('MergeStmt' in node) return { verb: 'MERGE', operationType: 'UPDATE', ...change, subtype: 'node_updated' };
  if ('TruncateStmt' in node) return outlineTruncate(node.TruncateStmt.relations);
  if ('CopyStmt' in node) return outlineCopy(node.CopyStmt, context);
  if ('ExplainStmt' in node) return outlineExplain(node.ExplainStmt, context);
  if ('DeclareCursorStmt' in node) {
    const { portalname, query } = node.DeclareCursorStmt;
    return outlineAround('DECLARE CURSOR', query, context, { cursor: portalname });
  }
  if ('FetchStmt' in node) {
    const { ismove, portalname } = node.FetchStmt;
    const verb = ismove === true ? 'MOVE' : 'FETCH';
    return { verb, ...read, subtype: 'query_executed', details: { cursor: portalname } };
  }
  if ('LockStmt' in node) return { verb: 'LOCK TABLE', eventType: 'data_access', subtype: 'query_executed' };
  return undefined;
}

function outlineSelect(select: SelectStmt, context: StatementContext): Outline {
  if (select.intoClause !== undefined) {
    const label = relationLabel(select.intoClause.rel);
    const details = { object_type: 'table', object_name: label };
    const required = [privilege('CREATE', select.intoClause.rel?.schemaname ?? 'public')];
    const outline = { verb: 'SELECT INTO', eventType: 'schema_change', subtype: 'table_created' } as const;
    return { ...outline, details, labels: [label], required };
  }
  const changing = outlineChangeInWith(select, context);
  if (changing !== undefined) return changing;
  const graph = outlineGraphFunction(select);
  if (graph !== undefined) return graph;
  return {
    verb: 'SELECT',
    ...read,
    subtype: context.references.aggregates ? 'aggregation_computed' : 'query_executed',
  };
}

/** A SELECT whose WITH queries change data is a modification, of the kind of the first that does. */
function outlineChangeInWith(
  { withClause }: SelectStmt,
  { analyzeInner, text }: StatementContext,
): Outline | undefined {
  for (const cte of withClause?.ctes ?? []) {
    const query = 'CommonTableExpr' in cte ? cte.CommonTableExpr.ctequery : undefined;
    if (query === undefined || 'SelectStmt' in query) continue;
    const { operationType, subtype } = analyzeInner(query, text);
    return { verb: 'SELECT', operationType, ...change, subtype };
  }
  return undefined;
}

/** Apache AGE makes and drops graphs by functions. */
function outlineGraphFunction(select: SelectStmt): Outline | undefined {
  for (const target of select.targetList ?? []) {
    const call = 'ResTarget' in target ? target.ResTarget.val : undefined;
    if (call === undefined || !('FuncCall' in call)) continue;
    const name = stringOf(call.FuncCall.funcname?.at(-1));
    if (name !== 'create_graph' && name !== 'drop_graph') continue;
    const graph = constantText(call.FuncCall.args?.[0]);
    const subtype = name === 'create_graph' ? 'graph_created' : 'graph_dropped';
    return {
      verb: 'SELECT',
      eventType: 'schema_change',
      subtype,
      details: { object_type: 'graph', object_name: graph },
    };
  }
  return undefined;
}

function outlineInsert({ selectStmt, onConflictClause }: InsertStmt): Outline {
  const source = selectStmt !== undefined && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : undefined;
  const isOneRow = source === undefined || source.valuesLists?.length === 1;
  const onConflict = onConflictClause?.action?.replace('ONCONFLICT_', '').toLowerCase();
  return {
    verb: 'INSERT',
    operationType: 'CREATE',
    ...change,
    subtype: isOneRow ? 'node_created' : 'bulk_insert',
    ...(onConflict === undefined ? {} : { details: { on_conflict: onConflict } }),
  };
}

function outlineTruncate(relations: readonly Node[] = []): Outline {
  const labels = relations.map((node) => relationLabel('RangeVar' in node ? node.RangeVar : undefined));
  const required = labels.map((label) => ({ resource: label, permission: `TRUNCATE:${label}` }));
  return { verb: 'TRUNCATE TABLE', operationType: 'DELETE', ...change, subtype: 'bulk_delete', required };
}

function outlineCopy({ is_from, is_program, filename, query }: CopyStmt, context: StatementContext): Outline {
  const direction = is_from === true ? 'from' : 'to';
  const place = is_program === true ? 'program' : filename !== undefined ? 'file' : 'client';
  const details = { [direction]: place, ...(place === 'file' ? { file: filename } : {}) };
  const required = place === 'client' ? [] : [adminAct(`copy_${direction}_${place}`, filename ?? place)];
  if (is_from === true) {
    return { verb: 'COPY', operationType: 'CREATE', ...change, subtype: 'bulk_insert', details, required };
  }
  const inner = query === undefined ? undefined : context.analyzeInner(query, context.text);
  if (inner?.eventType === 'data_modification') {
    return { verb: 'COPY', operationType: inner.operationType, ...change, subtype: inner.subtype, details, required };
  }
  return { verb: 'COPY', ...read, subtype: 'data_exported', details, required };
}

function outlineExplain({ query, options = [] }: ExplainStmt, context: StatementContext): Outline {
  const analyzes = options.some((option) => {
    if (!('DefElem' in option) || option.DefElem.defname !== 'analyze') return false;
    const value = stringOf(option.DefElem.arg)?.toLowerCase();
    return value === undefined || !['false', 'off', '0'].includes(value);
  });
  // EXPLAIN ANALYZE runs the statement, so it is recorded as what it runs.
  if (analyzes) return outlineAround('EXPLAIN', query, context, { explain_analyze: true });
  return { verb: 'EXPLAIN', eventType: 'data_access', subtype: 'query_executed' };
}

function outlineAround(
  verb: string,
  query: Node | undefined,
  context: StatementContext,
  details: Record<string, unknown>,
): Outline {
  if (query === undefined) return { verb, eventType: 'data_access', subtype: 'query_executed', details };
  const { operationType, eventType, subtype, details: inner, executes } = context.analyzeInner(query, context.text);
  const isRead = kindOf(query) === 'SelectStmt' && eventType === 'data_access';
  return {
    verb,
    operationType: isRead ? 'SELECT' : operationType,
    eventType,
    subtype,
    details: { ...inner, ...details },
    ...(executes === undefined ? {} : { executes }),
  };
}
