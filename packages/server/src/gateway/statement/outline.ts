// The part of an analysis that depends on the kind of statement; what the statement touches is collected alike for all.

import type { Node } from 'libpg-query';
import type { RequiredPrivilege, StatementAnalysis, StatementEventType, TransactionAct } from './analysis.ts';
import type { References } from './references.ts';

export interface Outline {
  readonly verb: string;
  /** The verb where absent. */
  readonly operationType?: string;
  readonly eventType: StatementEventType;
  readonly subtype: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Tables that the tree does not name as relations to read or write. */
  readonly labels?: readonly string[];
  /** What the act itself needs; named before the privileges of what it reads. */
  readonly required?: readonly RequiredPrivilege[];
  readonly transaction?: TransactionAct;
  readonly prepares?: { readonly name: string; readonly statement: StatementAnalysis };
  readonly executes?: string;
}

/** What the functions of this folder are given about a statement. */
export interface StatementContext {
  readonly node: Node;
  readonly text: string;
  readonly references: References;
  /** Analyses a statement inside this one: of EXPLAIN, PREPARE, DECLARE, or of a block's code. */
  readonly analyzeInner: (node: Node, text: string) => StatementAnalysis;
  readonly parsePlPgSql: (text: string) => unknown;
  readonly analyzeText: (sql: string) => readonly StatementAnalysis[];
}

/** An act that takes a superuser, CREATEROLE or ownership: `admin:drop_table`. */
export function adminAct(act: string, resource: string): RequiredPrivilege {
  return { resource, permission: `admin:${act.toLowerCase().replaceAll(' ', '_')}` };
}

export function privilege(name: string, resource: string): RequiredPrivilege {
  return { resource, permission: `${name}:${resource}` };
}

/** `object_name`, and `object_names` where one statement names several. */
export function nameDetails(names: readonly string[]): Record<string, unknown> {
  const [first, ...others] = names;
  if (first === undefined) return {};
  return others.length === 0 ? { object_name: first } : { object_name: first, object_names: names };
}
