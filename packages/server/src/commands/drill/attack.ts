// What an attack on a log is: a name, a reason, and what it does to a copy.

import type { LogCopy } from './log-copy.ts';

/** What an attack did: the positions it touched, where it touched lines; or why this log offers no place for it. */
export type Outcome = { readonly seq?: number } | { readonly doesNotApply: string };

export interface Attack {
  readonly name: string;
  /** What an attacker would want with it, for a person to read. */
  readonly what: string;
  apply(copy: LogCopy): Outcome;
}
