// A stored line as an object. Values may be anything that JSON has: what was too long stands as a marker in its place.

import { AuditError, type RecordLine } from '@indelible/log';

export type Members = Readonly<Record<string, unknown>>;

/** @throws AuditError `log_damaged` if the line is no JSON object. */
export function parseRecord({ seq, line }: RecordLine): Members {
  const value = parse(line);
  if (isMembers(value)) return value;
  throw new AuditError(
    'log_damaged',
    `The line at position ${seq} is no JSON object and cannot be exported. Run "indelible verify".`,
    { details: { seq } },
  );
}

/** The members of an object; none of anything else. */
export function membersOf(value: unknown): Members {
  return isMembers(value) ? value : {};
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All members but those named; undefined where nothing is left. */
export function without(members: Members, ...names: readonly string[]): Members | undefined {
  const rest = Object.entries(members).filter(([name]) => !names.includes(name));
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
