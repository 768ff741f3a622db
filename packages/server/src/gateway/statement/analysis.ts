// What a statement tells by its text alone: its place in the vocabulary, what it touches and which privileges it needs.
// These are the words between the analyzer, which reads SQL, and the session, which sees what came of it.

import type { RedactedStatement } from './redact-statement.ts';

/** The event types a statement can be recorded under. */
export type StatementEventType =
  | 'data_access'
  | 'data_modification'
  | 'schema_change'
  | 'admin_action'
  | 'authorization';

/** A privilege that the statement needs; one that is missing makes the server answer 42501. */
export interface RequiredPrivilege {
  /** What it is needed on, such as `public.customer` or the role's name. */
  readonly resource: string;
  /** `<privilege>:<object>` such as `SELECT:public.customer`, or `admin:<act>` for acts of superusers and owners. */
  readonly permission: string;
}

/** What the statement does to the transaction it runs in. */
export type TransactionAct = 'begin' | 'commit' | 'rollback' | 'savepoint' | 'rollback_to' | 'release' | 'prepare';

export interface StatementAnalysis {
  /** The statement as written, with its comments, without its semicolon and the blanks around it. */
  readonly text: string;
  /** False if PostgreSQL's parser refused the text or it is too long: then only the first words were looked at. */
  readonly parsed: boolean;
  /** The command as PostgreSQL names it in its tag: `SELECT`, `INSERT`, `CREATE TABLE`, `BEGIN`. */
  readonly verb: string;
  /** `operation.type`: SELECT, CREATE, UPDATE or DELETE for data (INSERT is CREATE); else the verb. */
  readonly operationType: string;
  readonly eventType: StatementEventType;
  readonly subtype: string;
  /**
   * Tables as `schema.table`. An unqualified name is taken to be in `public`, for the search path is not known here.
   */
  readonly labels: readonly string[];
  /** Columns referred to, `*` for all. */
  readonly properties: readonly string[];
  /** In the order of importance: the first is the one to name when access was denied. May be empty. */
  readonly required: readonly RequiredPrivilege[];
  /**
   * Members for the event's `details`, in snake_case: object_type, object_name, definition, target_user, target_role
   * …
   */
  readonly details: Readonly<Record<string, unknown>>;
  readonly transaction?: TransactionAct;
  /** Functions called, as written and lower-cased: `pg_sleep`, `public.f`. */
  readonly functions: readonly string[];
  /** `PREPARE name AS …`: what a later `executes: name` in the same session runs. */
  readonly prepares?: { readonly name: string; readonly statement: StatementAnalysis };
  /** `EXECUTE name`: the session knows the statement; until then this analysis is that of an unknown read. */
  readonly executes?: string;
}

export interface StatementAnalyzer {
  /**
   * One analysis for each statement of `sql`, in order; none for blanks and comments. Never throws. A text that does
   * not parse gives one analysis with `parsed: false`, although it may hold several statements.
   */
  analyze(sql: string): readonly StatementAnalysis[];
  /** See `RedactedStatement`. Never throws. `sensitive` holds lower-case names. */
  redact(text: string, sensitive: ReadonlySet<string>): RedactedStatement;
}
