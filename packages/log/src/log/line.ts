// The three kinds of line of format 1, as bytes:
//
//   record  {"seq":N,"event_id":"evt_<uuid>","timestamp":"<27 characters>","event_type":…}
//   seal    a record of system/sealed; its details carry the checkpoint over the lines before it
//   gap     {"gap":{"first":A,"end":B,"nodes":["<base64>",…]}}      stands for lines A … B−1; no leaf
//
// A line is at most `lineBytesMax` bytes without its newline. Nothing here touches a disk.

import { type Hash, hashFromBase64, hashToBase64 } from '../integrity/hash.ts';

/** The largest line, so that it fits the 16-bit length of a C2SP entry bundle. */
export const lineBytesMax = 65_535;

const recordPrefix = '{"seq":';
const sealMark = '"event_type":"system","subtype":"sealed",';
// `"event_id":"evt_<36>",` and `"timestamp":"<27>",` stand before the mark in a line that the log itself wrote.
const sealMarkOffset = '"event_id":"'.length + 40 + '","timestamp":"'.length + 27 + '",'.length;

/** What a seal says besides its checkpoint. */
export interface SealDetails {
  /** Milliseconds of a clock that is never set, since the machine's start. */
  readonly monotonic_ms: number;
  /** Names the boot whose monotonic clock this is. */
  readonly boot_id: string;
  /** The signed note over the tree of all lines before the seal. */
  readonly checkpoint: string;
}

export interface Seal {
  readonly seq: number;
  readonly timestamp: string;
  readonly details: SealDetails;
}

export interface Gap {
  /** The first position that the gap stands for. */
  readonly first: number;
  /** The position after its last. */
  readonly end: number;
  /** Roots of the largest aligned perfect subtrees that make up the range, left to right. */
  readonly nodes: readonly Hash[];
}

/** What stands in a record's line before the members of its event. */
export function recordPrefixOf(seq: number): string {
  return `${recordPrefix}${seq},`;
}

export function formatGap(gap: Gap): string {
  return JSON.stringify({ gap: { first: gap.first, end: gap.end, nodes: gap.nodes.map(hashToBase64) } });
}

/** The position that a record line names, or undefined if it does not start exactly as a record does. */
export function positionOf(line: string): number | undefined {
  const match = /^\{"seq":(0|[1-9][0-9]{0,15}),/.exec(line);
  if (match === null) return undefined;
  const seq = Number(match[1]);
  return Number.isSafeInteger(seq) ? seq : undefined;
}

/**
 * Whether a record line is a seal. Tells by the bytes at a fixed place, so that nothing inside an event can pose as
 * one.
 */
export function isSeal(line: string): boolean {
  const comma = line.indexOf(',');
  return comma > 0 && line.startsWith(sealMark, comma + 1 + sealMarkOffset);
}

/** Reads a seal, or undefined if the line is none or is not whole. */
export function parseSeal(line: string): Seal | undefined {
  if (!isSeal(line)) return undefined;
  const value = parseObject(line);
  const details = value?.details;
  if (!isObject(details)) return undefined;
  const { monotonic_ms, boot_id, checkpoint } = details;
  const seq = positionOf(line);
  if (typeof monotonic_ms !== 'number' || typeof boot_id !== 'string' || typeof checkpoint !== 'string')
    return undefined;
  if (seq === undefined || typeof value?.timestamp !== 'string') return undefined;
  return { seq, timestamp: value.timestamp, details: { monotonic_ms, boot_id, checkpoint } };
}

export function isGap(line: string): boolean {
  return line.startsWith('{"gap":');
}

/** Reads a gap, or undefined if the line is not one exactly as `formatGap` writes it. */
export function parseGap(line: string): Gap | undefined {
  if (!isGap(line)) return undefined;
  const gap = parseObject(line)?.gap;
  if (!isObject(gap) || !isPosition(gap.first) || !isPosition(gap.end) || gap.first >= gap.end) return undefined;
  if (!Array.isArray(gap.nodes)) return undefined;
  const nodes: Hash[] = [];
  for (const text of gap.nodes) {
    const node = typeof text === 'string' ? hashFromBase64(text) : undefined;
    if (node === undefined) return undefined;
    nodes.push(node);
  }
  const read: Gap = { first: gap.first, end: gap.end, nodes };
  return formatGap(read) === line ? read : undefined;
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
