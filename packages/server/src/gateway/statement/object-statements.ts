// Statements about objects without subtypes of their own: functions, types, extensions, servers, subscriptions … They
// differ only in their words, so they are a table.

import type { Node } from 'libpg-query';
import { adminAct, type Outline } from './outline.ts';
import { dottedLabel, isRecord, kindOf, objectWord, relationLabel, roleNames, stringsOf } from './syntax-tree.ts';

type Act = 'created' | 'altered' | 'dropped';

/** Kind of node: the object's type and what happens to it. A type of `''` is read from the node. */
const acts: Readonly<Record<string, readonly [objectType: string, act: Act]>> = {
  AlterCollationStmt: ['collation', 'altered'],
  AlterDatabaseRefreshCollStmt: ['database', 'altered'],
  AlterDatabaseStmt: ['database', 'altered'],
  AlterDomainStmt: ['domain', 'altered'],
  AlterEnumStmt: ['type', 'altered'],
  AlterEventTrigStmt: ['event_trigger', 'altered'],
  AlterExtensionContentsStmt: ['extension', 'altered'],
  AlterExtensionStmt: ['extension', 'altered'],
  AlterFdwStmt: ['foreign_data_wrapper', 'altered'],
  AlterForeignServerStmt: ['server', 'altered'],
  AlterFunctionStmt: ['', 'altered'],
  AlterObjectDependsStmt: ['', 'altered'],
  AlterObjectSchemaStmt: ['', 'altered'],
  AlterOpFamilyStmt: ['operator_family', 'altered'],
  AlterOperatorStmt: ['operator', 'altered'],
  AlterOwnerStmt: ['', 'altered'],
  AlterPublicationStmt: ['publication', 'altered'],
  AlterSeqStmt: ['sequence', 'altered'],
  AlterStatsStmt: ['statistics', 'altered'],
  AlterSubscriptionStmt: ['subscription', 'altered'],
  AlterTSConfigurationStmt: ['text_search_configuration', 'altered'],
  AlterTSDictionaryStmt: ['text_search_dictionary', 'altered'],
  AlterTableMoveAllStmt: ['tablespace', 'altered'],
  AlterTableSpaceOptionsStmt: ['tablespace', 'altered'],
  AlterTypeStmt: ['type', 'altered'],
  AlterUserMappingStmt: ['user_mapping', 'altered'],
  CommentStmt: ['', 'altered'],
  CompositeTypeStmt: ['type', 'created'],
  CreateAmStmt: ['access_method', 'created'],
  CreateCastStmt: ['cast', 'created'],
  CreateConversionStmt: ['conversion', 'created'],
  CreateDomainStmt: ['domain', 'created'],
  CreateEnumStmt: ['type', 'created'],
  CreateEventTrigStmt: ['event_trigger', 'created'],
  CreateExtensionStmt: ['extension', 'created'],
  CreateFdwStmt: ['foreign_data_wrapper', 'created'],
  CreateForeignServerStmt: ['server', 'created'],
  CreateFunctionStmt: ['function', 'created'],
  CreateOpClassStmt: ['operator_class', 'created'],
  CreateOpFamilyStmt: ['operator_family', 'created'],
  CreatePLangStmt: ['language', 'created'],
  CreatePublicationStmt: ['publication', 'created'],
  CreateRangeStmt: ['type', 'created'],
  CreateStatsStmt: ['statistics', 'created'],
  CreateSubscriptionStmt: ['subscription', 'created'],
  CreateTableSpaceStmt: ['tablespace', 'created'],
  CreateTransformStmt: ['transform', 'created'],
  CreateUserMappingStmt: ['user_mapping', 'created'],
  DefineStmt: ['', 'created'],
  DropOwnedStmt: ['owned_objects', 'dropped'],
  DropSubscriptionStmt: ['subscription', 'dropped'],
  DropTableSpaceStmt: ['tablespace', 'dropped'],
  DropUserMappingStmt: ['user_mapping', 'dropped'],
  ImportForeignSchemaStmt: ['foreign_schema', 'created'],
  ReassignOwnedStmt: ['owned_objects', 'altered'],
  SecLabelStmt: ['', 'altered'],
};

const verbs: Readonly<Record<string, string>> = {
  CommentStmt: 'COMMENT',
  SecLabelStmt: 'SECURITY LABEL',
  ReassignOwnedStmt: 'REASSIGN OWNED',
  DropOwnedStmt: 'DROP OWNED',
  ImportForeignSchemaStmt: 'IMPORT FOREIGN SCHEMA',
};

const verbWords: Readonly<Record<Act, string>> = { created: 'CREATE', altered: 'ALTER', dropped: 'DROP' };

export function outlineOtherObject(node: Node): Outline | undefined {
  const kind = kindOf(node);
  const entry = acts[kind];
  const body: unknown = Object.values(node)[0];
  if (entry === undefined || !isRecord(body)) return undefined;
  const [fixedType, act] = entry;
  const isProcedure = kind === 'CreateFunctionStmt' && body.is_procedure === true;
  const objectType = isProcedure ? 'procedure' : fixedType !== '' ? fixedType : typeInside(body);
  const verb = verbs[kind] ?? `${verbWords[act]} ${objectType.replaceAll('_', ' ').toUpperCase()}`;
  const name = nameInside(body, objectType);
  return {
    verb,
    eventType: 'schema_change',
    subtype: ownSubtype(kind, body) ?? `object_${act}`,
    details: { object_type: objectType, ...(name === undefined ? {} : { object_name: name }) },
    labels: isRecord(body.relation) ? [relationLabel(body.relation)] : [],
    required: [adminAct(verb, name ?? objectType)],
  };
}

/** ALTER TABLE … SET SCHEMA, and ALTER DOMAIN … ADD and DROP CONSTRAINT, which the parser marks with a letter. */
function ownSubtype(kind: string, body: Readonly<Record<string, unknown>>): string | undefined {
  if (kind === 'AlterObjectSchemaStmt' && body.objectType === 'OBJECT_TABLE') return 'table_altered';
  if (kind !== 'AlterDomainStmt') return undefined;
  const byLetter: Readonly<Record<string, string>> = { C: 'constraint_created', X: 'constraint_dropped' };
  return byLetter[String(body.subtype)];
}

function typeInside(body: Readonly<Record<string, unknown>>): string {
  const type = body.objectType ?? body.objtype ?? body.kind;
  return objectWord(typeof type === 'string' ? type : undefined);
}

const plainNames = [
  'extname',
  'servername',
  'fdwname',
  'trigname',
  'plname',
  'subname',
  'pubname',
  'tablespacename',
  'amname',
  'dbname',
  'remote_schema',
  'orig_tablespacename',
]; // prettier-ignore
const listNames = [
  'funcname',
  'typeName',
  'domainname',
  'defnames',
  'opclassname',
  'opfamilyname',
  'dictname',
  'cfgname',
  'conversion_name',
  'collname',
]; // prettier-ignore
const relations = ['sequence', 'relation', 'typevar'];

function nameInside(body: Readonly<Record<string, unknown>>, objectType: string): string | undefined {
  for (const key of plainNames) {
    const name = body[key];
    if (typeof name === 'string') return name;
  }
  for (const key of relations) {
    const relation = body[key];
    if (isRecord(relation)) return relationLabel(relation);
  }
  for (const key of listNames) {
    const parts = body[key];
    if (Array.isArray(parts)) return dottedLabel(stringsOf(parts));
  }
  const roles = body.roles;
  if (Array.isArray(roles)) return roleNames(roles).join(', ');
  return nameOfObject(body.object ?? body.func ?? body.opername, objectType);
}

/** Objects of COMMENT, OWNER TO and the like: a string, a list of them, or a function with its arguments. */
function nameOfObject(object: unknown, objectType: string): string | undefined {
  if (!isRecord(object)) return undefined;
  const inner = Object.values(object)[0];
  const parts = Array.isArray(object.objname) ? object.objname : undefined;
  if (parts !== undefined) return dottedLabel(stringsOf(parts));
  if (!isRecord(inner)) return undefined;
  if (typeof inner.sval === 'string') return inner.sval;
  for (const key of ['items', 'objname', 'names']) {
    const names = inner[key];
    if (!Array.isArray(names)) continue;
    const strings = stringsOf(names);
    return objectType === 'column'
      ? `${dottedLabel(strings.slice(0, -1))}.${strings.at(-1) ?? ''}`
      : dottedLabel(strings);
  }
  return undefined;
}
