// Every way of tampering with a log's files that we know, each as a small object. The drill shows them to a user on a copy
// of the user's own log; a test holds that verification finds each of them, and where.

import { chainAttacks } from './chain-attacks.ts';
import { fileAttacks } from './file-attacks.ts';
import { lineAttacks } from './line-attacks.ts';
import type { LogCopy } from './log-copy.ts';

/** What an attack did: the positions it touched, where it touched lines; or why this log offers no place for it. */
export type Outcome = { readonly seq?: number } | { readonly doesNotApply: string };

export interface Attack {
  readonly name: string;
  /** What an attacker would want with it, for a person to read. */
  readonly what: string;
  apply(copy: LogCopy): Outcome;
}

export const attacks: readonly Attack[] = [...lineAttacks, ...chainAttacks, ...fileAttacks];
