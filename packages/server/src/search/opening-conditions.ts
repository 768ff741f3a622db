// Conditions on the fields that a record's line opens with: they are decided without parsing the line.

import { containsAny, type LineCondition } from './line-condition.ts';
import { isInRange, type TimeRange } from './time-range.ts';

interface Opening {
  readonly timestamp: string;
  readonly eventType: string;
  readonly subtype: string | undefined;
}

// A record's line opens with these fields in this order. No quote stands unescaped inside a string, so the expression
// cannot be led astray by what a source chose as its event_id.
const opening =
  /^\{"seq":\d+,"event_id":"(?:[^"\\]|\\.)*","timestamp":"([^"\\]*)","event_type":"([^"\\]*)"(?:,"subtype":"((?:[^"\\]|\\.)*)")?/;

function openingOf(line: string): Opening | undefined {
  const match = opening.exec(line);
  if (match === null) return undefined;
  return { timestamp: match[1] ?? '', eventType: match[2] ?? '', subtype: match[3] };
}

export function occurredWithin(range: TimeRange | undefined): LineCondition[] {
  if (range === undefined) return [];
  const look = (line: string) => {
    const timestamp = openingOf(line)?.timestamp;
    return timestamp !== undefined && isInRange(timestamp, range);
  };
  return [{ look }];
}

export function hasType(eventTypes: readonly string[] | undefined): LineCondition[] {
  if (eventTypes === undefined) return [];
  return [
    { look: containsAny(eventTypes.map((type) => `"event_type":${JSON.stringify(type)}`)) },
    { look: (line) => eventTypes.includes(openingOf(line)?.eventType ?? '') },
  ];
}

export function hasSubtype(subtypes: readonly string[] | undefined): LineCondition[] {
  if (subtypes === undefined) return [];
  const written = subtypes.map((subtype) => JSON.stringify(subtype).slice(1, -1));
  return [
    { look: containsAny(written.map((subtype) => `"subtype":"${subtype}"`)) },
    { look: (line) => written.includes(openingOf(line)?.subtype ?? '') },
  ];
}
