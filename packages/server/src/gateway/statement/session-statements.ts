// Statements about the session, its transactions and the upkeep of the server.

import type { Node, TransactionStmt, VariableSetStmt } from 'libpg-query';
import type { TransactionAct } from './analysis.ts';
import { adminAct, type Outline, type StatementContext } from './outline.ts';
import { constantText, kindOf, relationLabel } from './syntax-tree.ts';

const query = { eventType: 'data_access', subtype: 'query_executed' } as const;

export function outlineSessionStatement(context: StatementContext): Outline | undefined {
  const { node } = context;
  if ('TransactionStmt' in node) return outlineTransaction(node.TransactionStmt);
  if ('VariableSetStmt' in node) return outlineSet(node.VariableSetStmt);
  if ('VariableShowStmt' in node) return { verb: 'SHOW', ...query, details: { setting: node.VariableShowStmt.name } };
  if ('PrepareStmt' in node) {
    const { name = '', query: inner } = node.PrepareStmt;
    if (inner === undefined) return { verb: 'PREPARE', ...query };
    const statement = context.analyzeInner(inner, context.text);
    return { verb: 'PREPARE', ...query, details: { prepared_statement: name }, prepares: { name, statement } };
  }
  if ('ExecuteStmt' in node) {
    const { name = '' } = node.ExecuteStmt;
    return { verb: 'EXECUTE', ...query, details: { prepared_statement: name }, executes: name };
  }
  if ('AlterSystemStmt' in node)
    return configured('ALTER SYSTEM', { setting: node.AlterSystemStmt.setstmt?.name ?? 'ALL' });
  if ('AlterDatabaseSetStmt' in node) {
    const { dbname, setstmt } = node.AlterDatabaseSetStmt;
    return configured('ALTER DATABASE', { database: dbname, setting: setstmt?.name ?? 'ALL' });
  }
  if ('LoadStmt' in node) return configured('LOAD', { library: node.LoadStmt.filename });
  return outlineMaintenance(node) ?? plain(node);
}

const transactionActs: Readonly<Record<string, readonly [verb: string, act: TransactionAct]>> = {
  TRANS_STMT_BEGIN: ['BEGIN', 'begin'],
  TRANS_STMT_START: ['START TRANSACTION', 'begin'],
  TRANS_STMT_COMMIT: ['COMMIT', 'commit'],
  TRANS_STMT_ROLLBACK: ['ROLLBACK', 'rollback'],
  TRANS_STMT_SAVEPOINT: ['SAVEPOINT', 'savepoint'],
  TRANS_STMT_RELEASE: ['RELEASE', 'release'],
  TRANS_STMT_ROLLBACK_TO: ['ROLLBACK', 'rollback_to'],
  TRANS_STMT_PREPARE: ['PREPARE TRANSACTION', 'prepare'],
  // What was prepared earlier is decided here, outside of any transaction of this session.
  TRANS_STMT_COMMIT_PREPARED: ['COMMIT PREPARED', 'commit'],
  TRANS_STMT_ROLLBACK_PREPARED: ['ROLLBACK PREPARED', 'rollback'],
};

function outlineTransaction({ kind = 'TRANS_STMT_BEGIN', savepoint_name, gid, chain }: TransactionStmt): Outline {
  const [verb, transaction] = transactionActs[kind] ?? ['BEGIN', 'begin'];
  const details = {
    ...(savepoint_name === undefined ? {} : { savepoint: savepoint_name }),
    ...(gid === undefined ? {} : { prepared_transaction: gid }),
    ...(chain === true ? { chain: true } : {}),
  };
  return { verb, ...query, transaction, details };
}

function outlineSet({ kind, name, args = [], is_local }: VariableSetStmt): Outline {
  const verb = kind === 'VAR_RESET' || kind === 'VAR_RESET_ALL' ? 'RESET' : 'SET';
  // Who acts is not a secret; the value of any other setting may be one, and stands in the statement anyway.
  const actor = name === 'role' || name === 'session_authorization' ? constantText(args[0]) : undefined;
  return {
    verb,
    ...query,
    details: {
      setting: kind === 'VAR_RESET_ALL' ? 'ALL' : name,
      ...(actor === undefined ? {} : { [name === 'role' ? 'set_role' : 'session_authorization']: actor }),
      ...(is_local === true ? { local: true } : {}),
    },
    ...(actor === undefined ? {} : { required: [adminAct(`set ${name}`, actor)] }),
  };
}

function configured(verb: string, details: Readonly<Record<string, unknown>>): Outline {
  const required = [adminAct(verb, String(Object.values(details)[0] ?? ''))];
  return { verb, eventType: 'admin_action', subtype: 'config_changed', details, required };
}

function outlineMaintenance(node: Node): Outline | undefined {
  if ('VacuumStmt' in node) {
    const { is_vacuumcmd, rels = [] } = node.VacuumStmt;
    const labels = rels.map((rel) => relationLabel('VacuumRelation' in rel ? rel.VacuumRelation.relation : undefined));
    return maintenance(is_vacuumcmd === true ? 'VACUUM' : 'ANALYZE', labels);
  }
  if ('ReindexStmt' in node) {
    const { relation, name, kind } = node.ReindexStmt;
    const object = relation === undefined ? name : relationLabel(relation);
    const labels = kind === 'REINDEX_OBJECT_TABLE' && object !== undefined ? [object] : [];
    const outline = maintenance('REINDEX', labels);
    return object === undefined ? outline : { ...outline, details: { object_name: object } };
  }
  if ('ClusterStmt' in node) {
    const { relation } = node.ClusterStmt;
    return maintenance('CLUSTER', relation === undefined ? [] : [relationLabel(relation)]);
  }
  if ('RefreshMatViewStmt' in node) {
    return maintenance('REFRESH MATERIALIZED VIEW', [relationLabel(node.RefreshMatViewStmt.relation)]);
  }
  return 'CheckPointStmt' in node ? maintenance('CHECKPOINT', []) : undefined;
}

function maintenance(verb: string, labels: readonly string[]): Outline {
  const required = [adminAct(verb, labels[0] ?? 'server')];
  const details = labels[0] === undefined ? {} : { object_name: labels[0] };
  return { verb, eventType: 'admin_action', subtype: 'maintenance_started', labels, details, required };
}

const plainVerbs: Readonly<Record<string, string>> = {
  ListenStmt: 'LISTEN',
  UnlistenStmt: 'UNLISTEN',
  NotifyStmt: 'NOTIFY',
  DiscardStmt: 'DISCARD',
  DeallocateStmt: 'DEALLOCATE',
  ClosePortalStmt: 'CLOSE CURSOR',
  ConstraintsSetStmt: 'SET CONSTRAINTS',
};

function plain(node: Node): Outline | undefined {
  const verb = plainVerbs[kindOf(node)];
  return verb === undefined ? undefined : { verb, ...query };
}
