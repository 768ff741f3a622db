// Lets a statement pass only if every node of it is in the grammar of what may be asked: SELECT over the log and what
// the statement itself makes. Whoever needs a new form adds it to the grammar; nothing passes by being unknown.

import { expressions, type Members, modifiers, type Part, plainNodes, queries, tables } from './grammar.ts';
import { checkExpression } from './guard-expressions.ts';
import { checkSize } from './guard-size.ts';
import { checkCteName, checkTable } from './guard-tables.ts';
import { checkType } from './guard-types.ts';
import { notAllowed, notAllowedKind, notAllowedMember } from './not-allowed.ts';
import {
  isNode,
  type Json,
  kindOf,
  nodeOf,
  nodesOf,
  nodesWithin,
  type SqlNode,
  textOf,
  textsOf,
} from './syntax-tree.ts';

interface Guarded {
  readonly text: string;
  /** The names of WITH that are in scope, in lower case. */
  readonly ctes: ReadonlySet<string>;
  /** All names that the statement gives to something, in lower case. */
  readonly ownNames: ReadonlySet<string>;
  /** How many subqueries within expressions stand around. */
  readonly subqueries: number;
}

/** @throws AuditError that says what is not allowed, and where it stands in `text`. */
export function guardStatement(text: string, statement: SqlNode): void {
  checkSize(text, statement);
  checkNode({ text, ctes: new Set(), ownNames: namesGivenIn(statement), subqueries: 0 }, 'statement', statement);
}

function namesGivenIn(statement: SqlNode): Set<string> {
  const names = new Set<string>();
  for (const node of nodesWithin(statement)) {
    const given = [textOf(node, 'alias'), ...textsOf(node, 'column_name_alias'), ...textsOf(node, 'aliases')];
    for (const name of given) if (name !== '') names.add(name.toLowerCase());
  }
  return names;
}

function checkNode(guarded: Guarded, part: Part, node: SqlNode): void {
  const { text } = guarded;
  const members = membersOf(part, node);
  if (members === undefined) throw notAllowedKind(text, node, kindOf(node));
  if (part === 'expression') checkExpression(text, node, guarded.ownNames);
  if (part === 'type') checkType(text, node);
  if (part === 'table') checkTable(text, node, guarded.ctes);
  if (part === 'query') checkQuery(guarded, members, node);
  else if (kindOf(node) === 'SUBQUERY' && part === 'expression') checkSubquery(guarded, members, node);
  else checkMembers(guarded, members, node);
}

function membersOf(part: Part, node: SqlNode): Members | undefined {
  const byKind = { expression: expressions, query: queries, table: tables, modifier: modifiers };
  return part in byKind ? byKind[part as keyof typeof byKind][kindOf(node)] : plainNodes[part];
}

/** A name of WITH is known in what follows it and in the query itself, not outside. */
function checkQuery(guarded: Guarded, members: Members, query: SqlNode): void {
  const ctes = new Set(guarded.ctes);
  const map = nodeOf(query, 'cte_map');
  for (const entry of map === undefined ? [] : nodesOf(map, 'map')) {
    checkCteName(guarded.text, entry);
    checkNode({ ...guarded, ctes }, 'cte_entry', entry);
    ctes.add(textOf(entry, 'key').toLowerCase());
  }
  const { cte_map: _, ...others } = query;
  checkMembers({ ...guarded, ctes }, members, others);
}

/** The time in which DuckDB plans a statement doubles with each of them that stands within another. */
const subqueriesMax = 8;

function checkSubquery(guarded: Guarded, members: Members, node: SqlNode): void {
  const subqueries = guarded.subqueries + 1;
  if (subqueries > subqueriesMax) {
    throw notAllowed(
      guarded.text,
      node,
      `more than ${subqueriesMax} subqueries within one another; use WITH or a join`,
    );
  }
  checkMembers({ ...guarded, subqueries }, members, node);
}

const always: ReadonlySet<string> = new Set(['class', 'type', 'alias', 'query_location']);

function checkMembers(guarded: Guarded, members: Members, node: SqlNode): void {
  for (const [member, value] of Object.entries(node)) {
    const part = members[member];
    if (part !== undefined ? isOf(guarded, part, value) : isEmpty(value)) continue;
    if (part === undefined && always.has(member) && isPlain(value)) continue;
    throw notAllowedMember(guarded.text, node, member);
  }
}

function isOf(guarded: Guarded, part: Part, value: Json): boolean {
  if (part === 'plain') return isPlain(value);
  if (Array.isArray(value)) return value.every((item) => isOf(guarded, part, item));
  if (!isNode(value)) return isEmpty(value);
  checkNode(guarded, part, value);
  return true;
}

function isEmpty(value: Json): boolean {
  return value === null || value === false || value === '' || (Array.isArray(value) && value.length === 0);
}

/** A value without nodes in it; the numbers that JavaScript cannot hold are small objects. */
function isPlain(value: Json): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  return !isNode(value) || Object.keys(value).every((key) => ['exact', 'upper', 'lower'].includes(key));
}
