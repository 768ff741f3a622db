// The JSON Schema (draft 2020-12) of an event and of a record's line, made from the zod schema and the vocabulary.

import { z } from 'zod';
import { auditEventSchema } from './event.ts';
import { eventTypes, subtypesOf } from './subtypes.ts';

type JsonSchema = Record<string, unknown>;

/** What a source may give. */
export function eventJsonSchema(): JsonSchema {
  const schema: JsonSchema = z.toJSONSchema(auditEventSchema, { io: 'input' });
  return { title: 'Indelible audit event', ...schema, allOf: eventTypes.flatMap(subtypeRule) };
}

/** What stands in the log: an event with its position and all that the log fills in. */
export function recordJsonSchema(): JsonSchema {
  const { properties, ...schema } = eventJsonSchema();
  const seq = { type: 'integer', minimum: 0, description: 'Position in the log: the leaf index in its tree.' };
  return {
    ...schema,
    title: 'Indelible audit record',
    properties: { seq, ...Object(properties) },
    required: ['seq', 'event_id', 'timestamp', 'event_type', 'severity'],
  };
}

function subtypeRule(type: (typeof eventTypes)[number]): JsonSchema[] {
  const subtypes = subtypesOf(type);
  if (subtypes.length === 0) return [];
  const rule = new Map<string, unknown>([
    ['if', { properties: { event_type: { const: type } } }],
    ['then', { properties: { subtype: { enum: subtypes } } }],
  ]);
  return [Object.fromEntries(rule)];
}
