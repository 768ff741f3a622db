// Small readers of libpg-query's tree. A node is an object with one key, its kind; a few members hold a node's body
// without that key (`relation`, `larg`, `into.rel`), which is why bodies have functions of their own here.

import type { Node, RangeVar, RoleSpec } from 'libpg-query';

/** The kind of a node, such as `SelectStmt`. */
export function kindOf(node: Node): string {
  return Object.keys(node)[0] ?? '';
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a `String` node. */
export function stringOf(node: Node | undefined): string | undefined {
  return node !== undefined && 'String' in node ? node.String.sval : undefined;
}

export function stringsOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map(stringOf).filter((text) => text !== undefined);
}

/** The last part of a dotted name: of `a.b.c` it is `c`. */
export function lastString(nodes: readonly Node[] | undefined): string | undefined {
  return stringsOf(nodes?.slice(-1))[0];
}

/** The text of a string constant. */
export function constantText(node: Node | undefined): string | undefined {
  return node !== undefined && 'A_Const' in node ? node.A_Const.sval?.sval : undefined;
}

/** `schema.table`, with `public` where the statement names no schema. */
export function relationLabel(relation: RangeVar | undefined): string {
  return `${relation?.schemaname ?? 'public'}.${relation?.relname ?? ''}`;
}

/** The same for a name given as a list of strings. */
export function dottedLabel(parts: readonly string[]): string {
  return parts.length > 1 ? parts.slice(-2).join('.') : `public.${parts[0] ?? ''}`;
}

export function roleName(role: RoleSpec | undefined): string {
  if (role?.rolename !== undefined) return role.rolename;
  const kind = role?.roletype?.replace('ROLESPEC_', '') ?? '';
  return kind === 'PUBLIC' ? 'public' : kind;
}

export function roleNames(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((node) => ('RoleSpec' in node ? [roleName(node.RoleSpec)] : []));
}

/** `OBJECT_MATVIEW` as the word the details use: `materialized_view`. */
export function objectWord(type: string | undefined): string {
  const word = (type ?? 'OBJECT_UNKNOWN').replace(/^[A-Z]+_OBJECT_|^OBJECT_/, '').toLowerCase();
  return longWords[word] ?? word;
}

const longWords: Readonly<Record<string, string>> = {
  matview: 'materialized_view',
  fdw: 'foreign_data_wrapper',
  foreign_server: 'server',
  tabconstraint: 'constraint',
  domconstraint: 'constraint',
  statistic_ext: 'statistics',
  tsconfiguration: 'text_search_configuration',
  tsdictionary: 'text_search_dictionary',
  tsparser: 'text_search_parser',
  tstemplate: 'text_search_template',
  largeobject: 'large_object',
  opclass: 'operator_class',
  opfamily: 'operator_family',
};

/** Calls `visit` for every node below `value`, with its kind and its body, parents first. */
export function visitNodes(
  value: unknown,
  visit: (kind: string, body: Readonly<Record<string, unknown>>) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) visitNodes(item, visit);
  } else if (isRecord(value)) {
    for (const [key, child] of Object.entries(value)) {
      if (isRecord(child) && /^[A-Z]/.test(key)) visit(key, child);
      visitNodes(child, visit);
    }
  }
}
