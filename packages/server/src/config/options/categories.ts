// The eight categories of events, by the keys of the seeds' `events:` section, with every other name under which flags
// and keys accept them. The log only ever holds the `event_type`.

import type { EventType } from '@indelible/log';
import { suggestion } from '../../text/nearest.ts';
import { isMapping, splitList } from '../raw.ts';
import type { Report } from '../schema.ts';

interface Category {
  readonly eventType: EventType;
  readonly aliases: readonly string[];
  readonly help: string;
}

export const categories = {
  authentication: { eventType: 'authentication', aliases: ['auth'], help: 'Logins, failures, sessions.' },
  authorization: { eventType: 'authorization', aliases: [], help: 'Permission checks, grants and denials.' },
  data_access: { eventType: 'data_access', aliases: [], help: 'Reads, with query details and result metadata.' },
  data_modification: {
    eventType: 'data_modification',
    aliases: ['data_modifications'],
    help: 'Rows or nodes created, changed and removed.',
  },
  schema_changes: {
    eventType: 'schema_change',
    aliases: ['schema_change', 'schema'],
    help: 'Definitions of graphs, tables, constraints, indexes and policies.',
  },
  admin_actions: {
    eventType: 'admin_action',
    aliases: ['admin_action', 'admin'],
    help: 'Users, configuration, backup, maintenance.',
  },
  system_events: {
    eventType: 'system',
    aliases: ['system_event', 'system'],
    help: "Starts, stops, errors, exhausted resources. The log's own evidence is recorded in any case.",
  },
  memory_operation: {
    eventType: 'memory_operation',
    aliases: ['memory_operations', 'memory'],
    help: 'What an AI memory stored, recalled and forgot.',
  },
} as const satisfies Record<string, Category>;

export type CategoryKey = keyof typeof categories;

/** A list of categories stands for those switched on and all others switched off. */
export function switchesFromList(raw: unknown, report: Report): Record<string, unknown> | undefined {
  if (isMapping(raw)) return raw;
  const names = Array.isArray(raw) ? raw : typeof raw === 'string' ? splitList(raw) : [];
  if (names.length === 0) {
    report({
      path: [],
      at: 'value',
      found: raw,
      message: 'is not a list of categories, nor a mapping of them to true or false',
    });
    return undefined;
  }
  const chosen = names.map((name, index) => {
    const key = keyOf(name);
    const path = Array.isArray(raw) ? [String(index)] : [];
    const message = `is not a category of events${suggestion(String(name), allNames)}`;
    if (key === undefined) report({ path, at: 'value', found: name, message });
    return key;
  });
  if (chosen.includes(undefined)) return undefined;
  return Object.fromEntries(Object.keys(categories).map((key) => [key, chosen.some((each) => each === key)]));
}

const allNames = Object.entries(categories).flatMap(([key, { aliases }]) => [key, ...aliases]);

function keyOf(name: unknown): string | undefined {
  return Object.entries(categories).find(([key, { aliases }]) => [key, ...aliases].some((each) => each === name))?.[0];
}
