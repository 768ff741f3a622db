// Which events are recorded: those whose category is on, that the level admits, and that no rule excludes.

import { isDeepStrictEqual } from 'node:util';
import type { AuditEvent } from '../event/event.ts';
import { isEvidence, levelAdmits } from '../event/levels.ts';
import type { ExcludeRule, RecorderPolicy } from './policy.ts';

/** `off`: by switch or level, as configured. Otherwise the index of the rule that excluded it. */
export type Verdict = 'record' | 'off' | number;

export function createFilter(policy: RecorderPolicy): (event: AuditEvent) => Verdict {
  const rules = policy.exclude.map(compileRule);
  return (event) => {
    if (isEvidence(event)) return 'record';
    if (!policy.enabled || !policy.events[event.event_type] || !levelAdmits(policy.level, event)) return 'off';
    const excluded = rules.findIndex((matches) => matches(event));
    return excluded === -1 ? 'record' : excluded;
  };
}

function compileRule(rule: ExcludeRule): (event: AuditEvent) => boolean {
  const tests = Object.entries(rule).map(([name, value]) => ({ path: name.split('.'), value }));
  // A rule that names nothing would match everything, which nobody means.
  if (tests.length === 0) return () => false;
  return (event) => tests.every(({ path, value }) => isDeepStrictEqual(valueAt(event, path), value));
}

function valueAt(event: AuditEvent, path: readonly string[]): unknown {
  let value: unknown = event;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
