// Cuts an event that is too long for a line. Nothing is refused for its size: the longest strings are cut first, then
// arrays, then whole members, and each is replaced by a marker that keeps its head, its tail and a salted hash, so that
// whoever has the original can prove that it was this one.

import { createHash } from 'node:crypto';
import { randomNonce } from '../base/random-text.ts';
import { jsonBytes, takeEnd, takeStart } from './json-text.ts';

/** Bytes that an event's JSON may have: a line's 65,535 less `"seq":` and 20 digits and a comma. */
export const eventBytesMax = 65_535 - 27;

/** Stands for a value that was too long. The hash is over the salt's text and then the original's (a string as it is,
 * anything else as JSON), in UTF-8. */
interface Truncation {
  truncated: true;
  /** Size of the original in UTF-8. */
  bytes: number;
  salt: string;
  sha256: string;
  head: string;
  tail: string;
}

type Container = Record<string, unknown> | unknown[];

/** A value that is worth cutting. */
interface Candidate {
  readonly kind: 'string' | 'array' | 'object';
  readonly parent: Container;
  readonly key: string | number;
  readonly within: Candidate | undefined;
  /** Bytes that it now takes in the line. */
  bytes: number;
  cut: boolean;
}

// Without these a record cannot be found or understood; the schema bounds their length.
const neverCut = new Set(['event_id', 'timestamp', 'event_type', 'subtype', 'severity', 'nonce']);

const markerBytes = 200;
const keptBytesMin = 512;
const worthCuttingBytes = 1024;
const arraysCutMax = 64;

/**
 * The event's JSON text, cut to at most `bytesMax` bytes of UTF-8 if it is longer.
 * @param text what `stringifyPinned` returned
 */
export function fitLine(text: string, bytesMax: number = eventBytesMax): string {
  // A UTF-16 unit is at most three bytes, so most lines need not even be measured.
  if (text.length * 3 <= bytesMax) return text;
  let excess = Buffer.byteLength(text) - bytesMax;
  if (excess <= 0) return text;
  const event: Record<string, unknown> = JSON.parse(text);
  excess = cutStrings(collect(event), excess);
  if (excess > 0) excess = cutContainers(collect(event), 'array', excess, arraysCutMax);
  if (excess > 0) cutContainers(collect(event), 'object', excess, Number.POSITIVE_INFINITY);
  return JSON.stringify(event);
}

function cutStrings(candidates: Candidate[], excess: number): number {
  let left = excess;
  const strings = candidates.filter(({ kind }) => kind === 'string').sort((a, b) => b.bytes - a.bytes);
  for (const candidate of strings) {
    if (left <= 0) break;
    left -= cut(candidate, left);
  }
  return left;
}

// The smallest one that makes the line fit is cut; where none does alone, the largest goes first.
function cutContainers(candidates: Candidate[], kind: 'array' | 'object', excess: number, cutsMax: number): number {
  let left = excess;
  const sorted = candidates.filter((one) => one.kind === kind).sort((a, b) => a.bytes - b.bytes);
  for (let cuts = 0; left > 0 && cuts < cutsMax; cuts++) {
    const live = sorted.filter((one) => !isGone(one));
    const chosen = live.find(({ bytes }) => bytes - markerBytes - keptBytesMin >= left) ?? live.at(-1);
    if (chosen === undefined) break;
    left -= cut(chosen, left);
  }
  return left;
}

function isGone(candidate: Candidate): boolean {
  for (let one: Candidate | undefined = candidate; one !== undefined; one = one.within) if (one.cut) return true;
  return false;
}

/** Replaces a value by its marker, keeping as much as the excess allows. Returns the bytes won. */
function cut(candidate: Candidate, excess: number): number {
  const { parent, key, bytes } = candidate;
  const value = read(parent, key);
  const original = typeof value === 'string' ? value : JSON.stringify(value);
  const kept = Math.max(keptBytesMin, bytes - excess - markerBytes);
  const marker = truncate(original, kept);
  const won = bytes - jsonBytes(marker);
  candidate.cut = true;
  for (let outer = candidate.within; outer !== undefined; outer = outer.within) outer.bytes -= won;
  Object.defineProperty(parent, key, { value: marker, enumerable: true, configurable: true, writable: true });
  return won;
}

function truncate(original: string, keptBytes: number): Truncation {
  const salt = randomNonce();
  return {
    truncated: true,
    bytes: Buffer.byteLength(original),
    salt,
    sha256: createHash('sha256').update(salt).update(original).digest('hex'),
    head: takeStart(original, Math.floor((keptBytes * 2) / 3)),
    tail: takeEnd(original, Math.floor(keptBytes / 3)),
  };
}

/** Every value that is worth cutting. */
function collect(event: Record<string, unknown>): Candidate[] {
  const found: Candidate[] = [];
  for (const key of Object.keys(event)) if (!neverCut.has(key)) measure(event, key, undefined, found);
  return found;
}

function measure(parent: Container, key: string | number, within: Candidate | undefined, found: Candidate[]): number {
  const value = read(parent, key);
  if (!isContainer(value)) {
    const bytes = jsonBytes(value);
    if (typeof value === 'string' && bytes > worthCuttingBytes) {
      found.push({ kind: 'string', parent, key, within, bytes, cut: false });
    }
    return bytes;
  }
  const kind = Array.isArray(value) ? 'array' : 'object';
  const own: Candidate = { kind, parent, key, within, bytes: '[]'.length, cut: false };
  const names = Object.keys(value);
  for (const name of names) {
    own.bytes += measure(value, name, own, found);
    if (kind === 'object') own.bytes += jsonBytes(name) + ':'.length;
  }
  own.bytes += Math.max(0, names.length - 1) * ','.length;
  if (own.bytes > worthCuttingBytes) found.push(own);
  return own.bytes;
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function read(parent: Container, key: string | number): unknown {
  return Object.getOwnPropertyDescriptor(parent, key)?.value;
}
