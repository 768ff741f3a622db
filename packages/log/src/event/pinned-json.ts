// How an event becomes the bytes that are hashed: JSON.stringify without blanks, after a check that nothing is lost or
// bent on the way. What JSON has no word for is refused; strings are made well-formed, so that the bytes are UTF-8.

import { AuditError } from '../base/errors.ts';

/** Nesting that a line may have; the event itself is level 1. Also what keeps cycles from being walked for ever. */
export const jsonDepthMax = 64;
// Shared references can make a small object graph into an endless text; no honest event has so many values.
const valuesMax = 2_000_000;

/**
 * The JSON text of an event, on one line, well-formed. Members that are undefined are left out.
 * @param isKnownPlain whether `toPlain` has looked at its parts already
 * @throws AuditError `invalid_event` for numbers that are not finite, BigInt, functions, symbols, cycles and nesting
 * past `jsonDepthMax`; the message names the path.
 */
export function stringifyPinned(event: object, isKnownPlain = false): string {
  try {
    return makeWellFormed(JSON.stringify(isKnownPlain ? event : toPlain(event)));
  } catch (cause) {
    if (cause instanceof AuditError) throw cause;
    // The text would be longer than a string can be.
    throw new AuditError('invalid_event', `Invalid event: it cannot be written as JSON (${String(cause)}).`, { cause });
  }
}

/**
 * The event itself if it is nothing but plain data, else a plain copy: JSON.stringify writes exactly what is there.
 * @throws AuditError `invalid_event` as `stringifyPinned`.
 */
export function toPlain<T extends object>(event: T): T {
  try {
    valuesSeen = 0;
    if (isPlain(event, 1)) return event;
    valuesSeen = 0;
    // The copy has the same members; where one had a toJSON of its own, the source chose what stands for it.
    return copyPlain(event, undefined, 1) as T;
  } catch (cause) {
    if (cause instanceof AuditError) throw cause;
    // A getter or toJSON of the source threw.
    throw new AuditError('invalid_event', `Invalid event: it cannot be read (${String(cause)}).`, { cause });
  }
}

let valuesSeen = 0;

// True if JSON.stringify would write exactly what is there. It only looks, because looking is several times cheaper
// than copying; whatever is unusual goes to `copyPlain`, which converts or refuses.
function isPlain(value: object, depth: number): boolean {
  if (depth > jsonDepthMax || valuesSeen > valuesMax) return false;
  if (Array.isArray(value)) {
    valuesSeen += value.length;
    for (let index = 0; index < value.length; index++) if (!isPlainMember(value[index], depth)) return false;
    return true;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  // Values without their keys: looking each up by name would take twice as long.
  const members: unknown[] = Object.values(value);
  valuesSeen += members.length;
  for (let index = 0; index < members.length; index++) {
    const member = members[index];
    // Most members are strings: asking here spares them the call.
    if (typeof member !== 'string' && !isPlainMember(member, depth)) return false;
  }
  return true;
}

function isPlainMember(member: unknown, depth: number): boolean {
  if (typeof member === 'object') return member === null || isPlain(member, depth + 1);
  if (typeof member === 'number') return Number.isFinite(member);
  return typeof member === 'string' || typeof member === 'boolean' || member === undefined;
}

type Path = { readonly within: Path; readonly key: string | number } | undefined;

// The slow twin of `isPlain`: copies, converts what has one obvious meaning, refuses the rest by name.
function copyPlain(value: unknown, path: Path, depth: number): unknown {
  if (++valuesSeen > valuesMax) throw refuse(path, 'holds too many values');
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) throw refuse(path, `is ${value}; JSON has only finite numbers`);
      return value;
    case 'bigint':
      throw refuse(path, 'is a BigInt; give it as a string');
    case 'function':
    case 'symbol':
      throw refuse(path, `is a ${typeof value}; an event holds data only`);
    case 'object':
      return value === null ? null : copyObject(value, path, depth);
    default:
      return value;
  }
}

function copyObject(value: object, path: Path, depth: number): unknown {
  if (depth > jsonDepthMax) throw refuse(path, `is nested deeper than ${jsonDepthMax} levels, or in a circle`);
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw refuse(path, 'is an invalid Date');
    return value.toISOString();
  }
  // JSON.stringify would write these as `{}` or as one member a byte: evidence lost without a word.
  if (value instanceof Map) return copyPlain(Object.fromEntries(value), path, depth);
  if (value instanceof Set) return copyPlain([...value], path, depth);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (value instanceof String || value instanceof Number || value instanceof Boolean) {
    return copyPlain(value.valueOf(), path, depth);
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return copyPlain(value.toJSON(String(path?.key ?? '')), path, depth + 1);
  }
  if (Array.isArray(value)) return value.map((item, index) => copyPlain(item, { within: path, key: index }, depth + 1));
  const copy: [string, unknown][] = Object.entries(value).map(([key, member]) => [
    key,
    copyPlain(member, { within: path, key }, depth + 1),
  ]);
  return Object.fromEntries(copy);
}

function refuse(path: Path, why: string): AuditError {
  const keys: (string | number)[] = [];
  for (let step = path; step !== undefined; step = step.within) keys.unshift(step.key);
  const name = keys.length === 0 ? 'the event' : keys.slice(0, 8).join('.');
  return new AuditError('invalid_event', `Invalid event: ${name} ${why}.`, { details: { path: keys } });
}

const escapeSequence = /\\(?:u(d[89a-f][0-9a-f]{2})|.)/g;

// JSON.stringify writes a lone surrogate, and nothing else, as an escape that starts with `\ud`.
function makeWellFormed(text: string): string {
  // One character is found faster than three, and most texts have none.
  if (!text.includes('\\') || !text.includes('\\ud')) return text;
  const replaced = text.replace(escapeSequence, (whole, surrogate) => (surrogate === undefined ? whole : '\ufffd'));
  // Two keys that differed in a lone surrogate only would now be one key twice.
  return replaced === text ? text : JSON.stringify(JSON.parse(replaced));
}
