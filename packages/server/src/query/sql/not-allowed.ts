// How a refusal is worded: what it is, where it stands in the user's text, and what to write instead.

import type { AuditError } from '@indelible/log';
import { auditLogColumns } from '../columns.ts';
import { locationOf, type SqlNode } from './syntax-tree.ts';
import { textError } from './text-error.ts';

export function notAllowed(text: string, node: SqlNode, what: string): AuditError {
  return textError(text, `Not allowed: ${what}`, locationOf(node));
}

/** Kinds of nodes that are refused, where there is more to say than their name. */
const kinds: Readonly<Record<string, string>> = {
  SHOW_REF: `SHOW, DESCRIBE and SUMMARIZE; the columns of system.audit_log are ${Object.keys(auditLogColumns).join(', ')}`,
  PIVOT: 'PIVOT and UNPIVOT; use count(*) FILTER (WHERE …) for each column, or GROUP BY',
  RECURSIVE_CTE_NODE: 'a recursive WITH, which may never end',
  CTE_NODE: 'this form of WITH',
  DELIM_GET: 'a table of this kind',
  TABLE_FUNCTION: 'a table function; a statement reads system.audit_log',
  DEFAULT: 'DEFAULT outside of INSERT',
};

export function notAllowedKind(text: string, node: SqlNode, kind: string): AuditError {
  return notAllowed(text, node, kinds[kind] ?? `a statement with ${kind.toLowerCase().replaceAll('_', ' ')}`);
}

/** Members of nodes that have to be empty, where there is more to say than their name. */
const members: Readonly<Record<string, string>> = {
  sample: 'TABLESAMPLE and USING SAMPLE, which answer differently each time; use WHERE seq % 100 = 0',
  at_clause: 'AT; system.audit_log has no versions, for it is never changed',
  catalog_name: 'a table of another database; a statement reads system.audit_log',
  key_targets: 'USING KEY, which belongs to a recursive WITH',
  user_type_modifiers: 'a type with parameters of its own',
};

export function notAllowedMember(text: string, node: SqlNode, member: string): AuditError {
  return notAllowed(text, node, members[member] ?? `${member.replaceAll('_', ' ')} in a statement`);
}
