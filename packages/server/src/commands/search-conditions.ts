// The flags that ask for values of a record, and the part of a query that each is: a table, so that the flags, their
// help and what they mean stand in one place.

import { AuditError, severities } from '@indelible/log';
import type { Command } from 'commander';
import type { Query } from '../search/matcher.ts';
import { suggestion } from '../text/nearest.ts';

export interface ValueFlags {
  readonly subtype?: readonly string[];
  readonly severity?: readonly string[];
  readonly user?: readonly string[];
  readonly address?: readonly string[];
  readonly label?: readonly string[];
  readonly property?: readonly string[];
  readonly statement?: readonly string[];
  readonly status?: readonly string[];
  readonly errorCode?: readonly string[];
  readonly session?: readonly string[];
  readonly transaction?: readonly string[];
  readonly trace?: readonly string[];
}

interface ValueFlag {
  readonly flag: string;
  readonly means: string;
  readonly condition: keyof Omit<Query, 'text' | 'occurred'>;
  /** Takes several values with commas between them, too. */
  readonly isList?: boolean;
}

const valueFlags: Readonly<Record<keyof ValueFlags, ValueFlag>> = {
  subtype: { flag: '--subtype <subtypes>', means: 'only these subtypes', condition: 'subtypes', isList: true },
  severity: {
    flag: '--severity <severities>',
    means: `only these severities: ${severities.join(', ')}`,
    condition: 'severities',
    isList: true,
  },
  user: { flag: '--user <name>', means: 'only acts of this user', condition: 'users' },
  address: { flag: '--address <ip>', means: 'only what came from this address', condition: 'addresses' },
  label: {
    flag: '--label <label>',
    means: 'only what touched this label or table, with or without its schema',
    condition: 'labels',
  },
  property: {
    flag: '--property <property>',
    means: 'only what touched this property or column',
    condition: 'properties',
  },
  statement: {
    flag: '--statement <text>',
    means: 'only what has this text in its statement, in any case of letters',
    condition: 'statements',
  },
  status: {
    flag: '--status <status>',
    means: 'only what ended so: success or failure',
    condition: 'statuses',
    isList: true,
  },
  errorCode: {
    flag: '--error-code <code>',
    means: 'only what failed with this code (PostgreSQL: SQLSTATE)',
    condition: 'errorCodes',
  },
  session: { flag: '--session <id>', means: 'only this session', condition: 'sessions' },
  transaction: { flag: '--transaction <id>', means: 'only this transaction', condition: 'transactions' },
  trace: { flag: '--trace <id>', means: 'only this trace', condition: 'traces' },
};

const collect = (value: string, before: readonly string[] = []) => [...before, value];

/** For flags that may be repeated and take lists. */
export const collectList = (value: string, before: readonly string[] = []) => [
  ...before,
  ...value.split(',').map((item) => item.trim()),
];

export function addValueOptions(command: Command): Command {
  for (const { flag, means, isList } of Object.values(valueFlags)) {
    command.option(flag, means, isList === true ? collectList : collect);
  }
  return command;
}

/** @throws AuditError `invalid_argument` for a severity that there is not. */
export function readValueFlags(flags: ValueFlags): Query {
  for (const severity of flags.severity ?? []) checkSeverity(severity);
  const given = keysOf(valueFlags).flatMap((key) => {
    const values = flags[key];
    return values === undefined ? [] : [[valueFlags[key].condition, values] as const];
  });
  return Object.fromEntries(given);
}

function checkSeverity(name: string): void {
  if (severities.some((severity) => severity === name)) return;
  const others = suggestion(name, severities) || `; they are ${severities.join(', ')}`;
  throw new AuditError('invalid_argument', `--severity=${name} is no severity${others}`);
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record).filter((key): key is Key => key in record);
}
