// The three kinds of line as text, and all that must not pass for one of them.

import { expect, test } from 'vitest';
import { leafHash } from '../integrity/hash.ts';
import { formatGap, type Gap, isGap, isSeal, parseGap, parseSeal, positionOf, recordPrefixOf } from './line.ts';

const eventId = 'evt_018d4b7e-9a3c-7000-8000-000000000001';
const timestamp = '2026-01-28T10:15:23.456789Z';
const details = { monotonic_ms: 12, boot_id: 'boot', checkpoint: 'origin\n3\nroot\n\n— origin AAAA\n' };

function sealWith(changes: Record<string, unknown> = {}, seq = 3): string {
  const event = { event_id: eventId, timestamp, event_type: 'system', subtype: 'sealed', severity: 'info', details };
  return `${recordPrefixOf(seq)}${JSON.stringify({ ...event, ...changes }).slice(1)}`;
}

test.each([0, 1, 9, 10, 255, 4_294_967_296, Number.MAX_SAFE_INTEGER])('position %i comes back from its line', (seq) => {
  expect(positionOf(`${recordPrefixOf(seq)}"event_id":"x"}`)).toBe(seq);
});

test.each([
  '',
  '{}',
  '{"seq":}',
  '{"seq":1}',
  '{"seq":-1,"a":1}',
  '{"seq":01,"a":1}',
  '{"seq":1.5,"a":1}',
  '{"seq":1e3,"a":1}',
  '{"seq": 1,"a":1}',
  ' {"seq":1,"a":1}',
  '{"seq":"1","a":1}',
  '{"seq":9007199254740992,"a":1}',
  '{"seq":99999999999999999999,"a":1}',
  '{"gap":{"first":0,"end":1,"nodes":[]}}',
])('%j names no position', (line) => {
  expect(positionOf(line)).toBeUndefined();
});

test('a seal is known by its bytes at whatever position and comes back whole', () => {
  for (const seq of [3, 1_000_000, Number.MAX_SAFE_INTEGER]) {
    expect(isSeal(sealWith({}, seq))).toBe(true);
    expect(parseSeal(sealWith({}, seq))).toEqual({ seq, timestamp, details });
  }
});

test('a record that only talks of seals is none', () => {
  const mark = '"event_type":"system","subtype":"sealed",';
  const inDetails = `${recordPrefixOf(1)}"event_id":"${eventId}","timestamp":"${timestamp}","event_type":"data_access","details":{${mark}"x":1}}`;
  const inText = `${recordPrefixOf(1)}"event_id":"${eventId}","timestamp":"${timestamp}","details":${JSON.stringify(mark)}}`;
  const shifted = sealWith({ event_id: `${eventId}0` });
  for (const line of [inDetails, inText, shifted, sealWith({ subtype: 'heartbeat' }), '', ',']) {
    expect(isSeal(line), line).toBe(false);
    expect(parseSeal(line), line).toBeUndefined();
  }
});

test.each<[string, string]>([
  ['has no details', sealWith({ details: undefined })],
  ['has details that are a list', sealWith({ details: [] })],
  ['has no checkpoint', sealWith({ details: { ...details, checkpoint: undefined } })],
  ['has a clock in words', sealWith({ details: { ...details, monotonic_ms: '12' } })],
  ['has no boot', sealWith({ details: { ...details, boot_id: null } })],
  ['is cut short', sealWith().slice(0, -1)],
  ['has more behind it', `${sealWith()}x`],
])('a seal that %s is not read', (_, line) => {
  expect(isSeal(line)).toBe(true);
  expect(parseSeal(line)).toBeUndefined();
});

const gap: Gap = { first: 0, end: 6, nodes: [leafHash('a'), leafHash('b')] };

test('a gap comes back as it was', () => {
  expect(isGap(formatGap(gap))).toBe(true);
  expect(parseGap(formatGap(gap))).toEqual(gap);
});

test.each<[string, string]>([
  ['blanks', formatGap(gap).replace(',', ', ')],
  ['another order', formatGap(gap).replace('"first":0,"end":6', '"end":6,"first":0')],
  ['one member more', formatGap(gap).replace('"first"', '"more":1,"first"')],
  ['a member beside it', `${formatGap(gap).slice(0, -1)},"x":1}`],
  ['a range that ends before it starts', formatGap({ ...gap, first: 7 })],
  ['an empty range', formatGap({ ...gap, first: 6 })],
  ['a negative position', formatGap({ ...gap, first: -1 })],
  ['a broken position', formatGap(gap).replace('6', '6.5')],
  ['a short hash', formatGap(gap).replace(/"[A-Za-z0-9+/]{43}="/, '"AAAA"')],
  ['a hash that is a number', formatGap(gap).replace(/"[A-Za-z0-9+/]{43}="/, '5')],
  ['nodes that are no list', '{"gap":{"first":0,"end":6,"nodes":{}}}'],
  ['no object', '{"gap":null}'],
  ['no end', '{"gap":{"first":0,'],
])('a gap with %s is not read', (_, line) => {
  expect(parseGap(line)).toBeUndefined();
});

test('a record is no gap', () => {
  expect(parseGap(sealWith())).toBeUndefined();
  expect(isGap(sealWith())).toBe(false);
});
