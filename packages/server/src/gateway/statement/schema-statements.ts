// Statements that change the shape of the data. A schema and a database are graphs; tables, constraints, indexes and
// row policies have subtypes of their own, all else is an object with its type in the details.

import type { AlterTableStmt, DropStmt, Node, RangeVar, RenameStmt } from 'libpg-query';
import { outlineOtherObject } from './object-statements.ts';
import { adminAct, nameDetails, type Outline, privilege, type StatementContext } from './outline.ts';
import { dottedLabel, objectWord, relationLabel, stringOf, stringsOf } from './syntax-tree.ts';

export function outlineSchemaStatement({ node }: StatementContext): Outline | undefined {
  if ('CreateStmt' in node) return createdTable('CREATE TABLE', node.CreateStmt.relation);
  if ('CreateForeignTableStmt' in node) {
    return createdTable('CREATE FOREIGN TABLE', node.CreateForeignTableStmt.base?.relation);
  }
  if ('CreateTableAsStmt' in node) {
    const { into, objtype } = node.CreateTableAsStmt;
    if (objtype !== 'OBJECT_MATVIEW') return createdTable('CREATE TABLE AS', into?.rel);
    return createdIn('CREATE MATERIALIZED VIEW', 'materialized_view', into?.rel);
  }
  if ('ViewStmt' in node) return createdIn('CREATE VIEW', 'view', node.ViewStmt.view);
  if ('CreateSeqStmt' in node) return createdIn('CREATE SEQUENCE', 'sequence', node.CreateSeqStmt.sequence);
  if ('IndexStmt' in node) {
    const { relation, idxname } = node.IndexStmt;
    return onTable('CREATE INDEX', 'index_created', 'index', idxname, relation);
  }
  if ('CreatePolicyStmt' in node) {
    const { policy_name, table } = node.CreatePolicyStmt;
    return onTable('CREATE POLICY', 'policy_created', 'policy', policy_name, table);
  }
  if ('AlterPolicyStmt' in node) {
    const { policy_name, table } = node.AlterPolicyStmt;
    return onTable('ALTER POLICY', 'policy_modified', 'policy', policy_name, table);
  }
  if ('CreateTrigStmt' in node) {
    const { trigname, relation } = node.CreateTrigStmt;
    return onTable('CREATE TRIGGER', 'object_created', 'trigger', trigname, relation);
  }
  if ('RuleStmt' in node) {
    const { rulename, relation } = node.RuleStmt;
    return onTable('CREATE RULE', 'object_created', 'rule', rulename, relation);
  }
  if ('CreateSchemaStmt' in node) {
    const { schemaname, authrole } = node.CreateSchemaStmt;
    return graph('CREATE SCHEMA', 'graph_created', 'schema', schemaname ?? authrole?.rolename);
  }
  if ('CreatedbStmt' in node) return graph('CREATE DATABASE', 'graph_created', 'database', node.CreatedbStmt.dbname);
  if ('DropdbStmt' in node) return graph('DROP DATABASE', 'graph_dropped', 'database', node.DropdbStmt.dbname);
  if ('AlterTableStmt' in node) return outlineAlterTable(node.AlterTableStmt);
  if ('RenameStmt' in node) return outlineRename(node.RenameStmt);
  if ('DropStmt' in node) return outlineDrop(node.DropStmt);
  return outlineOtherObject(node);
}

function createdTable(verb: string, relation: RangeVar | undefined): Outline {
  return { ...createdIn(verb, 'table', relation), subtype: 'table_created' };
}

function createdIn(verb: string, objectType: string, relation: RangeVar | undefined): Outline {
  const label = relationLabel(relation);
  return {
    verb,
    eventType: 'schema_change',
    subtype: 'object_created',
    details: { object_type: objectType, object_name: label },
    labels: [label],
    required: [privilege('CREATE', relation?.schemaname ?? 'public')],
  };
}

function graph(verb: string, subtype: string, objectType: string, name: string | undefined): Outline {
  const details = { object_type: objectType, object_name: name };
  return { verb, eventType: 'schema_change', subtype, details, required: [adminAct(verb, name ?? '')] };
}

function onTable(
  verb: string,
  subtype: string,
  objectType: string,
  name: string | undefined,
  relation: RangeVar | undefined,
): Outline {
  const label = relationLabel(relation);
  return {
    verb,
    eventType: 'schema_change',
    subtype,
    details: { object_type: objectType, ...(name === undefined ? {} : { object_name: name }), table: label },
    labels: [label],
    required: [adminAct(verb, label)],
  };
}

const rowSecurity: Readonly<Record<string, string>> = {
  AT_EnableRowSecurity: 'enabled',
  AT_DisableRowSecurity: 'disabled',
  AT_ForceRowSecurity: 'forced',
  AT_NoForceRowSecurity: 'not_forced',
};

function outlineAlterTable({ relation, cmds = [], objtype }: AlterTableStmt): Outline {
  const commands = cmds.flatMap((node) => ('AlterTableCmd' in node ? [node.AlterTableCmd] : []));
  const word = objectWord(objtype);
  const verb = `ALTER ${word.replaceAll('_', ' ').toUpperCase()}`;
  const dropped = commands.find(({ subtype }) => subtype === 'AT_DropConstraint');
  if (dropped !== undefined) return onTable(verb, 'constraint_dropped', 'constraint', dropped.name, relation);
  const added = commands.find(({ subtype }) => subtype === 'AT_AddConstraint');
  if (added !== undefined) {
    const name = added.def !== undefined && 'Constraint' in added.def ? added.def.Constraint.conname : undefined;
    return onTable(verb, 'constraint_created', 'constraint', name, relation);
  }
  const security = commands.map(({ subtype = '' }) => rowSecurity[subtype]).find((state) => state !== undefined);
  if (security !== undefined) {
    const outline = onTable(verb, 'policy_modified', 'table', relationLabel(relation), relation);
    return { ...outline, details: { ...outline.details, row_security: security } };
  }
  const changes = commands.map(({ subtype = '' }) =>
    subtype
      .replace('AT_', '')
      .replace(/(?<!^)(?=[A-Z])/g, '_')
      .toLowerCase(),
  );
  const outline = onTable(
    verb,
    word === 'table' ? 'table_altered' : 'object_altered',
    word,
    relationLabel(relation),
    relation,
  );
  return { ...outline, details: { ...outline.details, changes } };
}

function outlineRename({ renameType, relationType, relation, object, subname, newname }: RenameStmt): Outline {
  const isPart = relation !== undefined && subname !== undefined;
  const word = objectWord(renameType);
  const owner = isPart && (word === 'column' || word === 'attribute') ? objectWord(relationType) : word;
  const verb = `ALTER ${(word === 'constraint' ? 'table' : owner).replaceAll('_', ' ').toUpperCase()}`;
  const isTable = word === 'table' || word === 'constraint' || (word === 'column' && owner === 'table');
  const subtype = word === 'policy' ? 'policy_modified' : isTable ? 'table_altered' : 'object_altered';
  const outline = onTable(verb, subtype, word, subname ?? droppedName(object) ?? relationLabel(relation), relation);
  const { table, ...details } = { table: undefined, ...outline.details };
  const place = relation === undefined ? {} : { table };
  return {
    ...outline,
    labels: relation === undefined ? [] : (outline.labels ?? []),
    details: { ...details, ...place, new_name: newname },
  };
}

const droppedSubtypes: Readonly<Record<string, string>> = {
  table: 'table_dropped',
  foreign_table: 'table_dropped',
  index: 'index_dropped',
  policy: 'policy_dropped',
  schema: 'graph_dropped',
};

function outlineDrop({ objects = [], removeType, behavior }: DropStmt): Outline {
  const word = objectWord(removeType);
  const verb = `DROP ${word.replaceAll('_', ' ').toUpperCase()}`;
  const isPartOfTable = word === 'policy' || word === 'trigger' || word === 'rule';
  const parts = objects.map(nameParts);
  const names = parts.map((name) => (isPartOfTable ? (name.at(-1) ?? '') : qualified(word, name)));
  const tables = isPartOfTable ? parts.map((name) => dottedLabel(name.slice(0, -1))) : [];
  return {
    verb,
    eventType: 'schema_change',
    subtype: droppedSubtypes[word] ?? 'object_dropped',
    details: {
      object_type: word,
      ...nameDetails(names),
      ...(tables[0] === undefined ? {} : { table: tables[0] }),
      ...(behavior === 'DROP_CASCADE' ? { cascade: true } : {}),
    },
    labels: isPartOfTable ? tables : word === 'table' || word === 'foreign_table' || word.endsWith('view') ? names : [],
    required: [adminAct(verb, tables[0] ?? names[0] ?? '')],
  };
}

/** Kinds of objects that live in no schema have plain names. */
function qualified(word: string, parts: readonly string[]): string {
  const isPlain = ['schema', 'extension', 'server', 'foreign_data_wrapper', 'language', 'publication', 'event_trigger'];
  return isPlain.includes(word) ? parts.join('.') : dottedLabel(parts);
}

function droppedName(object: Node | undefined): string | undefined {
  return object === undefined ? undefined : nameParts(object).join('.');
}

function nameParts(object: Node): string[] {
  if ('List' in object) return stringsOf(object.List.items);
  if ('ObjectWithArgs' in object) return stringsOf(object.ObjectWithArgs.objname);
  if ('TypeName' in object) return stringsOf(object.TypeName.names);
  const name = stringOf(object);
  return name === undefined ? [] : [name];
}
