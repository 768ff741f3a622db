// One item of `audit.exclude`: dotted paths into an event, each with the one value that it must have. Nested mappings
// are read as paths too, since that is how YAML invites to write them.

import { suggestion } from '../../text/nearest.ts';
import { isMapping, textOf } from '../raw.ts';
import type { Kind, Report } from '../schema.ts';
import { categories } from './categories.ts';

export type ExcludeRule = Readonly<Record<string, string | number | boolean | null>>;

const depthMax = 20;
const topFields = [
  'event_id',
  'event_type',
  'subtype',
  'severity',
  'actor',
  'operation',
  'result',
  'context',
  'details',
];
const nestedFields = new Set(['actor', 'operation', 'result', 'context', 'details']);
const eventTypes = Object.values(categories).map(({ eventType }) => eventType);

export const excludeRule: Kind<ExcludeRule> = {
  name: 'mapping of event fields to values',
  read(raw, report) {
    if (!isMapping(raw) || Object.keys(raw).length === 0) {
      // An empty item would match every event: nobody means that.
      report({ path: [], at: 'value', found: raw, message: 'is not a mapping such as {event_type: data_access}' });
      return undefined;
    }
    const rule: Record<string, string | number | boolean | null> = {};
    const right = Object.entries(raw).map(([key, value]) => readField(rule, [key], key, value, report));
    return right.every((each) => each) ? rule : undefined;
  },
  write: (rule) => rule,
};

function readField(
  rule: Record<string, string | number | boolean | null>,
  path: readonly string[],
  field: string,
  raw: unknown,
  report: Report,
): boolean {
  const [top = '', next] = field.split('.');
  if (path.length > depthMax) {
    // An alias may lead back to its own anchor.
    report({ path, at: 'key', message: 'the fields are nested too deeply' });
    return false;
  }
  const hasPath = next !== undefined || isMapping(raw);
  if (!topFields.includes(top) || hasPath !== nestedFields.has(top)) {
    const known = topFields.map((name) => (nestedFields.has(name) ? `${name}.…` : name)).join(', ');
    report({ path, at: 'key', message: `"${field}" is no field of an event (${known})${suggestion(top, topFields)}` });
    return false;
  }
  if (isMapping(raw)) {
    const parts = Object.entries(raw).map(([key, value]) =>
      readField(rule, [...path, key], `${field}.${key}`, value, report),
    );
    return parts.length > 0 && parts.every((each) => each);
  }
  if (raw !== null && (typeof raw === 'bigint' || textOf(raw) === undefined)) {
    report({ path, at: 'value', found: raw, message: 'is not a text, a number, true, false or null' });
    return false;
  }
  if (field === 'event_type' && !eventTypes.some((type) => type === raw)) {
    report({ path, at: 'value', found: raw, message: `is not an event type${suggestion(String(raw), eventTypes)}` });
    return false;
  }
  if (typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' || raw === null) rule[field] = raw;
  return true;
}
