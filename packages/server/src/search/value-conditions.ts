// Conditions on values within a record: that one is among some, that a name is among those in a list, that a text
// stands in the statement or anywhere.

import { containsAny, type LineCondition, type ParsedRecord } from './line-condition.ts';

/** The member that `read` reads, written in a line with this key, is one of the values. */
export function isAmong(
  values: readonly string[] | undefined,
  key: string,
  read: (record: ParsedRecord) => unknown,
): LineCondition[] {
  if (values === undefined) return [];
  const wanted: ReadonlySet<unknown> = new Set(values);
  const look = containsAny(values.map((value) => `"${key}":${JSON.stringify(value)}`));
  return [{ look, holds: (record) => wanted.has(read(record)) }];
}

/** One of the names that `read` finds is wanted: whole, or from one of its dots on (`orders` of `public.orders`). */
export function namesAny(
  wanted: readonly string[] | undefined,
  read: (record: ParsedRecord) => readonly unknown[],
): LineCondition[] {
  if (wanted === undefined) return [];
  const isWanted = (name: unknown) =>
    typeof name === 'string' && wanted.some((one) => name === one || name.endsWith(`.${one}`));
  const look = containsAny(wanted.map((name) => JSON.stringify(name).slice(1)));
  return [{ look, holds: (record) => read(record).some(isWanted) }];
}

export function labelsOf({ operation }: ParsedRecord): readonly unknown[] {
  return [...listOf(operation?.labels_accessed), operation?.target?.label];
}

export function propertiesOf({ operation }: ParsedRecord): readonly unknown[] {
  return listOf(operation?.properties_accessed);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** One of the texts stands in the statement, in any case of letters; of one that was cut, in what was kept of it. */
export function statementHasAny(texts: readonly string[] | undefined): LineCondition[] {
  if (texts === undefined || texts.includes('')) return [];
  const lower = texts.map((text) => text.toLowerCase());
  const has = (part: unknown) => typeof part === 'string' && containsAny(lower)(part.toLowerCase());
  const holds = ({ operation }: ParsedRecord) => keptParts(operation?.query).some(has);
  return [{ look: lookForAny(lower), holds }];
}

function keptParts(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null || !('truncated' in value)) return [value];
  return ['head' in value && value.head, 'tail' in value && value.tail];
}

/** The text stands in some value, in any case of letters. */
export function hasText(text: string | undefined): LineCondition[] {
  if (text === undefined || text === '') return [];
  const lower = text.toLowerCase();
  return [{ look: lookForAny([lower]), holds: (record) => holdsText(record, lower) }];
}

/** JSON writes each character by itself, so a text within a value is written the same within the line. */
function lookForAny(lower: readonly string[]): LineCondition['look'] {
  const isWritten = containsAny(lower.map((text) => JSON.stringify(text).slice(1, -1)));
  return (line) => isWritten(line.toLowerCase());
}

function holdsText(value: unknown, lower: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(lower);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value).includes(lower);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((member) => holdsText(member, lower));
}
