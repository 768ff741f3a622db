// The fallback for texts that PostgreSQL's parser refuses or that are too long for it: the first words tell the class,
// so that no statement escapes the record by being odd.

import type { StatementAnalysis, StatementEventType } from './analysis.ts';

type Class = readonly [eventType: StatementEventType, subtype: string, operationType?: string];

const classes: Readonly<Record<string, Class>> = {
  SELECT: ['data_access', 'query_executed', 'SELECT'],
  VALUES: ['data_access', 'query_executed', 'SELECT'],
  TABLE: ['data_access', 'query_executed', 'SELECT'],
  WITH: ['data_access', 'query_executed', 'SELECT'],
  INSERT: ['data_modification', 'bulk_insert', 'CREATE'],
  UPDATE: ['data_modification', 'node_updated', 'UPDATE'],
  DELETE: ['data_modification', 'node_deleted', 'DELETE'],
  MERGE: ['data_modification', 'node_updated', 'UPDATE'],
  TRUNCATE: ['data_modification', 'bulk_delete', 'DELETE'],
  COPY: ['data_modification', 'bulk_insert', 'CREATE'],
  DO: ['data_modification', 'code_executed'],
  CALL: ['data_modification', 'code_executed'],
  GRANT: ['authorization', 'permission_granted'],
  REVOKE: ['authorization', 'permission_revoked'],
  CREATE: ['schema_change', 'object_created'],
  ALTER: ['schema_change', 'object_altered'],
  DROP: ['schema_change', 'object_dropped'],
  COMMENT: ['schema_change', 'object_altered'],
  VACUUM: ['admin_action', 'maintenance_started'],
  ANALYZE: ['admin_action', 'maintenance_started'],
  REINDEX: ['admin_action', 'maintenance_started'],
  CLUSTER: ['admin_action', 'maintenance_started'],
};

const roleActs: Readonly<Record<string, string>> = {
  CREATE: 'user_created',
  ALTER: 'user_modified',
  DROP: 'user_deleted',
};

const name = /(?:"(?:[^"]|"")+"|[\w$\u0080-\uffff]+)/.source;
const target = new RegExp(
  `^(?:INSERT\\s+INTO|UPDATE(?:\\s+ONLY)?|DELETE\\s+FROM(?:\\s+ONLY)?|TRUNCATE(?:\\s+TABLE)?|COPY)\\s+(${name}(?:\\.${name})?)`,
  'i',
);

export function analyzeUnparsed(text: string): StatementAnalysis {
  const head = withoutComments(text.slice(0, 16 * 1024));
  const [first = '', second = ''] = head.toUpperCase().match(/[A-Z]+/g) ?? [];
  const [eventType, subtype, operationType] = classOf(first, second);
  const label = target.exec(head)?.[1];
  return {
    text: text.trim(),
    parsed: false,
    verb: first === '' ? 'UNKNOWN' : first,
    operationType: operationType ?? (first === '' ? 'UNKNOWN' : first),
    eventType,
    subtype,
    labels: label === undefined ? [] : [asLabel(label)],
    properties: [],
    required: [],
    details: { unparsed: true },
    functions: [],
  };
}

function classOf(first: string, second: string): Class {
  const roleAct = roleActs[first];
  if (roleAct !== undefined && ['ROLE', 'USER', 'GROUP'].includes(second)) return ['admin_action', roleAct];
  if (first === 'ALTER' && second === 'SYSTEM') return ['admin_action', 'config_changed'];
  return classes[first] ?? ['data_access', 'query_executed'];
}

function withoutComments(text: string): string {
  return text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').trimStart();
}

/** Folds unquoted names to lower case, as PostgreSQL does. */
function asLabel(written: string): string {
  const parts = written.match(new RegExp(name, 'g')) ?? [];
  const folded = parts.map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase(),
  );
  return folded.length > 1 ? folded.join('.') : `public.${folded[0] ?? ''}`;
}
